/** One of several hypotheses that were tested together. */
export interface Tested<T> {
  what: T;
  /** Its own p-value. */
  p: number;
  /** Holm's adjusted p-value. */
  adjusted: number;
  rejected: boolean;
}

/**
 * Holm's step-down test (1979, Scandinavian Journal of Statistics 6:65): the chance of rejecting any
 * true hypothesis stays below `alpha`, whatever the dependence. The smallest p comes first.
 */
export function holm<T>(hypotheses: readonly { what: T; p: number }[], alpha: number): Tested<T>[] {
  const sorted = [...hypotheses].sort((a, b) => a.p - b.p);
  let largest = 0;
  return sorted.map(({ what, p }, at) => {
    largest = Math.max(largest, Math.min(1, p * (sorted.length - at)));
    return { what, p, adjusted: largest, rejected: largest <= alpha };
  });
}
