import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initMotionWatch,
  type MotionWatch,
  noteMotionCommand,
  noteMotionResponse,
  noteMotionTick,
  paceProfileOf,
} from "../../../edge/analysis/motion_watch.ts";
import type { Pace } from "../../../edge/analysis/pace_change.ts";
import {
  agreedPace,
  fittingPlans,
  isAssumed,
  makePlan,
  possibleKinds,
} from "../../../edge/analysis/pace_plans.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { makeMotionOutput } from "../../../edge/twin/motion/motion_twin.ts";
import { ProfileFile } from "../../../edge/twin/thermal/profile_file.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";

const test = suite("pace plans");

const SETTINGS = ["M201 X3000 Y3000 Z100 E5000", "M204 P1000 R1500 T2000", "M205 J0.05"];
const [first, second] = possibleKinds(15, false);
const PART = new URL("../../../scripts/parts/gear-cura.gcode", import.meta.url);
const job = ["M503", ...jobLines(await Deno.readTextFile(PART))];

function plans(misfits: readonly [count: number, misfit: number][]) {
  return misfits.map(([count, misfit], at) => {
    const plan = makePlan(at === 0 ? first! : second!, SETTINGS, null);
    Object.assign(plan.track, { count, misfit2: misfit ** 2 });
    return plan;
  });
}

test("a firmware that tells its buffer's depth leaves only the rule for corners open", () => {
  assert.equal(possibleKinds(31, false).map(({ bufferMoves }) => bufferMoves), [31, 31]);
  assert.is(possibleKinds(null, false).length, 4);
  assert.is(possibleKinds(null, true).length, 8);
});

test("a plan that fits much worse than another is given up, and the best one leads", () => {
  const [worse, better] = plans([[8, 0.04], [8, 0.002]]);
  assert.equal(fittingPlans([worse!, better!]), [better]);
});

test("plans that fit alike are kept, and so is one that was hardly held against anything", () => {
  const alike = plans([[8, 0.003], [8, 0.002]]);
  assert.equal(fittingPlans(alike), [alike[1], alike[0]]);
  const young = plans([[8, 0.002], [2, 0.05]]);
  assert.equal(fittingPlans(young), young);
});

test("a change of pace is told only where no plan that is left explains it", () => {
  const two = plans([[8, 0.002], [8, 0.002]]);
  const said = (rateShare: number): Pace => ({
    type: "pace",
    of: "cruising",
    rateShare,
    foreseenShare: 1,
    tellingShare: 1,
    sinceS: 9,
  });
  two[0]!.track.said = said(0.05);
  assert.is(agreedPace(two), null);
  two[1]!.track.said = said(-0.05);
  assert.is(agreedPace(two), null);
  two[1]!.track.said = said(0.04);
  assert.equal(agreedPace(two), said(0.04));
});

/** A print watched from its settings on; when the pace was first told, s. */
function printed(
  watch: MotionWatch,
  seed: number,
  speedFromS = Infinity,
  gcode: readonly string[] = job,
): number | null {
  const output = makeMotionOutput();
  const injections = speedFromS < Infinity
    ? [makeInjection({ id: "B12", size: -5, atS: speedFromS, forS: 1e6 }, new Random(1, "test"))]
    : [];
  const printer = drawPrinter(seed, { dialect: "marlin21" });
  const warm = { hotendC: 205, bedC: 55 };
  for (const seen of simulate({ seed, printer, gcode, warm, injections })) {
    const atS = seen.eventTimeS;
    let told: { type: string }[] = [];
    if (seen.type === "sent") {
      const parsed = parseLine(seen.line);
      if (parsed.ok) told = noteMotionCommand(watch, parsed.value, atS, output);
    } else if (seen.type === "received") {
      told = noteMotionResponse(watch, parseResponse(seen.line), atS, output);
    } else if (seen.type === "tick") told = noteMotionTick(watch, atS, output);
    if (told.some(({ type }) => type === "pace")) return atS;
  }
  return null;
}

test("finds out how deep the printer's buffer is, whatever it is", () => {
  for (const seed of [2, 3, 5]) {
    const watch = initMotionWatch();
    assert.is(printed(watch, seed), null);
    const depth = drawPrinter(seed, { dialect: "marlin21" }).motion.bufferMoves - 1;
    assert.ok(watch.plans.every(({ kind }) => kind.bufferMoves === depth), `seed ${seed}`);
  }
});

test("what a print has taught fits the profile's file, and the next print judges from its start", () => {
  const taught = initMotionWatch();
  printed(taught, 1);
  const pace = paceProfileOf(taught);
  const file = { version: 2, revision: 1, hotend: null, bed: null, pace };
  const read = ProfileFile.parse(JSON.parse(JSON.stringify(file)));
  const told = printed(initMotionWatch(read.pace), 1, 40);
  assert.ok(told !== null && told < 150, `told at ${told} s`);
});

test("nothing is kept of a printer that hasn't moved", () => {
  assert.is(paceProfileOf(initMotionWatch()), null);
});

test("a printer whose settings were never told is judged by what fitted its first print", () => {
  const unasked = job.slice(1);
  for (const seed of [1, 6]) {
    const taught = initMotionWatch();
    assert.is(printed(taught, seed, Infinity, unasked), null);
    assert.ok(taught.plans.length <= 2 && isAssumed(taught.plans));
    const pace = paceProfileOf(taught);
    const file = { version: 2, revision: 1, hotend: null, bed: null, pace };
    const read = ProfileFile.parse(JSON.parse(JSON.stringify(file)));
    assert.equal(paceProfileOf(initMotionWatch(read.pace)), pace);
    assert.is(printed(initMotionWatch(read.pace), seed, Infinity, unasked), null);
    const told = printed(initMotionWatch(read.pace), seed, 300, unasked);
    assert.ok(told !== null && told > 300 && told < 480, `seed ${seed} told at ${told} s`);
    const plans = read.pace!.plans.map((plan) => ({ ...plan, known: undefined }));
    const strange = printed(initMotionWatch({ ...read.pace!, plans }), seed, 200, unasked);
    const known = printed(initMotionWatch(read.pace), seed, 200, unasked);
    assert.ok(known !== null && known > 200 && known <= (strange ?? Infinity), `seed ${seed}`);
  }
});

test("settings that are told after all take the place of assumed ones", () => {
  const watch = initMotionWatch();
  printed(watch, 1, Infinity, [...job.slice(1, 400), "M503", ...job.slice(400)]);
  assert.not(isAssumed(watch.plans));
  assert.ok(watch.settings.length > 0);
});

test.run();
