import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initForcedHeat, stepForcedHeat } from "../../../edge/detector/forced_heat.ts";
import type { HeaterResidual } from "../../../edge/twin/thermal/heater_twin.ts";

const test = suite("stepForcedHeat");

/** Only what the check looks at; one reading a second. */
function residual(eventTimeS: number, measuredC: number, duty: number | null): HeaterResidual {
  const rest = { dtS: 1, targetC: 60, outlier: false };
  return { eventTimeS, measuredC, duty, ...rest } as HeaterResidual;
}

const POWER_K_PER_S = 0.4;

function firstAlarmS(measuredC: (timeS: number) => number, duty: number | null = 0): number | null {
  const state = initForcedHeat();
  for (let timeS = 0; timeS < 300; timeS++) {
    if (stepForcedHeat(state, "hotend", residual(timeS, measuredC(timeS), duty), POWER_K_PER_S)) {
      return timeS;
    }
  }
  return null;
}

test("a bed that climbs at no duty is told once it has climbed by three kelvin", () => {
  const alarmS = firstAlarmS((timeS) => 60 + 0.4 * timeS);
  assert.ok(alarmS !== null && alarmS >= 17 && alarmS <= 20, `at ${alarmS} s`);
});

test("a sensor that lags behind a block just switched off is none", () => {
  assert.is(firstAlarmS((timeS) => 60 + 9 * (1 - Math.exp(-timeS / 4))), null);
});

test("a room that warms up is none", () => {
  assert.is(firstAlarmS((timeS) => 60 + 0.04 * timeS), null);
});

test("what is far hotter than its room only cools by it: a slow climb is told there", () => {
  const told = (overAmbientK: number) => {
    const state = initForcedHeat();
    return Array.from({ length: 40 }, (_, timeS) => {
      const now = { ...residual(timeS, 60 + 0.07 * timeS, 0), overAmbientK };
      return stepForcedHeat(state, "bed", now, POWER_K_PER_S);
    }).findIndex((alarm) => alarm !== null);
  };
  assert.ok(told(40) > 0 && told(40) < 32, `${told(40)} s`);
  assert.is(told(10), -1);
});

/** When a bed is told whose reports are `everyS` apart and say a duty of zero; null: never. */
function sparselyTold(everyS: number, measuredC: (timeS: number) => number): number | null {
  const state = initForcedHeat();
  for (let timeS = 0; timeS < 90; timeS += everyS) {
    const now = { ...residual(timeS, measuredC(timeS), 0), dtS: everyS, overAmbientK: 40 };
    if (stepForcedHeat(state, "bed", now, POWER_K_PER_S)) return timeS;
  }
  return null;
}

test("a switched bed's pulse between two reports that are far apart is none", () => {
  const pulse = (timeS: number) => 60 + 1.9 * Math.min(1, Math.max(0, (timeS - 30) / 9));
  assert.is(sparselyTold(5.6, pulse), null);
  assert.is.not(sparselyTold(1, pulse), null, "every pulse is seen in reports a second apart");
});

test("a bed that climbs on is told by sparse reports too", () => {
  const alarmS = sparselyTold(5, (timeS) => 60 + 0.3 * timeS);
  assert.ok(alarmS !== null && alarmS <= 30, `at ${alarmS} s`);
});

test("a heater that is asked for, or whose duty nobody tells, isn't judged", () => {
  assert.is(firstAlarmS((timeS) => 60 + timeS, 0.5), null);
  assert.is(firstAlarmS((timeS) => 60 + timeS, null), null);
});

test.run();
