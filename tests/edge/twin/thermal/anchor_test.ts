import { suite } from "uvu";
import * as assert from "uvu/assert";
import { holdsOf, learnOnLeash, strayed } from "../../../../edge/twin/thermal/anchor.ts";
import {
  balanceOf,
  calibrated,
  initCalibration,
  learnWindow,
} from "../../../../edge/twin/thermal/calibration.ts";
import type { BalanceWindow, Calibration } from "../../../../edge/twin/thermal/calibration.ts";
import { HEATER_PRIORS } from "../../../../edge/twin/thermal/parameters.ts";

const test = suite("leash of what is learnt");
const PRIOR = HEATER_PRIORS.hotend;

/** Windows of a heater that loses `factor` times what the prior says, in holds and heat-ups. */
function windowsOf(
  factor: number,
  count: number,
  { fanFactor = 1, blows = true } = {},
): BalanceWindow[] {
  const { powerKPerS, lossPerS, fanLossPerS, fadePerS } = PRIOR.parameters;
  return Array.from({ length: count }, (_, i) => {
    const duty = 0.2 + 0.7 * (i % 5) / 5;
    const window = balanceOf(
      PRIOR.parameters,
      { duty, fan: blows ? i % 2 : 0, flowMmPerS: 0 },
      180,
    );
    const lost = factor *
      (lossPerS * window.stillOverAmbientK + fanFactor * fanLossPerS * window.fanOverAmbientK);
    const slopeKPerS = powerKPerS * duty - lost - fadePerS * window.dutyOverAmbientK;
    return { ...window, slopeKPerS, slopeVariance: 1e-4 };
  });
}

function taught(calibration: Calibration, factor: number, count: number, fan = {}): void {
  for (const window of windowsOf(factor, count, fan)) {
    learnOnLeash(calibration, PRIOR, () => learnWindow(calibration, PRIOR, window, 60));
  }
}

test("a heater is learnt freely until it is known, and then has an anchor", () => {
  const calibration = initCalibration(PRIOR);
  taught(calibration, 1.6, 60);
  assert.is(calibration.anchor, undefined);
  taught(calibration, 1.6, 140);
  assert.ok(calibration.anchor);
  assert.ok(strayed(calibration, PRIOR, calibration.anchor!) < 0.02);
});

test("what is taught in small steps gets no further than the leash", () => {
  const calibration = initCalibration(PRIOR);
  taught(calibration, 1, 300);
  for (let factor = 1; factor > 0.5; factor -= 0.01) taught(calibration, factor, 60);
  const off = strayed(calibration, PRIOR, calibration.anchor!);
  assert.ok(off > 0.05 && off <= 0.11, `${off}`);
});

test("wear within the leash is followed, and the way back is free", () => {
  const calibration = initCalibration(PRIOR);
  taught(calibration, 1, 300);
  taught(calibration, 1.06, 400);
  const off = strayed(calibration, PRIOR, calibration.anchor!);
  assert.ok(off > 0.04 && off < 0.08, `${off}`);
  taught(calibration, 1, 400);
  assert.ok(strayed(calibration, PRIOR, calibration.anchor!) < 0.02);
});

test("what is taught of the fan alone in small steps gets no further than its leash", () => {
  const calibration = initCalibration(PRIOR);
  taught(calibration, 1, 300);
  assert.ok(calibration.anchor?.fanKnown);
  const { blown } = calibration.anchor!;
  let most = 0;
  for (let fanFactor = 1; fanFactor < 4; fanFactor += 0.05) {
    taught(calibration, 1, 60, { fanFactor });
    most = Math.max(most, holdsOf(calibration, PRIOR).blown / blown - 1);
  }
  assert.ok(most > 0.1 && most < 0.27, `${most}`);
});

test("a fan that never blew before a heater was known is learnt freely after", () => {
  const calibration = initCalibration(PRIOR);
  taught(calibration, 1, 200, { blows: false });
  assert.is(calibration.anchor?.fanKnown, false);
  taught(calibration, 1, 200, { fanFactor: 3 });
  const { fanLossPerS } = calibrated(calibration, PRIOR, PRIOR.parameters);
  assert.ok(fanLossPerS > 2.7 * PRIOR.parameters.fanLossPerS, `${fanLossPerS}`);
  assert.ok(calibration.anchor?.fanKnown);
});

test.run();
