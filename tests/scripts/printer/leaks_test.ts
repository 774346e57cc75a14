import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../edge/source/observation.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { PrintRun } from "../../../scripts/printer/print_run.ts";
import { CATALOGUE } from "../../../scripts/printer/scenario/catalogue.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import type { Injection, Truth } from "../../../scripts/printer/scenario/injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";
import { Random } from "../../../scripts/printer/random.ts";

/** An injection may show by physics and by its own lines, never by how it is simulated. */
const leaks = suite("leaks of the simulator");

const SEED = 41;
const AT_S = 120;
const printer = drawPrinter(SEED, { dialect: "marlin21" });
const gcode = jobLines(
  Deno.readTextFileSync(
    new URL("../../../scripts/parts/bracket-prusaslicer.gcode", import.meta.url),
  ),
);

function run(injections: readonly Injection[], truth: Truth[] = []): Observation[] {
  return [...simulate({
    seed: SEED,
    printer,
    gcode,
    injections,
    warm: { hotendC: 205, bedC: 58 },
    durationS: 220,
    sensesEveryS: 0.5,
  }, truth)];
}

const clean = run([]);

function injected(id: string, variant: string, size?: number): Injection {
  const given = { id, variant, atS: AT_S, forS: 60, onsetS: 0 };
  return makeInjection(size === undefined ? given : { ...given, size }, new Random(3, id));
}

/** The first observation that differs, or null. */
function parts(a: readonly Observation[], b: readonly Observation[]): Observation | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, two] = [a[i], b[i]];
    if (JSON.stringify(one) !== JSON.stringify(two)) return one ?? two ?? null;
  }
  return null;
}

const SIZED = [
  "A06 rewritten",
  "A11 rewritten",
  "A12 x",
  "A12 y",
  "A14 rewritten",
  "A18 stall",
  "B01 firmware",
  "B03 crude",
  "B04 slow",
  "B06 hotend",
  "B06 bed",
  "B07 firmware",
  "B08 x",
  "B08 steps",
  "B09 z",
  "B11 firmware",
  "B12 firmware",
  "B15 settings",
  "E01 steady",
  "E02 drift",
  "E04 noise",
  "E04 loose",
  "E05 hotend",
  "E06 clog",
  "E07 tangle",
  "E07 slip",
  "E09 bits",
  "E15 drift",
  "E16 sock",
  "E16 nozzle",
];

leaks("an injection of size zero changes nothing at all", () => {
  for (const name of SIZED) {
    const [id, variant] = name.split(" ") as [string, string];
    assert.is(parts(clean, run([injected(id, variant, 0)])), null, name);
  }
});

leaks("nothing differs before the truth begins, whatever the scenario", () => {
  for (const [id, scenario] of Object.entries(CATALOGUE)) {
    if (scenario.when === "whole-run") continue;
    for (const variant of scenario.variants) {
      const truth: Truth[] = [];
      const different = parts(clean, run([injected(id, variant)], truth));
      if (different === null) continue;
      const startS = truth[0]?.startS ?? Infinity;
      assert.ok(
        different.eventTimeS >= startS - 1e-9,
        `${id} ${variant}: ${JSON.stringify(different)}, truth from ${startS}`,
      );
    }
  }
});

leaks("a driver that is off and another identity leave no trace on wire or senses", () => {
  for (const name of ["B10 xy", "B10 z", "B15 identity"]) {
    const [id, variant] = name.split(" ") as [string, string];
    assert.is(parts(clean, run([injected(id, variant)])), null, name);
  }
});

leaks("what only moves the head changes no command, and times by milliseconds", () => {
  const sentAt = (all: readonly Observation[]) =>
    all.flatMap((each) =>
      each.type === "sent" && /^N\d+ G/.test(each.line) && each.eventTimeS < 178
        ? [{ line: each.line, atS: each.eventTimeS }]
        : []
    );
  const before = sentAt(clean);
  for (const name of ["B08 x", "B08 y", "B09 z"]) {
    const [id, variant] = name.split(" ") as [string, string];
    const after = sentAt(run([injected(id, variant)]));
    const n = Math.min(before.length, after.length);
    assert.ok(n > 100);
    for (let i = 0; i < n; i++) {
      assert.is(after[i]!.line, before[i]!.line, name);
      const apartS = Math.abs(after[i]!.atS - before[i]!.atS);
      assert.ok(apartS < 0.1, `${name}: ${apartS} s`);
    }
  }
});

leaks("an injection that is added while the run goes on is the same as one given before", () => {
  for (const [id, { variants }] of Object.entries(CATALOGUE)) {
    for (const variant of id.startsWith("A") ? variants : []) {
      const injection = injected(id, variant);
      const options = { seed: SEED, printer, gcode, warm: { hotendC: 205, bedC: 58 } };
      const late = new PrintRun({ ...options, durationS: 220, sensesEveryS: 0.5 }, []);
      const seen: Observation[] = [];
      let added = false;
      while (!late.over) {
        late.step();
        seen.push(...late.seen.splice(0));
        if (!added && (seen.at(-1)?.eventTimeS ?? 0) > 80) {
          late.inject(injection);
          added = true;
        }
      }
      assert.is(parts(run([injection]), seen), null, `${id} ${variant}`);
    }
  }
});

leaks("readings and duties that are played again are spelt as they were, together", () => {
  const injection = injected("B13", "replayed", -6);
  const host = { ...drawHost(SEED, "octoprint"), pollS: 0, autoReportS: 1 };
  const six = {
    ...printer,
    firmware: { ...printer.firmware, temperatureDecimals: 6, autoReport: true },
  };
  const spelt = new Set<string>();
  let all = 0;
  let again = 0;
  const options = { seed: SEED, printer: six, host, gcode, injections: [injection] };
  const warm = { hotendC: 205, bedC: 58 };
  for (const each of simulate({ ...options, warm, durationS: 158 })) {
    if (each.type !== "received" || each.eventTimeS < AT_S - 45) continue;
    const found = /T:([\d.]+) .*? @:(\d+)/.exec(each.line);
    if (!found) continue;
    const key = `${found[1]} ${found[2]}`;
    if (each.eventTimeS < AT_S) spelt.add(key);
    else {
      all++;
      if (spelt.has(key)) again++;
    }
  }
  assert.ok(all > 30 && again > 0.6 * all, `${again} of ${all}`);
});

leaks.run();
