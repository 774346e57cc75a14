import { suite } from "uvu";
import * as assert from "uvu/assert";
import { motionEvent, type MotionOddity } from "../../../edge/analysis/motion_event.ts";
import {
  initMotionWatch,
  type MotionWatch,
  noteMotionCommand,
  noteMotionResponse,
  noteMotionTick,
} from "../../../edge/analysis/motion_watch.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { makeMotionOutput } from "../../../edge/twin/motion/motion_twin.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";

const test = suite("motion watch");

const PART = new URL("../../../scripts/parts/gear-cura.gcode", import.meta.url);
const job = jobLines(await Deno.readTextFile(PART));
const FROM_S = 250;

interface Told {
  atS: number;
  oddity: MotionOddity;
}

interface Given {
  seed: number;
  scenario?: { id: string; size: number; variant?: string };
  /** The host asks for the firmware's settings first. */
  settings?: boolean;
  noisyHost?: boolean;
  /** The watch goes through JSON every so many observations. */
  jsonEvery?: number;
}

function print(given: Given): Told[] {
  const { seed, scenario, settings = true, noisyHost = false, jsonEvery = 0 } = given;
  const host = drawHost(seed);
  if (noisyHost) host.stallChance = 0.3;
  const injections = scenario
    ? [makeInjection({ ...scenario, atS: FROM_S, forS: 1e6 }, new Random(seed, "test"))]
    : [];
  let watch: MotionWatch = initMotionWatch();
  const output = makeMotionOutput();
  const told: Told[] = [];
  const observations = simulate({
    seed,
    printer: drawPrinter(seed, { dialect: "marlin21" }),
    host,
    gcode: settings ? ["M503", ...job] : job,
    warm: { hotendC: 205, bedC: 55 },
    injections,
  });
  let count = 0;
  for (const seen of observations) {
    const atS = seen.eventTimeS;
    if (jsonEvery > 0 && ++count % jsonEvery === 0) watch = JSON.parse(JSON.stringify(watch));
    let oddities: MotionOddity[] = [];
    if (seen.type === "sent") {
      const parsed = parseLine(seen.line);
      if (parsed.ok) oddities = noteMotionCommand(watch, parsed.value, atS, output);
    } else if (seen.type === "received") {
      oddities = noteMotionResponse(watch, parseResponse(seen.line), atS, output);
    } else if (seen.type === "tick") oddities = noteMotionTick(watch, atS, output);
    told.push(...oddities.map((oddity) => ({ atS, oddity })));
  }
  return told;
}

test("says nothing of clean prints, whether settings are known or not and the host is noisy or not", () => {
  for (const seed of [1, 4, 8]) {
    assert.equal(print({ seed }), []);
    assert.equal(print({ seed, settings: false }), []);
    assert.equal(print({ seed, noisyHost: true }), []);
  }
});

test("finds moves that take five percent longer or shorter than the settings say", () => {
  for (const size of [-5, 5]) {
    for (const seed of [1, 4]) {
      const told = print({ seed, scenario: { id: "B12", size } });
      const { atS, oddity } = told[0]!;
      assert.ok(atS > FROM_S && atS < FROM_S + 90, `told at ${atS} s`);
      assert.is(oddity.type, "pace");
      if (oddity.type !== "pace") continue;
      assert.is(Math.sign(oddity.rateShare), -Math.sign(size));
      assert.ok(Math.abs(oddity.rateShare) > 0.015 && Math.abs(oddity.rateShare) < 0.06);
      assert.ok(oddity.sinceS > FROM_S - 20 && oddity.sinceS < atS);
    }
  }
});

test("says by usual settings that the pace has changed, where the printer's weren't asked for", () => {
  const told = print({ seed: 4, settings: false, scenario: { id: "B12", size: -5 } });
  assert.ok(told[0]!.atS > FROM_S && told[0]!.atS < FROM_S + 150, `told at ${told[0]!.atS} s`);
  assert.is(told[0]!.oddity.type, "pace");
});

test("tells a host that lets the printer starve from a printer that is slow", () => {
  const told = print({ seed: 4, scenario: { id: "E10", size: 3 } });
  assert.ok(told.length > 0);
  assert.ok(told.every(({ oddity }) => oddity.type === "starving"));
  const { features } = motionEvent(told.at(-1)!.oddity, told.at(-1)!.atS, 3);
  assert.is(features.hostStarved, 1);
  assert.ok(features.gapSpread! > 0.08);
});

test("sees that lines are held back for equal times", () => {
  const told = print({ seed: 4, scenario: { id: "A18", size: 3, variant: "stall" } });
  const last = told.at(-1)!.oddity;
  assert.is(last.type, "starving");
  if (last.type === "starving") assert.ok(last.gapSpread !== null && last.gapSpread < 0.03);
});

test("goes on from its snapshot as if nothing had happened", () => {
  const given = { seed: 1, scenario: { id: "B12", size: -5 } };
  assert.equal(print({ ...given, jsonEvery: 997 }), print(given));
});

test("an oddity becomes an event with words and features", () => {
  const event = motionEvent(
    {
      type: "pace",
      of: "cruising",
      rateShare: -0.031,
      foreseenShare: 0.9,
      tellingShare: 0.8,
      sinceS: 100,
    },
    150,
    7,
  );
  assert.is(event.name, "motion-late");
  assert.is(event.text, "moves take 3.1 % less time than before, for 50 s now");
  assert.equal(event.features, {
    hostStarved: 0,
    rateShare: -0.031,
    foreseenShare: 0.9,
    tellingShare: 0.8,
    changedShare: 0.031,
    retractionShare: 0,
  });
});

test("retractions that take another time are an event of their own", () => {
  const { text, features } = motionEvent(
    {
      type: "pace",
      of: "retractions",
      rateShare: 0.7,
      foreseenShare: 1,
      tellingShare: 1,
      sinceS: 100,
    },
    150,
    7,
  );
  assert.is(text, "retractions take 70 % more time than before, for 50 s now");
  assert.equal(features, { hostStarved: 0, changedShare: 0, retractionShare: 0.7 });
});

test.run();
