import { stepMachine } from "../gcode/machine.ts";
import { parseInto } from "../gcode/parse_line.ts";
import type { Observation } from "../source/observation.ts";
import type { PauseState } from "./pause_state.ts";

/** A rise or a travel of this size takes the nozzle off the part. */
const LIFTED_MM = 1;
const AWAY_MM = 20;

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
  if (!/^\s*ok\b/i.test(line)) return;
  // What was sent first is answered first: the host's own lines before an injected one.
  if (state.outstanding > 0) state.outstanding -= 1;
  else state.unanswered = null;
}
