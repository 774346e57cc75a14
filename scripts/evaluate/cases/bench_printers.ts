import type { SuiteName } from "../run/record.ts";
import { type At, makeBench, prepare } from "../run/unit.ts";
import { type DataSet, printerSeed } from "../split.ts";

/** Which printers a set of its own is run on. */
export interface PrinterWish {
  set: DataSet;
  seed: number;
  printers: number;
  suites: readonly SuiteName[];
}

/**
 * Calibrated printers, one after another, for what isn't a cell of the table.
 *
 * @param from the first one's index: each set has printers of its own, none of them the table's
 */
export async function* benchPrinters(
  { set, seed, printers, suites }: PrinterWish,
  from: number,
): AsyncGenerator<At> {
  const bench = await makeBench(set);
  for (let index = 0; index < printers; index++) {
    const printer = printerSeed(set, seed, from + index);
    const unit = { index, printer, set, suites, cells: [], cleanHours: 0 };
    yield await prepare({ ...unit, quick: false, leaveOut: null }, bench);
  }
}
