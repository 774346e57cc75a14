import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type BudgetAlarm,
  initHeatBudget,
  stepHeatBudget,
} from "../../../edge/detector/heat_budget.ts";
import { HEATER_PRIORS } from "../../../edge/twin/thermal/parameters.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";

const PARAMETERS = HEATER_PRIORS.hotend.parameters;

interface Told {
  i: number;
  alarm: BudgetAlarm;
}

/** A hotend that holds 210 °C, in a log without fan and flow; `change` shifts reading and duty. */
function run(
  change: (i: number) => { readsK: number; duty: number },
  unsureKPerS = 0.5,
): Told[] {
  const random = new Noise(5);
  const state = initHeatBudget();
  const told: Told[] = [];
  for (let i = 0; i < 260; i++) {
    const { readsK, duty } = change(i);
    const measuredC = 210 + readsK + 0.08 * random.gauss();
    const now = residual({ eventTimeS: i, measuredC, duty, unsureKPerS });
    const alarm = stepHeatBudget(state, now, PARAMETERS, true);
    if (alarm) told.push({ i, alarm });
  }
  return told;
}

const budget = suite("a heat budget");

budget("isn't overdrawn by a heater that holds", () => {
  assert.equal(run(() => ({ readsK: 0, duty: 0.4 })), []);
});

budget("isn't overdrawn by a fan that starts, which the controller answers", () => {
  const change = (i: number) => {
    const sinceS = Math.max(0, i - 150);
    const sag = -3 * Math.exp(-sinceS / 20) * (1 - Math.exp(-sinceS / 4));
    return {
      readsK: sinceS > 0 ? sag : 0,
      duty: sinceS > 0 ? Math.min(0.65, 0.4 + 0.04 * sinceS) : 0.4,
    };
  };
  assert.equal(run(change), []);
});

for (const sizeK of [-20, 20]) {
  budget(`is overdrawn by a reading that is shifted by ${sizeK} K within three seconds`, () => {
    const change = (i: number) => ({
      readsK: sizeK * Math.min(1, Math.max(0, i - 150) / 3),
      duty: i <= 150 ? 0.4 : sizeK > 0 ? 0 : 1,
    });
    const first = run(change)[0];
    assert.ok(first && first.i > 150 && first.i <= 160, `${first?.i}`);
    assert.is(Math.sign(first!.alarm.movedK), Math.sign(sizeK));
  });
}

budget(
  "is overdrawn at once by a leap that the sensor's lag leaves no surroundings to make",
  () => {
    const change = (i: number) => {
      const sinceS = i - 150;
      const readsK = sinceS > 0 ? -9 + Math.min(8, Math.max(0, sinceS - 4)) : 0;
      return { readsK, duty: sinceS > 0 && sinceS < 12 ? 1 : 0.4 };
    };
    const first = run(change)[0];
    assert.ok(first && first.i > 150 && first.i <= 156, `${first?.i}`);
  },
);

budget("is overdrawn by a reading that climbs while its duty is off", () => {
  const change = (i: number) => {
    const sinceS = Math.max(0, i - 150);
    return { readsK: Math.min(9, 0.9 * sinceS), duty: sinceS > 2 ? 0 : 0.4 };
  };
  const first = run(change)[0];
  assert.ok(first && first.i > 150 && first.i <= 165, `${first?.i}`);
});

budget("isn't overdrawn by noise that has just begun", () => {
  const random = new Noise(9);
  const change = (i: number) => ({ readsK: i > 150 ? 2.5 * random.gauss() : 0, duty: 0.4 });
  assert.equal(run(change), []);
});

budget("is overdrawn by a heater that is cut: it falls at full duty", () => {
  const change = (i: number) => {
    const sinceS = Math.max(0, i - 150);
    return { readsK: -1.3 * sinceS, duty: Math.min(1, 0.4 + 0.05 * sinceS) };
  };
  const first = run(change)[0];
  assert.ok(first && first.i <= 180, `${first?.i}`);
});

budget("isn't held where fan and flow are told: the twin is sharper there", () => {
  const change = (i: number) => ({ readsK: i > 150 ? 20 : 0, duty: 0.4 });
  assert.equal(run(change, 0), []);
});

budget("isn't held on the way to a target", () => {
  const state = initHeatBudget();
  for (let i = 0; i < 100; i++) {
    const now = residual({
      eventTimeS: i,
      measuredC: 30 + 1.8 * i,
      duty: 1,
      unsureKPerS: 0.5,
      approaching: true,
    });
    assert.is(stepHeatBudget(state, now, PARAMETERS, true), null);
  }
});

budget.run();
