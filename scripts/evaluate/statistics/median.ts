/** The median of delays in which `null` is infinite: never. `null` when the median is infinite. */
export function medianDelay(delays: readonly (number | null)[]): number | null {
  return quantileDelay(delays, 0.5);
}

/**
 * A quantile (0–1) of delays in which `null` is infinite; between two values the mean, `null` if
 * either is infinite or there are none.
 */
export function quantileDelay(delays: readonly (number | null)[], share: number): number | null {
  const sorted = delays.map((delay) => delay ?? Infinity).sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)], high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) return null;
  const value = low === high ? low : low + (high - low) * (at - Math.floor(at));
  return Number.isFinite(value) ? value : null;
}
