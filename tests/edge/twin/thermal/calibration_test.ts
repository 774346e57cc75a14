import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { airOf, stillShape } from "../../../../edge/twin/thermal/block.ts";
import {
  balanceVariance,
  type BalanceWindow,
  calibrated,
  type Calibration,
  initCalibration,
  learnWindow,
} from "../../../../edge/twin/thermal/calibration.ts";
import { HEATER_PRIORS, type ThermalParameters } from "../../../../edge/twin/thermal/parameters.ts";
import { HOTEND, Noise } from "./synthetic_heater.ts";

const PRIOR = HEATER_PRIORS.hotend;
const SLOPE_SD = 0.01;

/** A window of a heater with these parameters: what its balance must be, and a little noise. */
function windowOf(
  parameters: ThermalParameters,
  driver: { duty: number; overAmbientK: number; fan?: number; flowMmPerS?: number },
  noise: Noise | null = null,
): BalanceWindow {
  const { duty, overAmbientK, fan = 0, flowMmPerS = 0 } = driver;
  const { powerKPerS, lossPerS, fanLossPerS, flowLossPerMm, fadePerS } = parameters;
  const shape = stillShape(parameters.curve, overAmbientK);
  const loss = lossPerS * shape + fanLossPerS * airOf(fan) + flowLossPerMm * flowMmPerS +
    fadePerS * duty;
  const slopeKPerS = powerKPerS * duty - loss * overAmbientK;
  return {
    slopeKPerS: slopeKPerS + (noise ? SLOPE_SD * noise.gauss() : 0),
    slopeVariance: SLOPE_SD ** 2,
    duty,
    dutyOverAmbientK: duty * overAmbientK,
    stillOverAmbientK: shape * overAmbientK,
    fanOverAmbientK: airOf(fan) * overAmbientK,
    flowOverAmbientK: flowMmPerS * overAmbientK,
  };
}

/** Windows all over a print: heat-ups, holds, cool-downs, fan and flow at random. */
function course(parameters: ThermalParameters, count: number, seed: number): BalanceWindow[] {
  const random = new Noise(seed);
  return Array.from({ length: count }, () => {
    const overAmbientK = 20 + 200 * random.uniform();
    const duty = random.uniform(), fan = random.uniform(), flowMmPerS = 8 * random.uniform();
    return windowOf(parameters, { duty, overAmbientK, fan, flowMmPerS }, random);
  });
}

function taught(windows: BalanceWindow[]): Calibration {
  const calibration = initCalibration(PRIOR);
  for (const window of windows) learnWindow(calibration, PRIOR, window);
  return calibration;
}

const LEARNT = ["powerKPerS", "lossPerS", "fanLossPerS", "flowLossPerMm", "fadePerS"] as const;

const test = suite("calibration");

test("knows nothing but the prior at first", () => {
  const parameters = calibrated(initCalibration(PRIOR), PRIOR, PRIOR.parameters);
  for (const name of LEARNT) {
    assert.ok(Math.abs(parameters[name] - PRIOR.parameters[name]) < 1e-12, name);
  }
  assert.is(parameters.lagPerS, PRIOR.parameters.lagPerS);
  assert.is(parameters.ambientC, PRIOR.parameters.ambientC);
});

for (const seed of [1, 2, 3]) {
  test(`recovers all five parameters from 400 windows of a heater (${seed})`, () => {
    const parameters = calibrated(taught(course(HOTEND, 400, seed)), PRIOR, PRIOR.parameters);
    const tolerances = { powerKPerS: 0.02, lossPerS: 0.03, fanLossPerS: 0.05, flowLossPerMm: 0.05 };
    for (const [name, share] of Object.entries(tolerances) as [keyof ThermalParameters, number][]) {
      const off = Math.abs(parameters[name] / HOTEND[name] - 1);
      assert.ok(off < share, `${name}: ${parameters[name]} for ${HOTEND[name]}`);
    }
    assert.ok(Math.abs(parameters.fadePerS - HOTEND.fadePerS) < 0.0003, `${parameters.fadePerS}`);
  });
}

