import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { HeatAlarm } from "../../../edge/detector/heat_balance.ts";
import { initUntoldHeat, stepUntoldHeat } from "../../../edge/detector/untold_heat.ts";
import { residual } from "./residuals.ts";

/** What is told of readings second by second; after a hold of 20 s unless `held` says otherwise. */
function told(
  readings: readonly number[],
  { held = 20, duty = null, targetC = 210 }: {
    held?: number;
    duty?: number | null;
    targetC?: number;
  } = {},
): (HeatAlarm | null)[] {
  const state = initUntoldHeat();
  return [...Array<number>(held).fill(210), ...readings].map((measuredC, i) =>
    stepUntoldHeat(
      state,
      "hotend",
      residual({ eventTimeS: i, measuredC, duty, toldDuty: duty, targetC }),
    )
  ).slice(held);
}

const untoldAt = (eventTimeS: number, measuredC: number) => ({
  eventTimeS,
  measuredC,
  duty: null,
  toldDuty: null,
  targetC: 60,
});

const ramp = (perS: number, seconds = 20) =>
  Array.from({ length: seconds }, (_, i) => 210 + perS * (i + 1));

const test = suite("untold heat");

test("tells a heater that runs away upwards, and one that falls", () => {
  const up = told(ramp(1.5)).find((alarm) => alarm !== null)!;
  const down = told(ramp(-1.2)).find((alarm) => alarm !== null)!;
  assert.equal([up.direction, down.direction], ["gain", "loss"]);
  assert.ok(up.heatK >= 8 && down.heatK <= -8);
});

test("begins where the reading left its set point", () => {
  assert.ok(Math.abs(told(ramp(2)).at(-1)!.onsetS - 20) <= 1);
});

test("says nothing of a swing or a dip that a controller mends", () => {
  const dip = [...ramp(-1, 6), ...Array.from({ length: 6 }, (_, i) => 204 + i)];
  assert.ok(told(dip).every((alarm) => alarm === null));
});

test("says nothing of a heater that comes back from far away", () => {
  const back = Array.from({ length: 30 }, (_, i) => 180 + i);
  assert.ok(told(back, { held: 0 }).every((alarm) => alarm === null));
  assert.ok(told(back).slice(1).every((alarm) => alarm === null));
});

test("says nothing before the heater has arrived, nor where a duty is told", () => {
  assert.ok(told(ramp(1.5), { held: 4 }).every((alarm) => alarm === null));
  assert.ok(told(ramp(1.5), { duty: 0.4 }).every((alarm) => alarm === null));
});

test("knows a switched heater's swing after the first one, and still tells what goes beyond it", () => {
  const swing = [...ramp(0.8, 9), ...Array.from({ length: 9 }, (_, i) => 216.4 - 0.8 * i)];
  const wider = (more: number) => swing.map((c) => 210 + (c - 210) * more);
  const told = (readings: readonly number[]) => {
    const state = initUntoldHeat();
    return [...Array<number>(20).fill(60), ...readings.map((c) => c - 150)].map((measuredC, i) =>
      stepUntoldHeat(state, "bed", residual(untoldAt(i, measuredC)))
    ).filter((alarm) => alarm !== null).length;
  };
  const once = wider(0.68);
  assert.is(told([...once, ...wider(0.78), ...wider(0.78)]), 0);
  assert.ok(told(wider(0.78)) > 0);
  assert.ok(told([...once, ...ramp(0.8, 14)]) > 0);
});

test("waits for a new set point to be reached", () => {
  const state = initUntoldHeat();
  const step = (eventTimeS: number, measuredC: number, targetC: number) =>
    stepUntoldHeat(
      state,
      "hotend",
      residual({ eventTimeS, measuredC, targetC, duty: null, toldDuty: null }),
    );
  for (let i = 0; i < 30; i++) step(i, 210, 210);
  for (let i = 30; i < 80; i++) assert.is(step(i, 210 - (i - 30) * 0.8, 170), null);
});

test.run();
