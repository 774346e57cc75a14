import { type Interval, wilson } from "./wilson.ts";

/** What one cluster, such as a printer, gave. */
export interface Cluster {
  successes: number;
  n: number;
}

/** A share with an interval that knows of clusters. */
export interface Share extends Interval {
  successes: number;
  n: number;
  share: number;
  /** How much larger the variance is than that of independent trials; at least 1. */
  designEffect: number;
}

/**
 * A share whose trials come in clusters: Wilson's interval at the effective number of trials
 * n / design effect (Rao and Scott 1992, Biometrics 48:577), the design effect estimated from the
 * ratio estimator's variance over clusters (Cochran, Sampling Techniques, 3rd ed., eq. 3.34). A
 * share of exactly 0 or 1 shows no variance, and counts as independent trials.
 */
export function clusteredShare(clusters: readonly Cluster[]): Share {
  let successes = 0, n = 0;
  for (const cluster of clusters) {
    successes += cluster.successes;
    n += cluster.n;
  }
  const share = n === 0 ? 0 : successes / n;
  const designEffect = designEffectOf(clusters, share, n);
  const effective = n / designEffect;
  return { successes, n, share, designEffect, ...wilson(share * effective, effective) };
}

function designEffectOf(clusters: readonly Cluster[], share: number, n: number): number {
  const count = clusters.length;
  if (count < 2 || share === 0 || share === 1) return 1;
  const squares = clusters.reduce((sum, each) => sum + (each.successes - share * each.n) ** 2, 0);
  const variance = count / (count - 1) * squares / (n * n);
  return Math.max(1, variance / (share * (1 - share) / n));
}

/** Clusters of what is counted: by whom it came, and whether it was a success. */
export function clustersOf<T>(
  all: readonly T[],
  whose: (each: T) => number | string,
  isSuccess: (each: T) => boolean,
): Cluster[] {
  const clusters = new Map<number | string, Cluster>();
  for (const each of all) {
    const key = whose(each);
    const cluster = clusters.get(key) ?? { successes: 0, n: 0 };
    cluster.n++;
    if (isSuccess(each)) cluster.successes++;
    clusters.set(key, cluster);
  }
  return [...clusters.values()];
}
