import type { PrintAccount, StateTimes } from "../../shared/print_account.ts";

/** What a printer's effectiveness is worked out from, all of one period. */
export interface OeeInput {
  /** Prints that ended in the period. */
  prints: readonly PrintAccount[];
  spent: StateTimes;
  /** How long the period is in which its guard counted, s. */
  spanS: number;
  /** How many hours of a day the printer is meant to work, above 0 to 24. */
  plannedHoursPerDay: number;
  /** Prints in which a threat was confirmed: whatever came out of them is no good part. */
  spoiled: ReadonlySet<string>;
}

/**
 * Key performance indicators of ISO 22400-2, each a share, or null where nothing is known:
 *
 * - `availability` = APT / PBT: actual production time over planned busy time
 * - `utilization` = APT / AUBT: over the time in which the printer was at work or held up in it
 * - `performance` (effectiveness) = PRI · PQ / APT: planned run time of what was produced over the
 *   time that it took
 * - `quality` = GQ / PQ: good quantity over produced quantity
 * - `oee` = availability · performance · quality
 */
export interface Oee {
  availability: number | null;
  utilization: number | null;
  performance: number | null;
  quality: number | null;
  oee: number | null;
  terms: OeeTerms;
}

/** The terms of ISO 22400-2 as we measure them. */
export interface OeeTerms {
  /** APT: the guard saw it print, s. */
  actualProductionS: number;
  /** PBT: the counted time's share that it is meant to work, s. */
  plannedBusyS: number;
  /** AUBT: printing, paused, or in want of a person, s. */
  unitBusyS: number;
  /** PRI · PQ: the planner's time for what came of the prints that have a plan, s. */
  plannedRunS: number;
  /** The time that those prints took, s. */
  plannedPrintsTookS: number;
  /** PQ: prints that ended and of which it is known how. */
  produced: number;
  /** GQ: those that came to their end, and in which no threat was confirmed. */
  good: number;
}

const DAY_H = 24;

/** Works the indicators out. */
export function oeeOf(input: OeeInput): Oee {
  const terms = termsOf(input);
  const availability = share(terms.actualProductionS, terms.plannedBusyS);
  const utilization = share(terms.actualProductionS, terms.unitBusyS);
  const performance = share(terms.plannedRunS, terms.plannedPrintsTookS);
  const quality = share(terms.good, terms.produced);
  const oee = availability === null || performance === null || quality === null
    ? null
    : availability * performance * quality;
  return { availability, utilization, performance, quality, oee, terms };
}

function termsOf({ prints, spent, spanS, plannedHoursPerDay, spoiled }: OeeInput): OeeTerms {
  const known = prints.filter(({ result }) => result !== "unknown");
  const good = known.filter(({ id, result }) => result === "completed" && !spoiled.has(id));
  const planned = prints.filter(({ plannedS, part }) => plannedS !== null && part !== null);
  return {
    actualProductionS: spent.printing,
    plannedBusyS: spanS * plannedHoursPerDay / DAY_H,
    unitBusyS: spent.printing + spent.paused + spent.attention,
    plannedRunS: sum(planned.map(({ plannedS, part }) => plannedS! * part!)),
    plannedPrintsTookS: sum(planned.map(({ printingS }) => printingS)),
    produced: known.length,
    good: good.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
