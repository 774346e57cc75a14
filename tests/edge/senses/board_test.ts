import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis, learntProfile, type PrinterProfile } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";
import { type Act, BRACKET, NOTHING_KNOWN, printerOf, referenceOf } from "../analysis/runs.ts";
import { FakeBoard } from "./fake_board.ts";

/** The virtual printer drives lines at the pace of real ones; what the guard reads of them is judged. */
const tests = suite("senses over real lines");

const GEAR = jobLines(
  Deno.readTextFileSync(
    new URL("../../../scripts/parts/gear-prusaslicer.gcode", import.meta.url),
  ),
);
/** An odd one has a fan whose edges can be followed, an even one a quick PWM. */
const SEEDS = [3, 4];
const profiles = new Map(SEEDS.map((seed) => [seed, taught(seed)]));

function board(seed: number): FakeBoard {
  return new FakeBoard({ seed, quickFan: seed % 2 === 0 });
}

function taught(seed: number): PrinterProfile {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  for (let print = 0; print < 2; print++) {
    const clockOffsetS = print === 0 ? 0 : state.nowS + 600;
    const printer = printerOf(seed);
    const run = { seed: 9_000_001 + print, printer, gcode: GEAR, clockOffsetS, sensesEveryS: 0.5 };
    for (const seen of board(seed).through(simulate(run))) {
      const found = analysis.step(state, seen);
      assert.equal(found.map(({ cause }) => cause.id), [], "a clean print was suspected");
    }
  }
  return learntProfile(state);
}

function print(seed: number, acts: Act[]): Generator<Observation> {
  return board(seed).through(simulate({
    seed: 100 + seed,
    printer: printerOf(seed),
    gcode: jobLines(BRACKET),
    host: { ...drawHost(seed, "printcore"), autoReportS: 1 },
    injections: acts.map((act) => makeInjection(act, new Random(seed))),
    warm: { hotendC: 205, bedC: 60 },
    sensesEveryS: 0.5,
  }));
}

function found(seed: number, acts: Act[]): Finding[] {
  const profile = profiles.get(seed)!;
  const reference = referenceOf(BRACKET);
  const analysis = createAnalysis({ ...NOTHING_KNOWN, profile, reference });
  const state = analysis.init(null);
  return [...print(seed, acts)].flatMap((one) => analysis.step(state, one))
    .filter(({ phase }) => phase === "opened");
}

for (const seed of SEEDS) {
  const way = seed % 2 === 0 ? "sampled" : "followed";

  tests(`a clean print is silent, with the fan's gate ${way}`, () => {
    assert.equal(found(seed, []).map(({ cause }) => cause.id), []);
  });

  tests(`a lying firmware shows, with the fan's gate ${way}`, () => {
    const forged = found(seed, [{ id: "B03", atS: 150, size: -15, forS: 60, variant: "forged" }]);
    assert.is(forged[0]?.verdict, "potential-cyberthreat");
    assert.ok(forged.some(({ cause }) => cause.id === "duty-forged"), "reported against gate");
    // The controller's law may break before the second thermometer settles it: it then stands by.
    assert.ok(
      forged.some(({ cause, numbers }) =>
        cause.id === "probe-hidden" || (numbers?.features.probeAwayK ?? 0) > 2
      ),
      "reported against the second thermometer",
    );
    assert.ok(forged[0]!.detectedS < 160);
  });

  tests(`a fan that is withheld and a heater forced on show, with the gate ${way}`, () => {
    const fan = found(seed, [{ id: "B07", atS: 130, size: -60, forS: 60 }]);
    assert.equal(fan.map(({ cause }) => cause.id), ["fan-withheld"]);
    const forced = found(seed, [{ id: "B05", atS: 150, size: 100, forS: 40, variant: "hotend" }]);
    assert.is(forced[0]?.cause.id, "gate-forced");
    assert.ok(forced[0]!.detectedS < 156);
  });

  // The encoder's way is the same for both.
  if (seed !== SEEDS[0]) continue;

  tests(`half of the filament missing shows, with the fan's gate ${way}`, () => {
    const less = found(seed, [{ id: "B01", atS: 100, size: -50, forS: 150, variant: "firmware" }]);
    assert.ok(
      less.some(({ cause }) => cause.id.startsWith("filament-")),
      less.map(({ cause }) => cause.id).join(),
    );
  });
}

tests.run();
