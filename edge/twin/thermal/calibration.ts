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
  /** Mean difference of block and ambient, K, alone and weighted by fan (0–1) and flow (mm/s). */
  overAmbientK: number;
  fanOverAmbientK: number;
  flowOverAmbientK: number;
}

/**
 * Recursive least squares over the twin's five parameters, which enter the heat balance linearly.
 * `covariance` is row-major, in units of the prior's spread, so that it stays well conditioned.
 */
export interface Calibration {
  mean: number[];
  covariance: number[];
  /** The unit of each entry of `mean` and `covariance`. */
  units: number[];
  windows: number;
  /** Running mean of the squared normalised misfit of windows; near 1 for a model that fits. */
  misfit: number;
}

/** A calibration that knows nothing but the prior. */
export function initCalibration(prior: HeaterPrior): Calibration {
  const units = NAMES.map((name) => prior.spread[name]);
  const covariance = Array<number>(SIZE * SIZE).fill(0);
  for (let i = 0; i < SIZE; i++) covariance[i * SIZE + i] = 1;
  const mean = NAMES.map((name, i) => prior.parameters[name] / units[i]!);
  return { mean, covariance, units, windows: 0, misfit: 1 };
}

/** The regressors of a window in the calibration's units. */
function regressors(units: readonly number[], window: BalanceWindow): number[] {
  const { duty, overAmbientK, fanOverAmbientK, flowOverAmbientK, dutyOverAmbientK } = window;
  const raw = [duty, -overAmbientK, -fanOverAmbientK, -flowOverAmbientK, -dutyOverAmbientK];
  return raw.map((value, i) => value * units[i]!);
}

function timesCovariance(calibration: Calibration, vector: readonly number[]): number[] {
  const { covariance } = calibration;
  const product = Array<number>(SIZE).fill(0);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      product[row]! += covariance[row * SIZE + column]! * vector[column]!;
    }
  }
  return product;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** How uncertain the predicted slope is because the parameters are, (K/s)². */
export function balanceVariance(calibration: Calibration, window: BalanceWindow): number {
  const phi = regressors(calibration.units, window);
  return Math.max(0, dot(phi, timesCovariance(calibration, phi)));
}

/**
 * Learns from one window that was judged normal. The covariance never falls under a floor, so that
 * a heater that ages is followed, slowly: about one part in `memoryWindows` a window.
 * Mutates and returns the calibration.
 */
export function learnWindow(
  calibration: Calibration,
  window: BalanceWindow,
  memoryWindows = 2000,
): Calibration {
  const phi = regressors(calibration.units, window);
  const gainTop = timesCovariance(calibration, phi);
  const variance = dot(phi, gainTop) + window.slopeVariance * noiseScale(calibration);
  const error = window.slopeKPerS - dot(phi, calibration.mean);
  const expected = dot(phi, gainTop) + window.slopeVariance;
  calibration.misfit += (Math.min(25, error ** 2 / expected) - calibration.misfit) /
    Math.min(20, calibration.windows + 1);
  calibration.windows++;
  const inflate = 1 + 1 / memoryWindows;
  for (let row = 0; row < SIZE; row++) {
    calibration.mean[row]! += (gainTop[row]! / variance) * error;
    for (let column = 0; column < SIZE; column++) {
      const at = row * SIZE + column;
      const next = calibration.covariance[at]! - (gainTop[row]! * gainTop[column]!) / variance;
      calibration.covariance[at] = row === column ? Math.min(1, next * inflate) : next;
    }
  }
  for (let at = 0; at < SIZE; at++) if (calibration.mean[at]! < 0) pinToZero(calibration, at);
  return calibration;
}

/** Sets a parameter that came out negative to zero, and gives the others their mean under that. */
function pinToZero({ mean, covariance }: Calibration, at: number): void {
  const gap = mean[at]! / covariance[at * SIZE + at]!;
  for (let row = 0; row < SIZE; row++) mean[row]! -= covariance[row * SIZE + at]! * gap;
  mean[at] = 0;
}

/** Windows after which the misfit tells how far the assumed noise is off, and how far it may be. */
const SCALE_WINDOWS = 12;
const SCALE_MIN = 0.05;
const SCALE_MAX = 4;

/** What a controller's swing does to a window is hard to foretell; how well windows fit is seen. */
function noiseScale({ windows, misfit }: Calibration): number {
  return windows < SCALE_WINDOWS ? 1 : Math.min(SCALE_MAX, Math.max(SCALE_MIN, misfit));
}

/** The parameters as learnt; `lagPerS` and `ambientC` are carried over. No learnt one is negative. */
export function calibrated(
  calibration: Calibration,
  carried: ThermalParameters,
): ThermalParameters {
  const learnt = {} as ThermalSpread;
  NAMES.forEach((name, i) => {
    learnt[name] = Math.max(0, calibration.mean[i]! * calibration.units[i]!);
  });
  return { ...carried, ...learnt };
}
