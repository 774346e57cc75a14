import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import { drawPrinter } from "../../printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import { runSeed } from "../split.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { type Cell, CELLS, drawCell } from "./cells.ts";
import { type CellTask, FIRST_CLEAN_RUN, type Unit } from "./plan.ts";
import { runPrint } from "./print.ts";
import type { PrintRecord, UnitRecord } from "./record.ts";
import { type ReadyPart, Stock } from "./stock.ts";

/** Parts of at most so many minutes serve calibration and short injected prints. */
const SHORT_MIN = 25;
const QUICK_S = 480;
/** Events begin so long after the first extrusion, and within so long of printing, s. */
const SETTLED_S = 30;
const WINDOW_S = 480;
/** What lasts until the end is followed for so long after the window, s. */
const FOLLOW_S = 240;

/** What a worker keeps from unit to unit. */
export interface Bench {
  issues: readonly KnownIssue[];
  stock: Stock;
}

/** @throws {Error} if what ships can't be read. */
export async function makeBench(set: Unit["set"]): Promise<Bench> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  return { issues: known.value.issues, stock: new Stock(set) };
}

/** Draws a printer, calibrates it, and makes its prints. */
export async function runUnit(unit: Unit, bench: Bench): Promise<UnitRecord> {
  const startMs = performance.now();
  const at = await prepare(unit, bench);
  const prints = [at.calibration.first];
  for await (const print of cleanPrints(at)) prints.push(print);
  for (const task of unit.cells) prints.push(await cellPrint(at, task));
  return { unit: unit.index, tookS: (performance.now() - startMs) / 1000, prints };
}

/** A printer that has made its calibration prints. */
export async function prepare(unit: Unit, bench: Bench): Promise<At> {
  const printer = drawPrinter(unit.printer);
  const random = new Random(runSeed(unit.printer, 0), "parts");
  const short = bench.stock.parts.filter(({ minutes }) => minutes <= SHORT_MIN);
  const part = await bench.stock.read(random.pick(short).id);
  const { issues } = bench;
  const runs = [runSeed(unit.printer, 0), runSeed(unit.printer, 1)] as const;
  const calibration = calibrate({ printer, runs, part, issues, suites: unit.suites });
  return { unit, bench, printer, calibration };
}

export interface At {
  unit: Unit;
  bench: Bench;
  printer: PrinterParameters;
  calibration: Calibration;
}

/** Clean prints until the printer has given its hours. */
async function* cleanPrints(at: At): AsyncGenerator<PrintRecord> {
  for (let hours = 0, run = FIRST_CLEAN_RUN; hours < at.unit.cleanHours; run++) {
    const print = await cleanPrint(at, run);
    hours += print.hours;
    yield print;
  }
}

/** A clean print, whole, of any part. */
export async function cleanPrint(at: At, run: number): Promise<PrintRecord> {
  const { unit, bench, printer, calibration } = at;
  const seed = runSeed(unit.printer, run);
  const random = new Random(seed, "clean");
  return runPrint({
    printer,
    run: seed,
    part: await bench.stock.read(random.pick(bench.stock.parts).id),
    issues: bench.issues,
    suites: unit.suites,
    profiles: calibration.profiles,
    reference: true,
    injection: null,
    cell: null,
    warm: random.chance(0.5),
    durationS: Infinity,
  });
}

export async function cellPrint(at: At, task: CellTask): Promise<PrintRecord> {
  const { unit, bench, printer, calibration } = at;
  const cell = CELLS.find(({ id }) => id === task.cell);
  if (!cell) throw new Error(`Cannot print cell '${task.cell}': one of the table was required`);
  const seed = runSeed(unit.printer, task.run);
  const random = new Random(seed, "cell");
  const warm = unit.quick || random.chance(0.5);
  const part = await bench.stock.read(pickPart(bench.stock, random));
  const { window, durationS } = timing(at, part, warm);
  return runPrint({
    printer,
    run: seed,
    part,
    issues: bench.issues,
    suites: task.suites,
    profiles: calibration.profiles,
    reference: cell.reference,
    injection: drawCell(cell as Cell, random, window),
    cell: cell.id,
    warm,
    durationS,
  });
}

function pickPart(stock: Stock, random: Random): string {
  return random.pick(stock.parts.filter(({ minutes }) => minutes <= SHORT_MIN)).id;
}

/** Where in a print the event may lie, and how long the print is followed. */
function timing({ unit, calibration }: At, part: ReadyPart, warm: boolean) {
  const readyS = warm ? calibration.readyS.warm : calibration.readyS.cold;
  const printingS = 0.9 * part.minutes * 60 * calibration.paceFactor;
  const startS = readyS + SETTLED_S;
  const lastS = unit.quick ? QUICK_S - 60 : startS + WINDOW_S;
  const endS = Math.max(startS + 30, Math.min(readyS + printingS, lastS));
  return {
    window: { startS, endS },
    durationS: unit.quick ? QUICK_S : endS + FOLLOW_S,
  };
}
