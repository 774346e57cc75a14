import type { Cell } from "../run/cells.ts";
import type { OtherName, PrintRecord, SuiteName, UnitRecord } from "../run/record.ts";
import { equalEvidence } from "./equal_evidence.ts";
import { type Counts, countsOf, isVisible } from "./figures.ts";
import { judgePrint } from "./judge_print.ts";
import type { CellOutcome } from "./tally.ts";

/** What one detector alone, or networks that never saw a kind, make of the same prints. */
export interface OtherRow {
  name: OtherName;
  scenario: string;
  kind: "threat" | "anomaly";
  /** Of the whole analysis, on the very same prints. */
  whole: Counts;
  other: Counts;
  /** Called the opposite of what it is. */
  wholeOpposite: number;
  otherOpposite: number;
}

/** Rows by scenario, over visible events that others watched too. */
export function otherRows(
  units: readonly UnitRecord[],
  cells: ReadonlyMap<string, Cell>,
): OtherRow[] {
  const seen = units.flatMap(({ prints }) => prints).flatMap((print) => pairsOf(print, cells));
  const groups = Map.groupBy(seen, ({ name, other }) => `${name} ${other.cell.scenario}`);
  return [...groups.values()].map((each): OtherRow => {
    const { name, other: { cell: { scenario, kind } } } = each[0]!;
    const whole = countsOf(each.map((pair) => pair.whole));
    const other = countsOf(each.map((pair) => pair.other));
    const opposite = (counts: Counts) =>
      kind === "threat" ? counts.calledExpected : counts.calledThreat;
    return {
      name,
      scenario,
      kind,
      whole,
      other,
      wholeOpposite: opposite(whole),
      otherOpposite: opposite(other),
    };
  }).sort((a, b) => `${a.name}${a.scenario}` < `${b.name}${b.scenario}` ? -1 : 1);
}

interface Pair {
  name: OtherName;
  whole: CellOutcome;
  other: CellOutcome;
}

function pairsOf(print: PrintRecord, cells: ReadonlyMap<string, Cell>): Pair[] {
  const cell = cells.get(print.cell ?? "");
  if (!cell) return [];
  // Others watch with the richest suite of the print.
  const suite = Object.keys(print.suites).at(-1) as SuiteName;
  const whole = judgePrint(print, suite).outcome;
  if (whole === null || equalEvidence(cell, suite) !== null) return [];
  if (!isVisible({ ...whole, cell })) return [];
  return Object.entries(print.others).map(([name, told]) => ({
    name: name as OtherName,
    whole: { ...whole, cell },
    other: { ...judgePrint(print, suite, told).outcome!, cell },
  }));
}
