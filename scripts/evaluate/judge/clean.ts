import { per1000Hours, type Rate } from "../statistics/poisson.ts";
import type { PrintRecord } from "../run/record.ts";
import { round } from "./figures.ts";
import type { FalseAlarm, SuiteTally } from "./tally.ts";

/** Clean printing and what was said of it. */
export interface CleanFigures {
  hours: number;
  prints: number;
  printers: number;
  parts: number;
  threats: number;
  deviations: number;
  /** Per 1,000 h, with exact 95 % bounds. */
  threatRate: Rate;
  deviationRate: Rate;
}

/** Figures of clean prints; `alarms` are those told on them. */
export function cleanFigures(
  prints: readonly PrintRecord[],
  alarms: readonly FalseAlarm[],
): CleanFigures {
  const hours = prints.reduce((sum, print) => sum + print.hours, 0);
  const threats = alarms.filter(({ finding }) => finding.threatS !== null).length;
  return {
    hours: round(hours),
    prints: prints.length,
    printers: new Set(prints.map(({ printer }) => printer)).size,
    parts: new Set(prints.map(({ part }) => part)).size,
    threats,
    deviations: alarms.length,
    threatRate: per1000Hours(threats, hours),
    deviationRate: per1000Hours(alarms.length, hours),
  };
}

/** A part of the clean prints that is reported on its own. */
export interface Stratum extends CleanFigures {
  name: string;
}

const STRATA: readonly { name: string; holds: (print: PrintRecord) => boolean }[] = [
  { name: "reports every 1 s", holds: ({ reportS }) => reportS === 1 },
  { name: "reports every 2 s", holds: ({ reportS }) => reportS === 2 },
  { name: "reports every 5 s", holds: ({ reportS }) => reportS === 5 },
  { name: "firmware that reports no duty", holds: ({ duty }) => !duty },
];

/** The clean prints by what their firmware tells, and the first, uncalibrated prints. */
export function strataOf(tally: SuiteTally): Stratum[] {
  const groups = STRATA.map(({ name, holds }) => ({
    name,
    ...cleanFigures(
      tally.clean.filter(holds),
      tally.cleanAlarms.filter(({ print }) => holds(print)),
    ),
  }));
  const first = cleanFigures(tally.first, tally.firstAlarms);
  return [...groups, { name: "first print of an unknown printer", ...first }];
}
