import { airOf, type HeaterInput, stillShape } from "./block.ts";
import { solve } from "./linear_system.ts";
import type { HeaterPrior, ThermalParameters, ThermalSpread } from "./parameters.ts";

const NAMES = ["powerKPerS", "lossPerS", "fanLossPerS", "flowLossPerMm", "fadePerS"] as const;
const SIZE = NAMES.length;

/** The mean heat balance of one window of several seconds. */
export interface BalanceWindow {
  /** Mean slope of the block, K/s. */
  slopeKPerS: number;
  /** Variance of that slope as measured, (K/s)². */
  slopeVariance: number;
  /** Mean duty, 0–1. */
  duty: number;
  /** Mean of duty times the difference to ambient, K. */
  dutyOverAmbientK: number;
  /** Mean difference of block and ambient weighted by the still loss's shape, K. */
  stillOverAmbientK: number;
  /** The same weighted by the fan's air (0–1) and by flow (mm/s). */
  fanOverAmbientK: number;
  flowOverAmbientK: number;
}

/**
 * Bayesian regression of the twin's five parameters, which enter the heat balance linearly, in
 * information form: windows add to it, time takes from it, the prior always stays. Matrices are
 * row-major and in units of the prior's spread, so that they stay well conditioned.
 */
export interface Calibration {
  mean: number[];
  covariance: number[];
  /** What the windows taught, without the prior: Σ φφᵀ/v and Σ φ·slope/v. */
  information: number[];
  evidence: number[];
  windows: number;
  /** Running mean of the squared normalised misfit of windows; near 1 for a model that fits. */
  misfit: number;
  /** Where it stood when the heater had become known: learning stays near it. */
  anchor?: Anchor;
}

/** Duties that held a heater when it had become known, fan off and full on. */
export interface Anchor {
  still: number;
  blown: number;
  /** The hold with the fan on had been seen, not only supposed. */
  fanKnown?: boolean;
}

/** A calibration that knows nothing but the prior. */
export function initCalibration(prior: HeaterPrior): Calibration {
  const units = unitsOf(prior);
  const covariance = Array<number>(SIZE * SIZE).fill(0);
  for (let i = 0; i < SIZE; i++) covariance[i * SIZE + i] = 1;
  return {
    mean: NAMES.map((name, i) => prior.parameters[name] / units[i]!),
    covariance,
    information: Array<number>(SIZE * SIZE).fill(0),
    evidence: Array<number>(SIZE).fill(0),
    windows: 0,
    misfit: 1,
  };
}

function unitsOf(prior: HeaterPrior): number[] {
  return NAMES.map((name) => prior.spread[name]);
}

/** The heat balance that the parameters' uncertainty is asked about. */
export function balanceOf(
  parameters: ThermalParameters,
  input: HeaterInput,
  overAmbientK: number,
): BalanceWindow {
  return {
    slopeKPerS: 0,
    slopeVariance: 0,
    duty: input.duty,
    dutyOverAmbientK: input.duty * overAmbientK,
    stillOverAmbientK: stillShape(parameters.curve, overAmbientK) * overAmbientK,
    fanOverAmbientK: airOf(input.fan) * overAmbientK,
    flowOverAmbientK: input.flowMmPerS * overAmbientK,
  };
}

/** The regressors of a window in the calibration's units. */
function regressors(prior: HeaterPrior, window: BalanceWindow): number[] {
  const { duty, stillOverAmbientK, fanOverAmbientK, flowOverAmbientK, dutyOverAmbientK } = window;
  const raw = [duty, -stillOverAmbientK, -fanOverAmbientK, -flowOverAmbientK, -dutyOverAmbientK];
  return raw.map((value, i) => value * prior.spread[NAMES[i]!]);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** How uncertain the predicted slope is because the parameters are, (K/s)². */
export function balanceVariance(
  calibration: Calibration,
  prior: HeaterPrior,
  window: BalanceWindow,
): number {
  const phi = regressors(prior, window);
  const { covariance } = calibration;
  let sum = 0;
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      sum += phi[row]! * covariance[row * SIZE + column]! * phi[column]!;
    }
  }
  return Math.max(0, sum);
}

