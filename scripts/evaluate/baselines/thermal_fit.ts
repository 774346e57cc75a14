import { type HeatSample, SILENCE_S } from "./seen.ts";

/** The firmware's own step, s; reports that come more seldom are walked in steps of about this. */
const STEP_S = 0.27;
/** Filter of the error's difference, per step. */
const ERROR_FILTER = 0.05;
/** Room temperature that is assumed where no sensor tells it, °C. */
const AMBIENT_C = 25;

/** What calibration gives: the hotend's heat. */
export interface ThermalModel {
  powerW: number;
  capacityJPerK: number;
  /** From power to reading, s. */
  lagS: number;
  /** Filter of the simulated difference, per step of 0.27 s, 0–1. */
  filter: number;
  /** Thermal resistance, K/W, at fan duties 0 … 1 in equal steps. */
  resistanceKPerW: readonly number[];
}

/** E3D's V6 at 38 W: the values that a Prusa MK3S begins its calibration with. */
export const UNCALIBRATED: ThermalModel = {
  powerW: 38,
  capacityJPerK: 12.1,
  lagS: 2.1,
  filter: 0.065,
  resistanceKPerW: [
    20.5,
    18.4,
    16.7,
    15.2,
    14.1,
    13.3,
    12.7,
    12.1,
    11.7,
    11.3,
    11,
    10.8,
    10.6,
    10.4,
    10.2,
    10.1,
  ],
};

/** The model as it walks along a hotend's reports. */
export interface ModelRun {
  last: HeatSample | null;
  /** Filtered expected differences that haven't come out of the lag yet, K/s. */
  lag: number[];
  /** Filtered difference between what was measured and what was expected, K/s. */
  errorKPerS: number;
}

export function initModelRun(): ModelRun {
  return { last: null, lag: [], errorKPerS: 0 };
}

/**
 * Walks the model to a hotend's next report. The expected rate is (power × duty − loss) / capacity,
 * filtered and delayed; what is measured is compared with it, and the difference filtered. Between
 * reports temperature and duty are taken as straight lines. True when an error stands.
 */
export function stepModel(run: ModelRun, model: ThermalModel, seen: HeatSample): boolean {
  const { last } = run;
  run.last = seen;
  const passedS = last ? seen.eventTimeS - last.eventTimeS : Infinity;
  if (!last || seen.afterGap || passedS > SILENCE_S || last.duty === null || seen.duty === null) {
    run.lag.length = 0;
    run.errorKPerS = 0;
    return false;
  }
  if (passedS <= 0) return true;
  const steps = Math.max(1, Math.round(passedS / STEP_S));
  const rate = (seen.measuredC - last.measuredC) / passedS;
  const lagSteps = Math.max(1, Math.round(model.lagS / (passedS / steps)));
  for (let i = 1; i <= steps; i++) {
    const part = i / steps;
    const measuredC = last.measuredC + (seen.measuredC - last.measuredC) * part;
    const duty = last.duty + (seen.duty - last.duty) * part;
    const expected = expectedRate(model, measuredC, duty, seen.fanDuty);
    const before = run.lag.at(-1) ?? expected;
    run.lag.push(before + (expected - before) * model.filter);
    if (run.lag.length <= lagSteps) continue;
    while (run.lag.length > lagSteps + 1) run.lag.shift();
    run.errorKPerS += (rate - run.lag[0]! - run.errorKPerS) * ERROR_FILTER;
  }
  return true;
}

function expectedRate(model: ThermalModel, measuredC: number, duty: number, fanDuty: number) {
  const { powerW, capacityJPerK, resistanceKPerW } = model;
  const level = Math.round(fanDuty * (resistanceKPerW.length - 1));
  const lossW = (measuredC - AMBIENT_C) / resistanceKPerW[level]!;
  return (powerW * duty - lossW) / capacityJPerK;
}
