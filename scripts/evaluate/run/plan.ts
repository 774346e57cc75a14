import { type DataSet, printerSeed } from "../split.ts";
import { bestSuite, type Cell, CELLS, isVisible } from "./cells.ts";
import type { OtherName, SuiteName } from "./record.ts";

/** What an evaluation consists of. */
export interface PlanWish {
  set: DataSet;
  seed: number;
  suites: readonly SuiteName[];
  /** Prints of each visible cell; 0 for none. */
  prints: number;
  /** Prints of each cell that none of the suites sees in half of its draws. */
  blindPrints: number;
  /** Of each cell that shows in a heater, so many prints are watched by each detector alone too. */
  ablationPrints: number;
  /** Folder of networks trained without one kind each, by the scenario's name; null: none. */
  leaveOut: string | null;
  cleanHours: number;
  quick: boolean;
  cells: readonly Cell[];
}

/** One injected print. */
export interface CellTask {
  cell: string;
  /** Which of the printer's runs it is. */
  run: number;
  suites: readonly SuiteName[];
  others: readonly OtherName[];
}

/** Everything that is done with one printer. */
export interface Unit {
  index: number;
  printer: number;
  set: DataSet;
  suites: readonly SuiteName[];
  cells: CellTask[];
  cleanHours: number;
  quick: boolean;
  /** Whether one clean print is watched by each detector alone too; default not. */
  ablation?: boolean;
  leaveOut: string | null;
}

/** Clean hours are spread over so many printers, if each has this many at least. */
const CLEAN_PRINTERS = 200;
const CLEAN_HOURS_MIN = 5;
const QUICK_PRINTERS = 12;
/** Where all suites have the same evidence, so many prints show that they say the same. */
const ALIKE_PRINTS = 40;
/** A long part takes five times as long as another. */
const LONG_PRINTS = 60;
/** Where tests and network may differ: what changes a heater's balance. */
const SHOWS_IN_HEAT = /^(B01|B0[3-7]|B1[34]|E0[1-8]|E1[56])$/;
/** Runs 0 and 1 calibrate; then come clean prints, then those of the cells. */
export const FIRST_CLEAN_RUN = 2;
const FIRST_CELL_RUN = 300;

/** The run that a cell's print has on every printer. */
export function runOfCell(id: string): number {
  return FIRST_CELL_RUN + CELLS.findIndex((cell) => cell.id === id);
}

/**
 * Cuts an evaluation into units of one printer each. The same wish gives the same units; a cell's
 * `n`-th print is the same one whichever other cells are asked for, as long as the number of printers
 * is the same.
 */
export function makePlan(wish: PlanWish): Unit[] {
  const printers = printersOf(wish);
  const units = Array.from({ length: printers }, (_, index): Unit => ({
    index,
    printer: printerSeed(wish.set, wish.seed, index),
    set: wish.set,
    suites: wish.suites,
    cells: [],
    cleanHours: wish.cleanHours / printers,
    quick: wish.quick,
    ablation: wish.ablationPrints > 0,
    leaveOut: wish.leaveOut,
  }));
  for (const cell of wish.cells) {
    const at = CELLS.findIndex(({ id }) => id === cell.id);
    const best = [bestSuite(cell, wish.suites)];
    const suites = wish.quick ? best : wish.suites;
    const most = cell.set === "long" ? LONG_PRINTS : Infinity;
    const prints = isVisible(cell, suites) ? wish.prints : wish.blindPrints;
    const run = runOfCell(cell.id);
    for (let n = 0; n < Math.min(most, prints); n++) {
      // Cells begin at different printers, so that few prints are spread over all of them.
      const unit = units[(at * 7 + n) % printers]!;
      const all = n < ALIKE_PRINTS || !alike(cell, suites);
      const others = othersOf(wish, cell, n);
      unit.cells.push({ cell: cell.id, run, suites: all ? suites : best, others });
    }
  }
  return units.filter(({ cells, cleanHours }) => cells.length > 0 || cleanHours > 0);
}

/** Whether the richer suites see nothing more of a cell than the smallest. */
function alike(cell: Cell, suites: readonly SuiteName[]): boolean {
  const [first, ...rest] = suites.map((suite) => cell.suites[suite]);
  return rest.every(({ snr, visibleShare, blindShare }) =>
    snr === first!.snr && visibleShare === first!.visibleShare && blindShare === first!.blindShare
  );
}

function othersOf(wish: PlanWish, { scenario }: Cell, n: number): OtherName[] {
  if (n >= wish.ablationPrints || !SHOWS_IN_HEAT.test(scenario)) return [];
  return wish.leaveOut === null ? ["tests", "network"] : ["tests", "network", "left-out"];
}

function printersOf({ prints, blindPrints, cleanHours, quick, cells }: PlanWish): number {
  if (quick) return Math.max(QUICK_PRINTERS, prints, blindPrints);
  const clean = Math.min(CLEAN_PRINTERS, Math.ceil(cleanHours / CLEAN_HOURS_MIN));
  return cells.length === 0 ? Math.max(1, clean) : Math.max(prints, blindPrints, clean);
}
