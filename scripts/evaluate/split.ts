/** What a printer, a part or a run is for; none of them ever serves two of these. */
export type DataSet = "train" | "calibrate" | "evaluate";

export const DATA_SETS: readonly DataSet[] = ["train", "calibrate", "evaluate"];

/** How many printers a set has; seeds 1–999,999 belong to the demo and the tests. */
export const PRINTERS_PER_SET = 1_000_000;

/** How many runs one printer may have. */
export const RUNS_PER_PRINTER = 1000;

const SEED_MAX = 999_999;
/** Two seeds' printers begin so far apart. */
const SEED_STRIDE = 10_007;

const FIRST_PRINTER: Readonly<Record<DataSet, number>> = {
  train: 1_000_000,
  calibrate: 2_000_000,
  evaluate: 3_000_000,
};

/**
 * The seed from which the `index`-th printer of a set is drawn. `seed` (0–999,999) moves all printers
 * within the set's own range.
 *
 * @throws {RangeError} for a seed or an index outside its range.
 *
 * @example
 * printerSeed("evaluate", 1, 0); // 3010007
 */
export function printerSeed(set: DataSet, seed: number, index: number): number {
  if (!Number.isInteger(seed) || seed < 0 || seed > SEED_MAX) {
    throw new RangeError(
      `Cannot draw printers: a whole seed of 0 to ${SEED_MAX} was required, got ${seed}`,
    );
  }
  if (!Number.isInteger(index) || index < 0 || index >= PRINTERS_PER_SET) {
    throw new RangeError(
      `Cannot draw a printer: a whole index below ${PRINTERS_PER_SET} was required, got ${index}`,
    );
  }
  return FIRST_PRINTER[set] + (seed * SEED_STRIDE + index) % PRINTERS_PER_SET;
}

/** The set that a printer's seed belongs to; `null` for the demo's and the tests' printers. */
export function setOfPrinter(printer: number): DataSet | null {
  return DATA_SETS.find((set) =>
    printer >= FIRST_PRINTER[set] && printer < FIRST_PRINTER[set] + PRINTERS_PER_SET
  ) ?? null;
}

/**
 * The seed of a printer's `run`-th run: noise, host, timing and injections come from it. Runs of
 * different printers, and so of different sets, never share one.
 *
 * @throws {RangeError} for a run outside 0–999.
 */
export function runSeed(printer: number, run: number): number {
  if (!Number.isInteger(run) || run < 0 || run >= RUNS_PER_PRINTER) {
    throw new RangeError(
      `Cannot number a run: 0 to ${RUNS_PER_PRINTER - 1} was required, got ${run}`,
    );
  }
  return printer * RUNS_PER_PRINTER + run;
}

/** The printer that a run's seed belongs to. */
export function printerOfRun(seed: number): number {
  return Math.floor(seed / RUNS_PER_PRINTER);
}
