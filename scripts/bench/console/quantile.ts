/** A value that this part (0–1) of the values doesn't exceed, to two decimals. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  if (value === undefined) throw new RangeError("Cannot take a quantile: a value was required");
  return Number(value.toFixed(2));
}