test("foretells the slope of windows that it hasn't seen within their noise", () => {
  const calibration = taught(course(HOTEND, 300, 4));
  const parameters = calibrated(calibration, PRIOR, PRIOR.parameters);
  const noiseless = { ...parameters };
  for (const window of course(HOTEND, 200, 5)) {
    const { duty, dutyOverAmbientK, fanOverAmbientK, flowOverAmbientK } = window;
    const overAmbientK = dutyOverAmbientK / duty;
    const fan = Math.pow(fanOverAmbientK / overAmbientK, 1 / 0.65);
    const flowMmPerS = flowOverAmbientK / overAmbientK;
    const told = windowOf(noiseless, { duty, overAmbientK, fan, flowMmPerS });
    const off = Math.abs(told.slopeKPerS - window.slopeKPerS);
    assert.ok(off < 5 * SLOPE_SD, `${off}`);
  }
});

test("grows surer with every window, and sure of what it saw only", () => {
  const calibration = initCalibration(PRIOR);
  const still = windowOf(HOTEND, { duty: 0.4, overAmbientK: 185 });
  const windy = windowOf(HOTEND, { duty: 0.6, overAmbientK: 185, fan: 1 });
  const before = [
    balanceVariance(calibration, PRIOR, still),
    balanceVariance(calibration, PRIOR, windy),
  ];
  for (let i = 0; i < 50; i++) learnWindow(calibration, PRIOR, still);
  const after = [
    balanceVariance(calibration, PRIOR, still),
    balanceVariance(calibration, PRIOR, windy),
  ];
  assert.ok(after[0]! < before[0]! / 1000);
  assert.ok(after[1]! > before[1]! / 10, "the fan was never seen");
  assert.ok(after[1]! < before[1]!);
});

test("leaves what a window says nothing about as it was", () => {
  const calibration = taught(
    Array.from({ length: 40 }, () => windowOf(HOTEND, { duty: 0.4, overAmbientK: 185 })),
  );
  const parameters = calibrated(calibration, PRIOR, PRIOR.parameters);
  assert.ok(Math.abs(parameters.fanLossPerS - PRIOR.parameters.fanLossPerS) < 1e-9);
  assert.ok(Math.abs(parameters.flowLossPerMm - PRIOR.parameters.flowLossPerMm) < 1e-9);
});

test("tells by its misfit whether windows fit what was learnt", () => {
  const calibration = taught(course(HOTEND, 100, 6));
  const good = calibration.misfit;
  assert.ok(good > 0.2 && good < 2.5, `${good}`);
  const other = { ...HOTEND, powerKPerS: HOTEND.powerKPerS * 1.5 };
  for (const window of course(other, 3, 7)) learnWindow(calibration, PRIOR, window);
  assert.ok(calibration.misfit > 2 * good, `${good} → ${calibration.misfit}`);
});

test("counts the windows that taught it", () => {
  assert.is(taught(course(HOTEND, 17, 8)).windows, 17);
});

test("bounds what one wild window can do to the misfit", () => {
  const calibration = taught(course(HOTEND, 60, 9));
  learnWindow(calibration, PRIOR, {
    ...windowOf(HOTEND, { duty: 0.4, overAmbientK: 185 }),
    slopeKPerS: 1e3,
  });
  assert.ok(calibration.misfit <= 25);
});

test("follows a heater that ages, slowly", () => {
  const calibration = taught(course(HOTEND, 300, 10));
  const aged = { ...HOTEND, powerKPerS: HOTEND.powerKPerS * 0.85 };
  const power = () => calibrated(calibration, PRIOR, PRIOR.parameters).powerKPerS;
  for (const window of course(aged, 20, 11)) learnWindow(calibration, PRIOR, window);
  assert.ok(power() > HOTEND.powerKPerS * 0.9, `soon: ${power()}`);
  for (const window of course(aged, 9000, 12)) learnWindow(calibration, PRIOR, window);
  assert.ok(power() < HOTEND.powerKPerS * 0.91, `late: ${power()}`);
});