/** A window further off than this counts less, in standard deviations: it may be no fair one. */
const FAIR_SPREADS = 2.5;
/** Windows after which the misfit tells how far the assumed noise is off, and how far it may be. */
const SCALE_WINDOWS = 12;
const SCALE_MIN = 1;
const SCALE_MAX = 9;

/**
 * Learns from one window that was judged normal. What was taught is forgotten slowly, about one
 * part in `memoryWindows` a window, so that a heater that ages is followed. Mutates and returns the
 * calibration.
 */
export function learnWindow(
  calibration: Calibration,
  prior: HeaterPrior,
  window: BalanceWindow,
  memoryWindows = 2000,
): Calibration {
  const phi = regressors(prior, window);
  const { information, evidence } = calibration;
  const error = window.slopeKPerS - dot(phi, calibration.mean);
  const expected = balanceVariance(calibration, prior, window) + window.slopeVariance;
  calibration.misfit += (Math.min(25, error ** 2 / expected) - calibration.misfit) /
    Math.min(20, calibration.windows + 1);
  calibration.windows++;
  const off = Math.abs(error) / Math.sqrt(expected);
  const fair = off > FAIR_SPREADS ? FAIR_SPREADS / off : 1;
  const weight = fair / (window.slopeVariance * noiseScale(calibration));
  const keep = 1 - 1 / memoryWindows;
  for (let row = 0; row < SIZE; row++) {
    evidence[row] = evidence[row]! * keep + phi[row]! * window.slopeKPerS * weight;
    for (let column = 0; column < SIZE; column++) {
      const at = row * SIZE + column;
      information[at] = information[at]! * keep + phi[row]! * phi[column]! * weight;
    }
  }
  conclude(calibration, prior);
  return calibration;
}

/**
 * Mean and covariance of what the prior and all windows say. What comes out negative is held at zero,
 * but is no better known for it: a fan that hardly blew yet may come out as one that warms.
 */
function conclude(calibration: Calibration, prior: HeaterPrior): void {
  const { information, evidence } = calibration;
  const free = NAMES.map(() => true);
  for (let held = 0;; held++) {
    const matrix = information.map((value, at) => {
      const row = Math.floor(at / SIZE), column = at % SIZE;
      if (row !== column) return free[row] && free[column] ? value : 0;
      // One that is held at zero gets a prior so sure that nothing moves it.
      return value + (free[row] ? 1 : 1e9);
    });
    const side = evidence.map((value, i) =>
      free[i] ? value + prior.parameters[NAMES[i]!] / prior.spread[NAMES[i]!] : 0
    );
    const { solution, inverse } = solve(matrix, side);
    calibration.mean = solution;
    if (held === 0) calibration.covariance = inverse;
    const negative = solution.findIndex((value, i) => free[i] && value < 0);
    if (negative < 0) return;
    free[negative] = false;
  }
}

/** What a controller's swing does to a window is hard to foretell; how well windows fit is seen. */
function noiseScale({ windows, misfit }: Calibration): number {
  return windows < SCALE_WINDOWS ? 1 : Math.min(SCALE_MAX, Math.max(SCALE_MIN, misfit));
}

/** How uncertain a parameter is, as one standard deviation in its own unit. */
export function spreadOf(
  calibration: Calibration,
  prior: HeaterPrior,
  name: keyof ThermalSpread,
): number {
  const at = NAMES.indexOf(name);
  return Math.sqrt(calibration.covariance[at * SIZE + at]!) * prior.spread[name];
}

/** The parameters as learnt; the others are carried over. No learnt one is negative. */
export function calibrated(
  calibration: Calibration,
  prior: HeaterPrior,
  carried: ThermalParameters,
): ThermalParameters {
  const learnt = {} as ThermalSpread;
  NAMES.forEach((name, i) => {
    learnt[name] = Math.max(0, calibration.mean[i]! * prior.spread[name]);
  });
  return { ...carried, ...learnt };
}
