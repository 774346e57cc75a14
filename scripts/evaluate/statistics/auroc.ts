import { type Interval, Z95 } from "./wilson.ts";

/** How well a score tells two groups apart: 0.5 not at all, 1 always. */
export interface Auroc extends Interval {
  auroc: number;
  positives: number;
  negatives: number;
}

/**
 * Area under the ROC curve as the Mann–Whitney statistic, ties counted half, with Newcombe's
 * interval (2006, Statistics in Medicine 25:559, method 5), which stays honest at 0 and 1.
 *
 * @returns null if one of the groups is empty
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): Auroc | null {
  const m = positives.length, n = negatives.length;
  if (m === 0 || n === 0) return null;
  const sorted = [...negatives].sort((a, b) => a - b);
  let wins = 0;
  for (const score of positives) {
    const below = lowerBound(sorted, score, false);
    wins += (below + lowerBound(sorted, score, true)) / 2;
  }
  const area = wins / (m * n);
  return {
    auroc: area,
    positives: m,
    negatives: n,
    low: area === 0 ? 0 : boundOf(area, m, n, -1),
    high: area === 1 ? 1 : boundOf(area, m, n, 1),
  };
}

/** How many values are below `score`, or not above it. */
function lowerBound(sorted: readonly number[], score: number, orEqual: boolean): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle]!;
    if (value < score || orEqual && value === score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hanley and McNeil's variance (1982, Radiology 143:29) for scores with exponential tails. */
export function aurocVariance(area: number, positives: number, negatives: number): number {
  const q1 = area / (2 - area), q2 = 2 * area * area / (1 + area);
  return (area * (1 - area) + (positives - 1) * (q1 - area * area) +
    (negatives - 1) * (q2 - area * area)) / (positives * negatives);
}

/** Method 5 puts the mean of both group sizes for each. */
function boundOf(area: number, m: number, n: number, sign: 1 | -1): number {
  const mean = (m + n) / 2 - 1;
  const variance = (theta: number) =>
    theta * (1 - theta) *
    (1 + mean * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (m * n);
  let inside = area, outside = sign > 0 ? 1 : 0;
  for (let step = 0; step < 100; step++) {
    const middle = (inside + outside) / 2;
    if (Math.abs(area - middle) <= Z95 * Math.sqrt(variance(middle))) inside = middle;
    else outside = middle;
  }
  return inside;
}