test("keeps a covariance that is one, whatever the windows", () => {
  const any = fc.record({
    duty: fc.double({ min: 0, max: 1, noNaN: true }),
    overAmbientK: fc.double({ min: 15, max: 280, noNaN: true }),
    fan: fc.double({ min: 0, max: 1, noNaN: true }),
    flowMmPerS: fc.double({ min: 0, max: 25, noNaN: true }),
  });
  const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 5,
    maxLength: 5,
  });
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 60 }), vector, (drivers, v) => {
      const { covariance } = taught(drivers.map((driver) => windowOf(HOTEND, driver)));
      let square = 0;
      for (let row = 0; row < 5; row++) {
        for (let column = 0; column < 5; column++) {
          const entry = covariance[row * 5 + column]!;
          assert.ok(Math.abs(entry - covariance[column * 5 + row]!) < 1e-9, "symmetric");
          square += v[row]! * entry * v[column]!;
        }
        assert.ok(covariance[row * 6]! > 0 && covariance[row * 6]! <= 1);
      }
      assert.ok(square > -1e-9, `${square}`);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("never gives a negative parameter to the twin", () => {
  const odd = { ...HOTEND, fadePerS: -0.003, fanLossPerS: -0.002 };
  const parameters = calibrated(taught(course(odd, 300, 13)), PRIOR, PRIOR.parameters);
  for (const name of LEARNT) assert.ok(parameters[name] >= 0, name);
});

test("isn't surer of a fan for having seen next to nothing of it, however that came out", () => {
  const calibration = initCalibration(PRIOR);
  const odd = { ...HOTEND, fanLossPerS: -0.004 };
  const noise = new Noise(5);
  for (let i = 0; i < 40; i++) {
    learnWindow(calibration, PRIOR, windowOf(HOTEND, { duty: 0.4, overAmbientK: 185 }, noise));
  }
  const blown = windowOf(HOTEND, { duty: 0.5, overAmbientK: 185, fan: 1 });
  const before = balanceVariance(calibration, PRIOR, blown);
  learnWindow(calibration, PRIOR, {
    ...windowOf(odd, { duty: 0.4, overAmbientK: 185, fan: 0.05 }),
    slopeVariance: (5 * SLOPE_SD) ** 2,
  });
  const after = balanceVariance(calibration, PRIOR, blown);
  assert.ok(after > before / 3, `${Math.sqrt(after)} of ${Math.sqrt(before)} K/s`);
});

test("carries lag and ambient over as they are", () => {
  const carried = { ...PRIOR.parameters, lagPerS: 0.77, ambientC: 31 };
  const parameters = calibrated(taught(course(HOTEND, 50, 14)), PRIOR, carried);
  assert.equal([parameters.lagPerS, parameters.ambientC], [0.77, 31]);
});

test("goes through JSON unchanged, and on from there bit by bit", () => {
  const windows = course(HOTEND, 60, 15);
  const whole = taught(windows);
  const half: Calibration = JSON.parse(JSON.stringify(taught(windows.slice(0, 30))));
  for (const window of windows.slice(30)) learnWindow(half, PRIOR, window);
  assert.equal(half, whole);
});

test("doesn't change the windows that it learns from", () => {
  const windows = course(HOTEND, 10, 16);
  const before = structuredClone(windows);
  taught(windows);
  assert.equal(windows, before);
});

test("does not grow with what it has seen", () => {
  const size = (count: number) => Object.values(taught(course(HOTEND, count, 17))).flat().length;
  assert.is(size(2000), size(1));
});

test.run();
