import type { Interval } from "./wilson.ts";

/** One minus the confidence of a two-sided 95 % interval. */
const ALPHA = 0.05;
const STEPS = 200;

/** P(X ≤ count) of a Poisson variable with this mean, summed in the logarithm. */
export function poissonCdf(count: number, mean: number): number {
  if (count < 0) return 0;
  if (mean === 0) return 1;
  let logTerm = -mean;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log(mean / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/**
 * The exact two-sided interval of a Poisson mean (Garwood 1936, Biometrika 28:437): the means at
 * which so many, or more, and so many, or fewer, are just as improbable as α/2.
 *
 * @throws {RangeError} for a count that isn't a whole number from 0.
 *
 * @example
 * garwood(0); // { low: 0, high: 3.689 }
 */
export function garwood(count: number, alpha = ALPHA): Interval {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`Cannot bound a rate: a whole count from 0 was required, got ${count}`);
  }
  const most = count + 10 * Math.sqrt(count + 1) + 20;
  return {
    low: count === 0
      ? 0
      : meanWhere((mean) => 1 - poissonCdf(count - 1, mean) >= alpha / 2, 0, count),
    high: meanWhere((mean) => poissonCdf(count, mean) <= alpha / 2, count, most),
  };
}

/** Where a condition that holds at `high` and not at `low` begins to hold. */
function meanWhere(holds: (mean: number) => boolean, low: number, high: number): number {
  for (let step = 0; step < STEPS && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** A rate with its exact bounds, for so many events in so much time. */
export interface Rate extends Interval {
  rate: number;
}

/** Events per 1,000 hours. @throws {RangeError} for a count that isn't a whole number from 0. */
export function per1000Hours(count: number, hours: number): Rate {
  const { low, high } = garwood(count);
  if (hours <= 0) return { rate: 0, low: 0, high: Infinity };
  const scale = 1000 / hours;
  return { rate: count * scale, low: low * scale, high: high * scale };
}
