import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import type { Models } from "../../../edge/network/models.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import { drawPrinter } from "../../printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import type { BaselineContext } from "../baselines/baseline.ts";
import { runSeed } from "../split.ts";
import { bedPatienceS } from "./bed_patience.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { GoldenPrints } from "./golden_prints.ts";
import type { Unit } from "./plan.ts";
import { shippedModels } from "./shipped_models.ts";
import { type ReadyPart, Stock } from "./stock.ts";

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
export function baselinesOf(at: At, part: ReadyPart): BaselineContext {
  const bedGainS = bedPatienceS(at.printer, part.facts.bedC);
  return { file: null, golden: at.golden.of(part), model: at.calibration.model, bedGainS };
}
