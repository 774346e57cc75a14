/** How a device stands after so many simulated hours. */
export interface Standing {
  simulatedH: number;
  residentMB: number;
  /** What V8 still holds after it has tidied up, MB. */
  heapMB: number;
  /** All files of its state folder, MB. */
  fileMB: number;
  /** Lines that its sources gave and were rid of, and those that its analyses counted. */
  given: number;
  lines: number;
  /** Frames told to be missing. */
  gaps: number;
  pending: number;
  dropped: number;
  diskFaults: number;
}

/**
 * Lines that no analysis has seen up to now [pure]. What is just being dealt with is counted by an
 * analysis already, and by its source only thereafter: that is none that is missed.
 */
export function missedLines({ given, lines, gaps }: Standing): number {
  return Math.max(0, given - lines) + gaps;
}

/** Hours until caches, habits and profiles are filled; growth counts from then on. */
const SETTLED_AFTER = 0.25;

/** What a number grows by in an hour, by least squares over the settled part [pure]. */
export function slopePerH(rows: readonly Standing[], of: (row: Standing) => number): number {
  const lastH = rows.at(-1)?.simulatedH ?? 0;
  const settled = rows.filter(({ simulatedH }) => simulatedH >= lastH * SETTLED_AFTER);
  const meanH = settled.reduce((sum, row) => sum + row.simulatedH, 0) / settled.length;
  const mean = settled.reduce((sum, row) => sum + of(row), 0) / settled.length;
  let above = 0, below = 0;
  for (const row of settled) {
    above += (row.simulatedH - meanH) * (of(row) - mean);
    below += (row.simulatedH - meanH) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
