import { Command } from "../gcode/command.ts";
import { parseInto } from "../gcode/parse_line.ts";
import { parseResponse } from "../gcode/parse_response.ts";
import type { Observation } from "../source/observation.ts";

/** What is asked: who the firmware is, how it is set, where it stands. */
const QUESTIONS = ["M115", "M503", "M114"];
/** Orders a report each second, of firmware that says it can; whoever orders another pace has it. */
const REPORTS = "M155 S1", REPORTS_CAP = /^Cap:AUTOREPORT_TEMP:1\b/;
/** Reports further apart are too few for the relay, and are ordered no more often than that, s. */
const SELDOM_S = 1.3, REPORTS_AGAIN_S = 60;
/** A tap of an older release hangs up at that order: it isn't given again after so many failures in a row. */
const REPORTS_FAILED_MAX = 5;
/** The host must have said nothing but polls for so long, s. */
const IDLE_S = 30;
/** Between two questions, and after one that was refused, s. */
const PAUSE_S = 3, REFUSED_S = 20;
/** A printer that nothing happens to is asked again after so long, s. */
const AGAIN_S = 6 * 3600;
/** Lines that hosts send by themselves while nothing runs. */
const POLLS = new Set([27, 31, 105, 110, 113, 115, 119, 155]);
const NEVER = -1e9;

/** When to ask a printer, so that no job is ever disturbed; plain values. */
export interface Questions {
  /** Lines that the host still waits for an answer to, at least. */
  open: number;
  lastLineS: number;
  /** Heaters that are to be warm. */
  warm: Record<string, boolean>;
  /** Questions of this round that are left; a round follows whatever the host did. */
  left: string[];
  askedS: number;
  notBeforeS: number;
  /** The question that waits for its answer. */
  asking: string | null;
  /** Whether a report each second is wanted, and the firmware's word that it can give them. */
  readonly wantsReports: boolean;
  canReport: boolean;
  /** The last report, the time between it and the one before, and when they were ordered, s. */
  reportS: number;
  reportGapS: number;
  reportsOrderedS: number;
  reportsFailed: number;
}

/** @param wantsReports orders a report each second as well, where the host has fewer */
export function initQuestions(wantsReports = false): Questions {
  return {
    open: 0,
    lastLineS: NEVER,
    warm: {},
    left: [...QUESTIONS],
    askedS: NEVER,
    notBeforeS: NEVER,
    asking: null,
    wantsReports,
    canReport: false,
    reportS: NEVER,
    reportGapS: Infinity,
    reportsOrderedS: NEVER,
    reportsFailed: 0,
  };
}

/**
 * Takes an observation; gives the question that is due now, or null [pure]. Asked is only while
 * every line of the host's is answered, it has sent nothing but polls for half a minute and no
 * heater is to be warm: before a job and after it. Mutates the state.
 */
export function stepQuestions(state: Questions, observation: Observation): string | null {
  const { eventTimeS } = observation;
  if (observation.type === "sent" && observation.origin === "host") {
    noteLine(state, observation.line, eventTimeS);
  } else if (observation.type === "received") noteAnswer(state, observation.line, eventTimeS);
  else if (observation.type === "gap") {
    // Who knows what was sent meanwhile: nothing is asked until it is clear again.
    state.lastLineS = eventTimeS;
  } else if (observation.type === "tick") return due(state, eventTimeS);
  return null;
}

/** Says what became of a question. Mutates the state. */
export function answered(state: Questions, ok: boolean, eventTimeS: number): void {
  state.notBeforeS = eventTimeS + (ok ? PAUSE_S : REFUSED_S);
  if (state.asking === REPORTS) state.reportsFailed = ok ? 0 : state.reportsFailed + 1;
  if (ok && state.asking === state.left[0]) state.left.shift();
  state.asking = null;
}

/** Whether reports have to be ordered for the relay to be in time. */
function needsReports(state: Questions, eventTimeS: number): boolean {
  return state.wantsReports && state.canReport && state.reportGapS > SELDOM_S &&
    state.reportsFailed < REPORTS_FAILED_MAX &&
    eventTimeS - state.reportsOrderedS > REPORTS_AGAIN_S;
}

function noteLine(state: Questions, line: string, eventTimeS: number): void {
  state.open++;
  const command = new Command();
  const poll = parseInto(line, command) && command.letter === "M" && POLLS.has(command.code);
  if (poll) return;
  state.lastLineS = eventTimeS;
  state.left = [...QUESTIONS];
}

function noteAnswer(state: Questions, line: string, eventTimeS: number): void {
  if (REPORTS_CAP.test(line)) state.canReport = true;
  const response = parseResponse(line);
  if (response.ok !== null && state.asking === null) state.open = Math.max(0, state.open - 1);
  if (response.type === "start") state.open = 0;
  if (response.type === "temperature") {
    state.reportGapS = eventTimeS - state.reportS;
    state.reportS = eventTimeS;
    for (const [name, { targetC }] of Object.entries(response.heaters)) {
      if (targetC !== null) state.warm[name] = targetC > 0;
    }
  }
}

/** Whether a heater is to be warm; a printer that never reported any may well be. */
function isWarm({ warm }: Questions): boolean {
  const targets = Object.values(warm);
  return targets.length === 0 || targets.includes(true);
}

function due(state: Questions, eventTimeS: number): string | null {
  if (state.left.length === 0 && eventTimeS - state.askedS > AGAIN_S) state.left = [...QUESTIONS];
  const busy = state.asking !== null || state.open > 0 || eventTimeS - state.lastLineS < IDLE_S ||
    isWarm(state) || eventTimeS < state.notBeforeS;
  const question = state.left[0] ?? (needsReports(state, eventTimeS) ? REPORTS : undefined);
  if (busy || question === undefined) return null;
  if (question === REPORTS) state.reportsOrderedS = eventTimeS;
  state.asking = question;
  state.askedS = eventTimeS;
  return question;
}
