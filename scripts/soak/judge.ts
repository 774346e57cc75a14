/** What a soak is judged by. */
export interface Judged {
  hours: number;
  lines: number;
  missedLines: number;
  dropped: number;
  pending: number;
  diskFaults: number;
  heapSlopeMBPerH: number;
  residentSlopeMBPerH: number;
  fileSlopeMBPerH: number;
}

/** From so many simulated hours on growth is judged: before, few rows say little of a slope. */
export const GROWTH_FROM_H = 6;

/**
 * What the worst device may grow by in a simulated hour. Objects grew by 0.2 MB over two hours;
 * resident memory, which the allocator holds back, and files, which are tidied up in steps, are
 * noisier.
 */
export const GROWTH_MAX_MB_PER_H = {
  heapSlopeMBPerH: 1,
  residentSlopeMBPerH: 5,
  fileSlopeMBPerH: 2,
} as const;

const NONE = ["missedLines", "dropped", "pending", "diskFaults"] as const;

/** What isn't as it must be, one sentence each [pure]; nothing if all is well. */
export function soakIssues(figures: Judged): string[] {
  const issues: string[] = [];
  if (figures.lines === 0) issues.push("Cannot judge: lines were required, got none");
  for (const name of NONE) {
    if (figures[name] !== 0) issues.push(`${name}: 0 was required, got ${figures[name]}`);
  }
  if (figures.hours < GROWTH_FROM_H) return issues;
  for (const [name, most] of Object.entries(GROWTH_MAX_MB_PER_H)) {
    const got = figures[name as keyof typeof GROWTH_MAX_MB_PER_H];
    if (!(got <= most)) issues.push(`${name}: at most ${most} was required, got ${got}`);
  }
  return issues;
}
