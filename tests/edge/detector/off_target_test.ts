import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initOffTarget,
  type OffTargetAlarm,
  stepOffTarget,
} from "../../../edge/detector/off_target.ts";

const test = suite("off target");

function run(errorK: (atS: number) => number, duty: number, everyS = 1): OffTargetAlarm | null {
  const state = initOffTarget();
  let told: OffTargetAlarm | null = null;
  for (let atS = 0; atS < 200; atS += everyS) {
    told ??= stepOffTarget(state, atS, 210 + errorK(atS), 210, duty);
  }
  return told;
}

test("a heater at its set point is where it should be", () => {
  assert.is(run((atS) => Math.sin(atS), 0.4), null);
});

test("one that rests eight kelvin under it with power to spare is told", () => {
  for (const everyS of [1, 5]) {
    const told = run((atS) => -8 + 0.3 * Math.sin(atS), 0.5, everyS);
    assert.ok(told && Math.abs(told.errorK + 8) < 0.5, `${everyS}`);
  }
});

test("a fan full on may take a predictive controller's heater two kelvin further, but only down", () => {
  const told = (errorK: number, fan: number) => {
    const state = initOffTarget();
    const alarms = Array.from(
      { length: 200 },
      (_, atS) => stepOffTarget(state, atS, 210 + errorK, 210, 0.5, fan),
    );
    return alarms.some((alarm) => alarm !== null);
  };
  assert.equal([told(-5.8, 0), told(-5.8, 1), told(-7.5, 1), told(5.8, 1)], [
    true,
    false,
    true,
    true,
  ]);
});

test("one that has no power to spare, or none at all, does what it can", () => {
  assert.is(run(() => -8, 1), null);
  assert.is(run(() => 8, 0), null);
});

test("one that is still on its way is left alone", () => {
  assert.is(run((atS) => -60 + 0.3 * atS, 0.6), null);
});

test.run();
