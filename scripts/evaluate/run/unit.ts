import { pathToFileURL } from "node:url";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import type { Models } from "../../../edge/network/models.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import { drawPrinter } from "../../printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import { runSeed } from "../split.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { type Cell, CELLS } from "./cells.ts";
import { Happening } from "./happening.ts";
import { type CellTask, FIRST_CLEAN_RUN, type Unit } from "./plan.ts";
import { loadFilament } from "./load_filament.ts";
import { shippedModels } from "./shipped_models.ts";
import { runPrint, SENSES_EVERY_S } from "./print.ts";
import type { PrintRecord, UnitRecord } from "./record.ts";
import type { BaselineContext } from "../baselines/baseline.ts";
import { GoldenPrints } from "./golden_prints.ts";
import { type ReadyPart, Stock } from "./stock.ts";

/** Parts of at least so many minutes have room for an event. */
const ROOMY_MIN = 5;
/** A part that is printed whole, even in a quick run, takes at most so long. */
const SHORT_MIN = 6.5;
/** A quick print's bound counts from the warm start; one that is printed whole may heat up first. */
const QUICK_WHOLE_S = 600;
const QUICK_S = 480;

/** What a worker keeps from unit to unit. */
export interface Bench {
  issues: readonly KnownIssue[];
  stock: Stock;
  models: Models | null;
  /** Networks trained without one scenario, by its name; null where there are none. */
  leftOut: Map<string, Promise<Models | null>>;
}

/** @throws {Error} if what ships can't be read. */
export async function makeBench(set: Unit["set"]): Promise<Bench> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  return {
    issues: known.value.issues,
    stock: new Stock(set),
    models: await shippedModels(),
    leftOut: new Map(),
  };
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
  const fit = bench.stock.parts.filter(({ calibrates }) => calibrates);
  const part = await bench.stock.read(random.pick(fit).id);
  const { issues, models } = bench;
  const runs = [runSeed(unit.printer, 0), runSeed(unit.printer, 1)] as const;
  const calibration = calibrate({ printer, runs, part, issues, models, suites: unit.suites });
  return { unit, bench, printer, calibration, golden: new GoldenPrints(printer) };
}

export interface At {
  unit: Unit;
  bench: Bench;
  printer: PrinterParameters;
  calibration: Calibration;
  golden: GoldenPrints;
}

/** What the baselines know before a print of a part. */
function baselinesOf({ calibration, golden }: At, part: ReadyPart): BaselineContext {
  return { file: null, golden: golden.of(part), model: calibration.model };
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
  const part = await bench.stock.read(random.pick(bench.stock.parts).id);
  return runPrint({
    printer,
    run: seed,
    part,
    issues: bench.issues,
    models: bench.models,
    suites: unit.suites,
    others: unit.ablation && run === FIRST_CLEAN_RUN ? ["tests", "network"] : [],
    leftOut: null,
    profiles: calibration.profiles,
    reference: true,
    happening: null,
    warm: random.chance(0.5),
    baselines: baselinesOf(at, part),
  });
}

export async function cellPrint(at: At, task: CellTask): Promise<PrintRecord> {
  const { unit, bench, printer, calibration } = at;
  const cell = CELLS.find(({ id }) => id === task.cell);
  if (!cell) throw new Error(`Cannot print cell '${task.cell}': one of the table was required`);
  const seed = runSeed(unit.printer, task.run);
  const random = new Random(seed, "cell");
  const leftOut = await leftOutModels(at, cell.scenario, task.others);
  const warm = unit.quick || random.chance(0.5);
  const part = await bench.stock.read(pickPart(bench.stock, cell, random));
  const printingS = part.minutes * 60 * calibration.paceFactor;
  const stage = {
    printer: loadFilament(printer, part.material),
    job: part.facts,
    run: seed,
    suites: task.suites,
    senseS: SENSES_EVERY_S,
    printingS,
    latestS: !unit.quick ? Infinity : cell.toTheEnd ? QUICK_WHOLE_S : QUICK_S,
  };
  return runPrint({
    printer,
    run: seed,
    part,
    issues: bench.issues,
    models: bench.models,
    suites: task.suites,
    others: task.others.filter((name) => name !== "left-out" || leftOut !== null),
    leftOut,
    profiles: calibration.profiles,
    reference: cell.reference,
    happening: new Happening(cell, stage),
    warm,
    baselines: baselinesOf(at, part),
  });
}

function pickPart(stock: Stock, { filamentMinM, toTheEnd }: Cell, random: Random): string {
  if (toTheEnd && filamentMinM === 0) {
    return random.pick(stock.parts.filter(({ minutes }) => minutes <= SHORT_MIN)).id;
  }

  return random.pick(
    stock.parts.filter(({ minutes, filamentM }) =>
      minutes >= ROOMY_MIN && filamentM >= filamentMinM
    ),
  ).id;
}

/** Networks that were trained without this scenario; read once a worker. */
function leftOutModels(
  { unit, bench }: At,
  scenario: string,
  others: CellTask["others"],
): Promise<Models | null> {
  if (unit.leaveOut === null || !others.includes("left-out")) return Promise.resolve(null);
  const read = bench.leftOut.get(scenario) ??
    shippedModels(pathToFileURL(`${unit.leaveOut}/${scenario}/`));
  bench.leftOut.set(scenario, read);
  return read;
}
