import type { Command } from "../gcode/command.ts";
import type { Response } from "../gcode/response.ts";
import type { StreamEvent } from "./command_findings.ts";

/** Reports that must have come before their absence means anything. */
const REPORTS_LEAST = 20;
/** Reports are missing after so long, s, and after so many times their usual interval. */
const MISSING_S = 20, MISSING_INTERVALS = 6;
/** Meanwhile so many lines were acknowledged, and so many questions were not answered. */
const LINES_LEAST = 20, QUESTIONS_LEAST = 3;
/** How fast the usual interval is learnt. */
const LEARN = 0.1;

/** Whether temperatures are still reported, as they were and as they are asked for; plain values. */
export interface ReportWatch {
  reports: number;
  /** Of them by the firmware's own clock, in a row. */
  unasked: number;
  lastS: number;
  everyS: number;
  /** Lines acknowledged and questions asked since the last report. */
  lines: number;
  questions: number;
  /** Interval that M155 ordered, s: 0 for none; null where nobody said. */
  orderedS: number | null;
  told: boolean;
}

export function initReportWatch(): ReportWatch {
  return {
    reports: 0,
    unasked: 0,
    lastS: -1e9,
    everyS: 0,
    lines: 0,
    questions: 0,
    orderedS: null,
    told: false,
  };
}

/** Takes a command on its way to the printer. Mutates the watch. */
export function noteReportOrder(watch: ReportWatch, command: Command): void {
  if (command.is("M", 105)) watch.questions++;
  // While a firmware tunes a heater it reports otherwise than before, or not at all.
  const tunes = command.is("M", 303) || command.is("M", 306);
  if (!tunes && !command.is("M", 155)) return;
  if (!tunes) watch.orderedS = command.number("S") ?? watch.orderedS;
  watch.reports = watch.unasked = 0;
}

/**
 * Takes what the printer says; returns the absence of reports from a printer that answers all else.
 * Firmware that reports never ceases by itself, and a host that wants none doesn't ask: somebody
 * withholds what the heaters do. Mutates the watch.
 *
 * @param printing whether the part is being extruded now
 */
export function stepReport(
  watch: ReportWatch,
  response: Response,
  eventTimeS: number,
  printing: boolean,
): StreamEvent[] {
  if (response.type === "start") Object.assign(watch, initReportWatch());
  if (response.type === "temperature") {
    // Some firmwares acknowledge a question on one line and answer it on the next.
    takeReport(watch, response.ok === null && watch.questions === 0, eventTimeS);
    return [];
  }
  // A line that came broken may have been a report.
  if (response.type === "garbage" || response.type === "resend" || response.type === "error") {
    Object.assign(watch, { lines: 0, questions: 0, lastS: eventTimeS });
  }
  if (response.ok !== null) watch.lines++;
  const sinceS = eventTimeS - watch.lastS;
  if (!printing || watch.told || !isOwed(watch, sinceS)) return [];
  watch.told = true;
  return [{
    name: "report-missing",
    eventTimeS,
    layer: null,
    lines: [],
    text: `no temperature was reported for ${sinceS.toFixed(0)} s, while ${watch.lines} lines ` +
      `were answered; before, one came every ${watch.everyS.toFixed(1)} s`,
    features: { missingS: sinceS },
    announceable: false,
    startedS: watch.lastS,
  }];
}

function takeReport(watch: ReportWatch, unasked: boolean, eventTimeS: number): void {
  const intervalS = eventTimeS - watch.lastS;
  const first = watch.reports === 0;
  if (!first) watch.everyS += (watch.reports === 1 ? 1 : LEARN) * (intervalS - watch.everyS);
  watch.reports++;
  watch.unasked = unasked ? watch.unasked + 1 : 0;
  Object.assign(watch, { lastS: eventTimeS, lines: 0, questions: 0, told: false });
}

function isOwed(watch: ReportWatch, sinceS: number): boolean {
  const { reports, lines, questions, everyS, orderedS, unasked } = watch;
  if (reports < REPORTS_LEAST || lines < LINES_LEAST) return false;
  if (sinceS < Math.max(MISSING_S, MISSING_INTERVALS * everyS)) return false;
  const byItself = orderedS === null ? unasked >= REPORTS_LEAST : orderedS > 0;
  return byItself || questions >= QUESTIONS_LEAST;
}
