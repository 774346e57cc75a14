import type { Cell } from "../run/cells.ts";
import type { FindingRecord, PrintRecord, SuiteName, UnitRecord } from "../run/record.ts";
import { judgePrint, type Outcome } from "./judge_print.ts";

/** A deviation that nothing had caused. */
export interface FalseAlarm {
  print: PrintRecord;
  suite: SuiteName;
  finding: FindingRecord;
}

/** One judged event of a cell. */
export interface CellOutcome extends Outcome {
  cell: Cell;
}

/** All that was judged of one suite. */
export interface SuiteTally {
  suite: SuiteName;
  outcomes: CellOutcome[];
  clean: PrintRecord[];
  first: PrintRecord[];
  /** On clean prints. */
  cleanAlarms: FalseAlarm[];
  firstAlarms: FalseAlarm[];
  /** On injected prints, before the event or long after it. */
  injectedAlarms: FalseAlarm[];
  /** Injections that never took effect. */
  noEffect: number;
}

/** Judges all prints that a suite watched. */
export function tallySuite(
  suite: SuiteName,
  units: readonly UnitRecord[],
  cells: ReadonlyMap<string, Cell>,
): SuiteTally {
  const tally: SuiteTally = {
    suite,
    outcomes: [],
    clean: [],
    first: [],
    cleanAlarms: [],
    firstAlarms: [],
    injectedAlarms: [],
    noEffect: 0,
  };
  for (const { prints } of units) {
    for (const print of prints) if (print.suites[suite]) addPrint(tally, print, cells);
  }
  return tally;
}

function addPrint(tally: SuiteTally, print: PrintRecord, cells: ReadonlyMap<string, Cell>): void {
  const { suite } = tally;
  const { outcome, falseAlarms } = judgePrint(print, suite);
  const alarms = falseAlarms.map((finding) => ({ print, suite, finding }));
  if (print.purpose !== "cell") {
    tally[print.purpose].push(print);
    tally[print.purpose === "clean" ? "cleanAlarms" : "firstAlarms"].push(...alarms);
    return;
  }
  const cell = cells.get(print.cell ?? "");
  if (!cell) return;
  if (outcome === null) tally.noEffect++;
  else tally.outcomes.push({ ...outcome, cell });
  if (outcome !== null) tally.injectedAlarms.push(...alarms);
}
