import type { InsightReport, ReportWish } from "./report.ts";

/** A report is so old at most, ms: the months in it don't change by the second. */
export const KEPT_MS = 20_000;
/** No more reports are kept. */
const KEPT_MAX = 8;

/**
 * Makes a report once for all who ask for the same within a while: a large fleet's takes half a
 * second of this program.
 */
export function keptReports(make: (wish: ReportWish) => InsightReport) {
  const kept = new Map<string, { madeMs: number; report: InsightReport }>();
  return (wish: ReportWish): InsightReport => {
    const { nowMs, days, sites } = wish;
    const key = JSON.stringify([days, sites]);
    const found = kept.get(key);
    if (found && Math.abs(nowMs - found.madeMs) < KEPT_MS) return found.report;
    const report = make(wish);
    kept.delete(key);
    kept.set(key, { madeMs: nowMs, report });
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
    return report;
  };
}
