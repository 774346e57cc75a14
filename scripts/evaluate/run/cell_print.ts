import { pathToFileURL } from "node:url";
import type { Models } from "../../../edge/network/models.ts";
import { Random } from "../../printer/random.ts";
import { runSeed } from "../split.ts";
import { type Cell, CELLS } from "./cells.ts";
import { asksForFacts, hasRoom, holdsWhatChanges } from "./fit_parts.ts";
import { Happening } from "./happening.ts";
import { loadFilament } from "./load_filament.ts";
import type { CellTask } from "./plan.ts";
import { runPrint, SENSES_EVERY_S } from "./print.ts";
import { type At, baselinesOf } from "./printer_bench.ts";
import type { PrintRecord } from "./record.ts";
import { shippedModels } from "./shipped_models.ts";
import type { ReadyPart, Stock } from "./stock.ts";

/** A quick print's bound counts from the warm start; one that is printed whole may heat up first. */
const QUICK_WHOLE_S = 600;
const QUICK_S = 480;

/** A print in which a cell's event happens. @throws {Error} for a cell that isn't in the table. */
export async function cellPrint(at: At, task: CellTask): Promise<PrintRecord> {
  const { unit, bench, printer, calibration } = at;
  const cell = CELLS.find(({ id }) => id === task.cell);
  if (!cell) throw new Error(`Cannot print cell '${task.cell}': one of the table was required`);
  const seed = runSeed(unit.printer, task.run);
  const random = new Random(seed, "cell");
  const leftOut = await leftOutModels(at, cell.scenario, task.others);
  const warm = unit.quick || random.chance(0.5);
  const part = await pickPart(bench.stock, cell, random);
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

async function pickPart(stock: Stock, cell: Cell, random: Random): Promise<ReadyPart> {
  const roomy = stock.parts.filter((part) => hasRoom(part, cell));
  if (!asksForFacts(cell.scenario)) return stock.read(random.pick(roomy).id);
  const read = await Promise.all(roomy.map(({ id }) => stock.read(id)));
  const fit = read.filter(({ facts }) => holdsWhatChanges(cell.scenario, facts));
  return random.pick(fit.length > 0 ? fit : read);
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
