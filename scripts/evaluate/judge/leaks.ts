import { holm } from "../statistics/holm.ts";
import { garwood, poissonCdf } from "../statistics/poisson.ts";
import type { SuiteName } from "../run/record.ts";
import { AFTER_S, BEFORE_S } from "./judge_print.ts";
import { isBlind } from "./figures.ts";
import type { CellOutcome, SuiteTally } from "./tally.ts";

/** The chance of calling an honest simulator leaky, over all cells together. */
const ALPHA = 0.01;

/** What was found in the draws of a cell that nothing can be seen of. */
export interface BlindRow {
  cell: string;
  suite: SuiteName;
  n: number;
  detected: number;
  /** As many would be expected from false alarms alone, at the rate's upper bound. */
  expected: number;
  /** One-sided, after Holm. */
  p: number;
  leaks: boolean;
}

/**
 * Negative controls: holds what was detected in blind draws against the false alarms that belong to
 * the same length of printing (upper 95 % bound of the clean prints' rate). More is a leak: the
 * simulator shows something that no real printer would. Without clean prints nothing can be said.
 */
export function blindRows(tallies: readonly SuiteTally[]): BlindRow[] {
  const untested = tallies.flatMap((tally) => {
    const hours = tally.clean.reduce((sum, print) => sum + print.hours, 0);
    if (hours === 0) return [];
    const perHour = garwood(tally.cleanAlarms.length).high / hours;
    const groups = Map.groupBy(tally.outcomes.filter(isBlind), ({ cell }) => cell.id);
    return [...groups].map(([cell, each]) => rowOf(cell, tally.suite, each, perHour));
  });
  const tested = holm(untested.map((what) => ({ what, p: what.p })), ALPHA);
  return tested.map(({ what, adjusted, rejected }) => ({ ...what, p: adjusted, leaks: rejected }));
}

function rowOf(
  cell: string,
  suite: SuiteName,
  outcomes: readonly CellOutcome[],
  perHour: number,
): BlindRow {
  const windowH = outcomes.reduce((sum, each) => sum + windowHours(each), 0);
  const detected = outcomes.filter(({ called }) => called !== null).length;
  const expected = perHour * windowH;
  const p = 1 - poissonCdf(detected - 1, expected);
  return { cell, suite, n: outcomes.length, detected, expected, p, leaks: false };
}

/** How long a deviation would have been owed to the event, h. */
function windowHours({ print }: CellOutcome): number {
  const { startS, endS } = print.event!;
  const printEndS = print.hours * 3600;
  return (Math.min(printEndS, (endS ?? Infinity) + AFTER_S) - startS + BEFORE_S) / 3600;
}
