import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initCutHeat, stepCutHeat } from "../../../edge/detector/cut_heat.ts";
import type { HeatAlarm } from "../../../edge/detector/heat_balance.ts";
import type { HeaterName } from "../../../edge/twin/thermal/parameters.ts";
import { residual } from "./residuals.ts";

/** What is told, second by second, of readings at one duty. */
function told(
  readings: readonly number[],
  duty: number | null = 1,
  heater: HeaterName = "hotend",
): (HeatAlarm | null)[] {
  const state = initCutHeat();
  return readings.map((measuredC, i) =>
    stepCutHeat(
      state,
      heater,
      residual({ eventTimeS: 100 + i, measuredC, duty, toldDuty: duty, targetC: 210 }),
    )
  );
}

const falling = (perS: number, seconds = 30) =>
  Array.from({ length: seconds }, (_, i) => 208 - perS * i);

const test = suite("cut heat");

test("is told within ten seconds where a hotend cools at full power", () => {
  const at = told(falling(1)).findIndex((alarm) => alarm !== null);
  assert.ok(at > 6 && at <= 10, `${at}`);
});

test("is a loss that began when full power began", () => {
  const { direction, onsetS, heatK, score } = told(falling(1)).at(-1)!;
  assert.equal([direction, onsetS], ["loss", 100]);
  assert.ok(heatK < -3 && score > 1);
});

test("is told of a bed that cools by less than a kelvin more slowly", () => {
  const at = told(falling(0.06, 60), 1, "bed").findIndex((alarm) => alarm !== null);
  assert.ok(at > 12 && at < 40, `${at}`);
});

test("isn't told of a heater that warms up, or holds, at full power", () => {
  assert.ok(told(falling(-2)).every((alarm) => alarm === null));
  assert.ok(told(falling(0)).every((alarm) => alarm === null));
});

test("isn't told below full power, nor where no duty is told", () => {
  assert.ok(told(falling(1), 0.9).every((alarm) => alarm === null));
  assert.ok(told(falling(1), null).every((alarm) => alarm === null));
});

test("isn't told of the fall that had begun before full power came", () => {
  const readings = [208, 207, 206, 205, 204.5, 204.2, 204.1, 204.2, 204.6, 205.3];
  assert.ok(told(readings).every((alarm) => alarm === null));
});

test("isn't told above the set point, where full power is none of its business", () => {
  const state = initCutHeat();
  for (let i = 0; i < 30; i++) {
    const now = residual({ eventTimeS: i, measuredC: 260 - i, duty: 1, toldDuty: 1, targetC: 210 });
    assert.is(stepCutHeat(state, "hotend", now), null);
  }
});

test.run();
