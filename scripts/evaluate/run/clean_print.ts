import { Random } from "../../printer/random.ts";
import { runSeed } from "../split.ts";
import { FIRST_CLEAN_RUN } from "./plan.ts";
import { runPrint } from "./print.ts";
import { type At, baselinesOf } from "./printer_bench.ts";
import type { PrintRecord } from "./record.ts";

/** One clean print in so many is made a second time, without calibration. */
const UNKNOWN_EVERY = 12;

/** Clean prints until the printer has given its hours. */
export async function* cleanPrints(at: At): AsyncGenerator<PrintRecord> {
  for (let hours = 0, run = FIRST_CLEAN_RUN; hours < at.unit.cleanHours; run++) {
    const print = await cleanPrint(at, run);
    hours += print.hours;
    yield print;
    // The same print once more, as if nobody knew the printer yet.
    if (run % UNKNOWN_EVERY === 0) yield await cleanPrint(at, run, false);
  }
}

/** A clean print, whole, of any part; of a printer that is calibrated or not `known` yet. */
export async function cleanPrint(at: At, run: number, known = true): Promise<PrintRecord> {
  const { unit, bench, printer, calibration } = at;
  const seed = runSeed(unit.printer, run);
  const random = new Random(seed, "clean");
  const part = await bench.stock.read(random.pick(bench.stock.parts).id);
  return runPrint({
    printer,
    run: seed,
    part,
    issues: bench.issues,
    models: bench.models,
    suites: unit.suites,
    others: known && unit.ablation && run === FIRST_CLEAN_RUN ? ["tests", "network"] : [],
    leftOut: null,
    profiles: known ? calibration.profiles : {},
    reference: true,
    happening: null,
    warm: random.chance(0.5),
    baselines: baselinesOf(at, part),
  });
}
