import type { Verdict } from "../../../shared/verdict.ts";
import type { FindingRecord, PrintRecord, SuiteName } from "../run/record.ts";

/** A deviation may be told so long before its cause's first effect, s: clocks are read in steps. */
export const BEFORE_S = 1;
/** A deviation may still come so long after its cause has ended, s. */
export const AFTER_S = 40;

/** What became of one event under one suite's eyes. */
export interface Outcome {
  print: PrintRecord;
  suite: SuiteName;
  /** Deviations that the event caused, oldest first. */
  owed: FindingRecord[];
  /** The verdict that counts: a threat, else expected, else undetermined; null: not detected. */
  called: Verdict | null;
  /** Stated with that verdict, 0–1. */
  probability: number | null;
  /** From the event's first effect to the first deviation told; null: never. */
  delayS: number | null;
  /** The same to the first potential-cyberthreat. */
  threatDelayS: number | null;
  delayLayers: number | null;
}

/** Owes deviations to the event of a print; the rest are false alarms. `told` is by whom it asks. */
export function judgePrint(
  print: PrintRecord,
  suite: SuiteName,
  told: readonly FindingRecord[] = print.suites[suite] ?? [],
): { outcome: Outcome | null; falseAlarms: readonly FindingRecord[] } {
  const { event } = print;
  if (event === null) return { outcome: null, falseAlarms: told };
  const endS = event.endS ?? Infinity;
  const isOwed = ({ toldS }: FindingRecord) =>
    toldS >= event.startS - BEFORE_S && toldS <= endS + AFTER_S;
  const owed = told.filter(isOwed).sort((a, b) => a.toldS - b.toldS);
  const falseAlarms = told.filter((finding) => !isOwed(finding));
  return { outcome: outcomeOf(print, suite, owed), falseAlarms };
}

const WEIGHT: Readonly<Record<Verdict, number>> = {
  "potential-cyberthreat": 3,
  "expected-anomaly": 2,
  "undetermined": 1,
};

function outcomeOf(print: PrintRecord, suite: SuiteName, owed: FindingRecord[]): Outcome {
  const { startS, layer } = print.event!;
  const first = owed[0];
  const decisive = owed.reduce<FindingRecord | null>((best, each) => {
    if (best === null || WEIGHT[each.verdict] > WEIGHT[best.verdict]) return each;
    return best;
  }, null);
  const threats = owed.flatMap(({ threatS }) => threatS === null ? [] : [threatS]);
  const since = (atS: number) => Math.max(0, atS - startS);
  return {
    print,
    suite,
    owed,
    called: threats.length > 0 ? "potential-cyberthreat" : decisive?.verdict ?? null,
    probability: decisive?.probability ?? null,
    delayS: first ? since(first.toldS) : null,
    threatDelayS: threats.length > 0 ? since(Math.min(...threats)) : null,
    delayLayers: first && first.layer !== null && layer !== null
      ? Math.max(0, first.layer - layer)
      : null,
  };
}
