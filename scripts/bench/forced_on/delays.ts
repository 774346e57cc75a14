import { type Interval, wilson } from "../../evaluate/statistics/wilson.ts";
import type { ForcedRun } from "./forced_run.ts";

/** What a heater that is forced on may have at most, s. */
export const WANTED_S = 2;
/** A report counts once the gate has been full on for so long, and is acted on so long after it, s. */
const REPORT_FROM_S = 0.5, REPORT_UNTIL_S = WANTED_S - 0.2;

/** How soon heaters that were forced on were cut. */
export interface Delays {
  forced: number;
  missed: number;
  /** Since it was forced on, s. */
  medianS: number;
  p90S: number;
  mostS: number;
  /** Share that was cut within the time that is wanted, with its bounds (95 %). */
  within: number;
  bounds: Interval;
  /** Later than wanted, by cause; the last is none of the others. */
  late: { controllerAsksForIt: number; noReport: number; other: number };
  /** The longest time with more power than the printer's own controller asked for, s. */
  mostUnaskedS: number;
  /** Share that was cut within the time that is wanted of getting more than that, with its bounds. */
  unaskedWithin: number;
  unaskedBounds: Interval;
}

/** Delays of heaters that were each forced on at its own time; a trip before that is a miss. */
export function delaysOf(runs: readonly { atS: number; run: ForcedRun }[]): Delays {
  const seen = runs.flatMap(({ atS, run }) => {
    const { trippedS } = run;
    if (trippedS === null || trippedS <= atS) return [];
    const fromS = Math.max(atS, run.askedFullS);
    return [{ tookS: trippedS - atS, unaskedS: trippedS - fromS, cause: causeOf(atS, run) }];
  });
  const took = seen.map(({ tookS }) => tookS).sort((a, b) => a - b);
  const at = (share: number) =>
    rounded(took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? NaN);
  const late = { controllerAsksForIt: 0, noReport: 0, other: 0 };
  for (const { tookS, cause } of seen) if (tookS > WANTED_S) late[cause]++;
  const within = took.filter((tookS) => tookS <= WANTED_S).length;
  const unasked = seen.filter(({ unaskedS }) => unaskedS <= WANTED_S).length;
  return {
    forced: runs.length,
    missed: runs.length - seen.length,
    medianS: at(0.5),
    p90S: at(0.9),
    mostS: at(1),
    within: within / runs.length,
    bounds: wilson(within, runs.length),
    late,
    mostUnaskedS: rounded(Math.max(...seen.map(({ unaskedS }) => unaskedS))),
    unaskedWithin: unasked / runs.length,
    unaskedBounds: wilson(unasked, runs.length),
  };
}

/** Why a trip may have come late. */
function causeOf(atS: number, { askedFullS, reportsS }: ForcedRun): keyof Delays["late"] {
  if (askedFullS >= atS) return "controllerAsksForIt";
  const counts = (reportS: number) =>
    reportS >= atS + REPORT_FROM_S && reportS <= atS + REPORT_UNTIL_S;
  return reportsS.some(counts) ? "other" : "noReport";
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
