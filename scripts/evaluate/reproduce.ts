import { AFTER_S, BEFORE_S } from "./judge/judge_print.ts";
import { type Options, UsageError } from "./options.ts";
import { CELLS } from "./run/cells.ts";
import { FIRST_CLEAN_RUN, runOfCell, type Unit } from "./run/plan.ts";
import type { FindingRecord, PrintRecord } from "./run/record.ts";
import { cellPrint } from "./run/cell_print.ts";
import { cleanPrint } from "./run/clean_print.ts";
import { type At, makeBench, prepare } from "./run/printer_bench.ts";
import { setOfPrinter } from "./split.ts";
import { aligned } from "./table.ts";

/**
 * Makes one print of a listing once more and prints what was injected and all that was said.
 *
 * @throws {UsageError} for a key that names no print.
 */
export async function reproduce(key: string, options: Options): Promise<void> {
  const [printerText = "", what = ""] = key.split(":");
  const printer = Number(printerText);
  const set = setOfPrinter(printer);
  if (set === null || !Number.isInteger(printer)) {
    throw new UsageError(
      `Cannot reproduce '${key}': PRINTER:CELL, PRINTER:first, PRINTER:firstN or PRINTER:cleanN was required`,
    );
  }
  const { suites, quick } = options;
  const unit: Unit = {
    index: 0,
    printer,
    set,
    suites,
    cells: [],
    cleanHours: 0,
    quick,
    leaveOut: null,
  };
  const at = await prepare(unit, await makeBench(set));
  const print = await printOf(at, what, key);
  console.log(options.json ? JSON.stringify(print) : told(print).join("\n"));
}

function printOf(at: At, what: string, key: string): PrintRecord | Promise<PrintRecord> {
  if (what === "first") return at.calibration.first;
  const clean = /^(clean|first)(\d+)$/.exec(what);
  if (clean) {
    const run = Math.max(FIRST_CLEAN_RUN, Number(clean[2]));
    return cleanPrint(at, run, clean[1] === "clean");
  }
  if (!CELLS.some(({ id }) => id === what)) {
    throw new UsageError(`Cannot reproduce '${key}': a cell of the table was required`);
  }
  return cellPrint(at, {
    cell: what,
    run: runOfCell(what),
    suites: at.unit.suites,
    others: [],
  });
}

function told(print: PrintRecord): string[] {
  const { part, hours, reportS, duty, event } = print;
  const lines = [
    `${part}, ${(hours * 60).toFixed(1)} min, reports every ${reportS} s, ` +
    `${duty ? "with" : "without"} duty`,
    event
      ? `${event.id} ${event.variant} ${event.size} from ${event.startS.toFixed(1)} to ` +
        `${event.endS?.toFixed(1) ?? "the end"} s, layer ${event.layer ?? "none"}, ` +
        Object.entries(event.sights).map(([suite, { snr }]) => `snr ${snr} on ${suite}`).join(", ")
      : "nothing injected, or without effect",
  ];
  for (const [suite, findings] of Object.entries(print.suites)) {
    lines.push("", `${suite}: ${findings.length === 0 ? "nothing said" : ""}`);
    if (findings.length > 0) lines.push(...aligned(findings.map((each) => row(each, print))));
  }
  return lines;
}

function row(finding: FindingRecord, { event }: PrintRecord): string[] {
  const { toldS, kind, verdict, cause, probability, summary } = finding;
  const endS = event?.endS ?? Infinity;
  const owed = event !== null && toldS >= event.startS - BEFORE_S && toldS <= endS + AFTER_S;
  return [
    owed ? `+${(toldS - event.startS).toFixed(1)} s` : `${toldS.toFixed(1)} s, owed to nothing`,
    verdict,
    kind,
    cause,
    probability.toFixed(3),
    summary,
  ];
}
