import type { Random } from "../../printer/random.ts";
import type { Window } from "../../printer/scenario/draw_injection.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import { drawForCell } from "../observability/cell_draw.ts";
import { type Cell as TableCell, cells } from "../observability/observability.ts";
import { LONG_CELLS } from "../sets/long_parts.ts";
import type { SuiteName } from "./record.ts";

/** Scenario sets that are reported on their own; `catalogue` is the headline's. */
export const SETS = ["catalogue", "long"] as const;
export type SetName = (typeof SETS)[number];

/** What is injected in one kind of print. */
export interface Cell extends TableCell {
  set: SetName;
  /** The part has this much filament at least, m. */
  filamentMinM: number;
  /** What is changed stays so, and shows when the job is over: a short part is printed whole. */
  toTheEnd: boolean;
  draw(random: Random, window: Window): Injection;
}

/**
 * A changed identity or setting is there until somebody changes it back, and a job that ends early is
 * missed only once it should have gone on.
 */
const STAYS = new Set(["A19", "B15", "E21"]);

/** Every cell of the observability table, and those of the other sets. */
export const CELLS: readonly Cell[] = [
  ...cells().map((cell): Cell => ({
    ...cell,
    set: "catalogue",
    filamentMinM: 0,
    toTheEnd: STAYS.has(cell.scenario),
    draw: (random, window) => drawForCell(cell, random, window),
  })),
  ...LONG_CELLS.map((cell): Cell => ({ ...cell, set: "long", filamentMinM: 5, toTheEnd: true })),
];

/**
 * The suite that sees a cell best: visible first, then the largest signal, then the smaller suite;
 * for what stays changed the one that asks.
 */
export function bestSuite(cell: Cell, suites: readonly SuiteName[]): SuiteName {
  const rank = (suite: SuiteName) => {
    const { visible, visibleShare, snr } = cell.suites[suite];
    const asks = cell.toTheEnd && suite !== "S0" ? 0.5 : 0;
    return (visible ? 1e9 : 0) + 1e6 * visibleShare + snr + asks;
  };
  return suites.reduce((best, suite) => rank(suite) > rank(best) ? suite : best);
}

/** Whether any of these suites sees the cell. */
export function isVisible(cell: Cell, suites: readonly SuiteName[]): boolean {
  return suites.some((suite) => cell.suites[suite].visible);
}
