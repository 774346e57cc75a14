import { Command } from "../gcode/command.ts";
import { parseInto } from "../gcode/parse_line.ts";
import { parseResponse } from "../gcode/parse_response.ts";
import type { Observation } from "../source/observation.ts";

/** What is asked: who the firmware is, how it is set, where it stands. */
const QUESTIONS = ["M115", "M503", "M114"];
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
  asking: boolean;
}

export function initQuestions(): Questions {
  return {
    open: 0,
    lastLineS: NEVER,
    warm: {},
    left: [...QUESTIONS],
    askedS: NEVER,
    notBeforeS: NEVER,
    asking: false,
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
  } else if (observation.type === "received") noteAnswer(state, observation.line);
  else if (observation.type === "gap") {
    // Who knows what was sent meanwhile: nothing is asked until it is clear again.
    state.lastLineS = eventTimeS;
  } else if (observation.type === "tick") return due(state, eventTimeS);
  return null;
}

/** Says what became of a question. Mutates the state. */
export function answered(state: Questions, ok: boolean, eventTimeS: number): void {
  state.asking = false;
  state.notBeforeS = eventTimeS + (ok ? PAUSE_S : REFUSED_S);
  if (ok) state.left.shift();
}

function noteLine(state: Questions, line: string, eventTimeS: number): void {
  state.open++;
  const command = new Command();
  const poll = parseInto(line, command) && command.letter === "M" && POLLS.has(command.code);
  if (poll) return;
  state.lastLineS = eventTimeS;
  state.left = [...QUESTIONS];
}

function noteAnswer(state: Questions, line: string): void {
  const response = parseResponse(line);
  if (response.ok !== null && !state.asking) state.open = Math.max(0, state.open - 1);
  if (response.type === "start") state.open = 0;
  if (response.type === "temperature") {
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
  const busy = state.asking || state.open > 0 || eventTimeS - state.lastLineS < IDLE_S ||
    isWarm(state) || eventTimeS < state.notBeforeS;
  const question = state.left[0];
  if (busy || question === undefined) return null;
  state.asking = true;
  state.askedS = eventTimeS;
  return question;
}
