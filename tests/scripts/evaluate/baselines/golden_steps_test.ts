import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StepCounts } from "../../../../scripts/evaluate/baselines/seen.ts";
import { couldBeInFile, FILE_CHECK } from "../../../../scripts/evaluate/baselines/file_check.ts";
import { GoldenRecorder } from "../../../../scripts/evaluate/baselines/golden_print.ts";
import {
  GOLDEN_STEPS_10,
  GOLDEN_STEPS_5,
} from "../../../../scripts/evaluate/baselines/golden_steps.ts";
import { alarmTimes, NOTHING } from "./streams.ts";

const baselines = suite("scripts/evaluate golden print and file check");

/** To and fro along X while Y creeps, layers of 10 s, E always forward; extrusion begins at 3 s. */
function print(extruded = 1, fromS = Infinity): StepCounts[] {
  let e = 0;
  return Array.from({ length: 1200 }, (_, row) => {
    const eventTimeS = row / 10, t = Math.max(0, eventTimeS - 3);
    if (t > 0) e += 20 * (eventTimeS >= fromS ? extruded : 1);
    const x = 8000 + 1600 * Math.sin(t), y = 7000 + 40 * (t % 10);
    const z = 80 + 80 * Math.floor(t / 10);
    return { type: "steps", eventTimeS, steps: [x, y, z, e] };
  });
}

function goldenOf(rows: readonly StepCounts[]) {
  const recorder = new GoldenRecorder();
  rows.forEach((row) => recorder.observe(row));
  return { ...NOTHING, golden: recorder.print() };
}

const context = goldenOf(print());

baselines("the same print again doesn't alarm, late or held up for three seconds", () => {
  assert.equal(alarmTimes(GOLDEN_STEPS_5, print(), context), []);
  const late = print().map((row) => ({ ...row, eventTimeS: row.eventTimeS + 17 }));
  assert.equal(alarmTimes(GOLDEN_STEPS_5, late, context), []);
  const rows = print();
  const held = [...rows.slice(0, 600), ...Array(30).fill(rows[599]!), ...rows.slice(600)];
  assert.equal(alarmTimes(GOLDEN_STEPS_5, held, context), []);
});

baselines("half of the filament is seen once 5 or 10 % of all are missing", () => {
  const half = print(0.5, 60);
  // After 57 s of filament 5 % are missing 6.3 s later; what a match aside forgives comes on top.
  const [five] = alarmTimes(GOLDEN_STEPS_5, half, context);
  const [ten] = alarmTimes(GOLDEN_STEPS_10, half, context);
  assert.is(five, 73.9);
  assert.is(ten, 76.4);
});

baselines("two percent less filament is within both margins for ever", () => {
  assert.equal(alarmTimes(GOLDEN_STEPS_5, print(0.98, 10), context), []);
});

baselines("a shift of ten millimetres is seen, one of a millimetre isn't", () => {
  const shifted = (steps: number) =>
    print().map((row): StepCounts =>
      row.eventTimeS < 50
        ? row
        : { ...row, steps: [row.steps[0] + steps, row.steps[1], row.steps[2], row.steps[3]] }
    );
  assert.is(alarmTimes(GOLDEN_STEPS_5, shifted(80), context).length, 0);
  assert.ok(alarmTimes(GOLDEN_STEPS_5, shifted(2400), context)[0]! < 60);
});

baselines("without a golden print nothing is compared", () => {
  assert.equal(alarmTimes(GOLDEN_STEPS_5, print(0.5, 10)), []);
});

baselines("the file check tells of an altered file at once, and once", () => {
  const registered = ["G28", "G1 X10 E1"];
  const ticks = [1, 2, 3].map((eventTimeS) => ({ type: "tick" as const, eventTimeS }));
  const of = (hosted: string[]) =>
    alarmTimes(FILE_CHECK, ticks, { ...NOTHING, file: { registered, hosted } });
  assert.equal(of(["G28", "G1 X10 E0.9"]), [1]);
  assert.equal(of(["G28", "G1 X10 E1"]), []);
  assert.equal(alarmTimes(FILE_CHECK, ticks), []);
});

baselines("only rewritten jobs could lie in the file", () => {
  assert.ok(couldBeInFile("A06", "rewritten"));
  assert.ok(couldBeInFile("A10", "F"));
  assert.not(couldBeInFile("A10", "M220"));
  assert.not(couldBeInFile("A01", "numbered"));
  assert.not(couldBeInFile("B01", "firmware"));
});

baselines.run();
