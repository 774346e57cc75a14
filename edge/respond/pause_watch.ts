import { stepMachine } from "../gcode/machine.ts";
import { parseInto } from "../gcode/parse_line.ts";
import { parseResponse } from "../gcode/parse_response.ts";
import { readingOf } from "../gcode/response.ts";
import type { Observation } from "../source/observation.ts";
import type { PauseState } from "./pause_state.ts";

/** A rise or a travel of this size takes the nozzle off the part. */
const LIFTED_MM = 1;
const AWAY_MM = 20;
/** A report may be older than a target that was just sent by so much. */
const REPORT_LATE_S = 5;

/** Takes note of what crossed the tap [pure]: moves, layers, acknowledgements; `state` changes. */
export function watch(state: PauseState, observation: Observation): void {
  state.nowS = observation.eventTimeS;
  if (observation.type === "sent") {
    follow(state, observation.line);
    if (observation.origin === "host" && observation.line.trim() !== "") {
      state.outstanding += 1;
      state.lastHostLineS = state.nowS;
      noteMoves(state);
    }
  } else if (observation.type === "received") noteAnswer(state, observation.line);
  else if (observation.type === "tick" && state.record.phase === "holding") state.ticksHeld += 1;
}

function follow(state: PauseState, line: string): void {
  state.effects.moveCount = 0;
  state.effects.events = [];
  if (parseInto(line, state.command)) stepMachine(state.machine, state.command, state.effects);
  if (state.effects.events.some(({ type }) => type === "target")) state.lastTargetS = state.nowS;
}

/**
 * Learns from the printer's reports what a hotend is to hold, where no line has told that: an agent
 * that was started in the midst of a job never saw its M104, and has to cool the nozzle all the same.
 */
function learnTargets(state: PauseState, line: string): void {
  if (!/\bT\d?:/.test(line) || state.nowS - state.lastTargetS < REPORT_LATE_S) return;
  const response = parseResponse(line);
  if (response.type !== "temperature") return;
  const targets = state.machine.hotendTargetsC;
  const tools = Object.keys(response.heaters).filter((name) => /^T\d$/.test(name)).length || 1;
  for (let tool = 0; tool < tools; tool++) {
    const targetC = readingOf(response.heaters, "hotend", tool)?.targetC ?? 0;
    if ((targets[tool] ?? 0) === 0 && targetC > 0) targets[tool] = targetC;
  }
}

function noteMoves(state: PauseState): void {
  const { effects, nowS } = state;
  if (effects.moveCount > 0) state.lastMoveS = nowS;
  for (let index = 0; index < effects.moveCount; index++) {
    const move = effects.moves[index]!;
    const alongMm = Math.hypot(move.dxMm, move.dyMm);
    // Whether E counts on differs between firmwares; what speaks of filament and moves is the job.
    if (state.command.has("E") && move.deMm >= 0 && alongMm > 0) {
      state.lastJobMoveS = nowS;
      state.isOffPart = false;
    } else if (move.dzMm >= LIFTED_MM || (move.deMm <= 0 && alongMm >= AWAY_MM)) {
      state.isOffPart = true;
    }
  }
  if (effects.events.some((event) => event.type === "layer")) state.boundary = true;
}

function noteAnswer(state: PauseState, line: string): void {
  if (/^start\b/.test(line)) state.outstanding = 0;
  learnTargets(state, line);
  if (!/^\s*ok\b/i.test(line)) return;
  // What was sent first is answered first: the host's own lines before an injected one.
  if (state.outstanding > 0) state.outstanding -= 1;
  else state.unanswered = null;
}
