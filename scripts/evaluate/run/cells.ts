import { type Cell, cells } from "../observability/observability.ts";
import type { SuiteName } from "./record.ts";

export type { Cell };

/** Every cell of the observability table. */
export const CELLS: readonly Cell[] = cells();

/** The suite that sees a cell best: visible first, then the largest signal, then the smaller suite. */
export function bestSuite(cell: Cell, suites: readonly SuiteName[]): SuiteName {
  const rank = (suite: SuiteName) => {
    const { visible, visibleShare, snr } = cell.suites[suite];
    return (visible ? 1e9 : 0) + 1e6 * visibleShare + snr;
  };
  return suites.reduce((best, suite) => rank(suite) > rank(best) ? suite : best);
}

/** Whether any of these suites sees the cell. */
export function isVisible(cell: Cell, suites: readonly SuiteName[]): boolean {
  return suites.some((suite) => cell.suites[suite].visible);
}
