/**
 * Recursive least squares with forgetting, as plain values. `covariance` is row-major, `size` × `size`,
 * in units of the residual's variance.
 */
export interface RecursiveFit {
  mean: number[];
  covariance: number[];
  /** Variance of the residuals before each was learnt, clipped. */
  variance: number;
  taught: number;
}

/** A residual counts for this many standard deviations of it at most. */
const CLIP_SPREADS = 4;
const VARIANCE_SAMPLES = 400;

/** A fit that knows nothing: all coefficients 0, each uncertain by `spreads` residuals. */
export function initRecursiveFit(size: number, spreads: number, variance: number): RecursiveFit {
  const covariance = Array<number>(size * size).fill(0);
  for (let i = 0; i < size; i++) covariance[i * size + i] = spreads * spreads;
  return { mean: Array<number>(size).fill(0), covariance, variance, taught: 0 };
}

/** What a fit expects, and how unsure of it the fit is, in residuals' variances. */
export interface Expected {
  value: number;
  leverage: number;
}

/** What the fit makes of `x`. */
export function expect(fit: RecursiveFit, x: readonly number[]): Expected {
  const size = x.length;
  let value = 0, leverage = 0;
  for (let row = 0; row < size; row++) {
    value += fit.mean[row]! * x[row]!;
    let product = 0;
    for (let column = 0; column < size; column++) {
      product += fit.covariance[row * size + column]! * x[column]!;
    }
    leverage += product * x[row]!;
  }
  return { value, leverage: Math.max(0, leverage) };
}

/** Learns one sample that was judged normal; older ones fade over `memory` samples. Mutates. */
export function teachFit(fit: RecursiveFit, x: readonly number[], y: number, memory: number): void {
  const size = x.length;
  const gain = Array<number>(size).fill(0);
  let leverage = 0, value = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      gain[row]! += fit.covariance[row * size + column]! * x[column]!;
    }
    leverage += gain[row]! * x[row]!;
    value += fit.mean[row]! * x[row]!;
  }
  fit.taught++;
  const spread = Math.sqrt(fit.variance * (1 + leverage));
  const error = Math.min(CLIP_SPREADS * spread, Math.max(-CLIP_SPREADS * spread, y - value));
  fit.variance += (error * error / (1 + leverage) - fit.variance) /
    Math.min(VARIANCE_SAMPLES, fit.taught + 20);
  const keep = 1 - 1 / memory;
  for (let row = 0; row < size; row++) {
    fit.mean[row]! += gain[row]! / (keep + leverage) * error;
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      const next = (fit.covariance[at]! - gain[row]! * gain[column]! / (keep + leverage)) / keep;
      fit.covariance[at] = Math.min(1e8, Math.max(-1e8, next));
    }
  }
}
