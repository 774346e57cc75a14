/** Two-sided 95 %. */
export const Z95 = 1.959963984540054;

export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's score interval of a share (Wilson 1927, JASA 22:209). `n` may be an effective, fractional
 * number of trials.
 *
 * @throws {RangeError} unless 0 ≤ successes ≤ n.
 *
 * @example
 * wilson(8, 10); // { low: 0.490, high: 0.943 }
 */
export function wilson(successes: number, n: number, z = Z95): Interval {
  if (!(successes >= 0 && successes <= n)) {
    throw new RangeError(
      `Cannot bound a share: 0 to ${n} successes were required, got ${successes}`,
    );
  }
  if (n === 0) return { low: 0, high: 1 };
  const share = successes / n;
  const zz = z * z;
  const middle = (share + zz / (2 * n)) / (1 + zz / n);
  const half = z / (1 + zz / n) * Math.sqrt(share * (1 - share) / n + zz / (4 * n * n));
  return {
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === n ? 1 : Math.min(1, middle + half),
  };
}
