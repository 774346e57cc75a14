import type { Command } from "../../gcode/command.ts";
import { type Effects, makeEffects } from "../../gcode/effects.ts";
import { initLineGate, type LineGate, type Passage, passGate } from "../../gcode/line_gate.ts";
import { initMachine, stepMachine } from "../../gcode/machine.ts";
import type { MachineOptions, MachineState } from "../../gcode/machine_state.ts";
import type { Response } from "../../gcode/response.ts";
import {
  type ClockOptions,
  initMoveClock,
  lineAcknowledged,
  lineRejected,
  lineSent,
  type MoveClock,
  type PacingSample,
  scheduleMoves,
} from "./move_clock.ts";
import {
  drainMotion,
  initMotion,
  makePlanned,
  type MotionState,
  type Planned,
  stepEffects,
} from "./planner.ts";
import type { MotionRules } from "./rules.ts";

export interface MotionTwinOptions extends ClockOptions {
  rules: MotionRules;
  machine?: MachineOptions;
}

/** Interpreter, planner and clock of one printer; plain values, owned by the caller. */
export interface MotionTwin {
  machine: MachineState;
  motion: MotionState;
  clock: MoveClock;
  gate: LineGate;
  lastSentS: number;
}

/** What a step made; owned by the caller and overwritten by each step. */
export interface MotionOutput {
  /** What the command did: events and moves, before planning. */
  effects: Effects;
  /** Moves that became settled, with the times at which the printer does them. */
  planned: Planned;
  /** A reading of the real motion, where one came. */
  sample: PacingSample | null;
  /** How the line fits the host's numbering; only `next`, `jump` and `late` lines are followed. */
  passage: Passage;
}

/** The planner is taken to run empty when nothing was sent for this long, s. */
const IDLE_S = 0.5;

export function initMotionTwin(options: MotionTwinOptions): MotionTwin {
  return {
    machine: initMachine(options.machine),
    motion: initMotion(options.rules),
    clock: initMoveClock(options),
    gate: initLineGate(),
    lastSentS: 0,
  };
}

export function makeMotionOutput(): MotionOutput {
  return { effects: makeEffects(), planned: makePlanned(), sample: null, passage: "next" };
}

/**
 * Takes a command on its way to the printer; repeats and damaged lines change nothing but the
 * pairing with acknowledgements.
 *
 * @example
 * const twin = initMotionTwin({ rules: marlinRules() });
 * const output = makeMotionOutput();
 * stepCommand(twin, command, eventTimeS, output);
 * for (let at = 0; at < output.planned.count; at++) {
 *   output.planned.moves[at]!.startEventS; // when the printer does it
 * }
 */
export function stepCommand(
  twin: MotionTwin,
  command: Command,
  eventTimeS: number,
  output: MotionOutput,
): void {
  clear(output);
  output.passage = passGate(twin.gate, command);
  twin.lastSentS = eventTimeS;
  if (command.kind === "empty") return;
  const { lineNumber } = command;
  if (["refused", "repeat", "altered-repeat"].includes(output.passage)) {
    lineSent(twin.clock, { lineNumber, lastMove: -1, drains: false }, eventTimeS);
    return;
  }
  stepMachine(twin.machine, command, output.effects);
  const drains = output.effects.events.some((event) => event.type === "drains");
  const lastMove = stepEffects(twin.motion, output.effects, output.planned);
  lineSent(twin.clock, { lineNumber, lastMove, drains }, eventTimeS);
  output.sample = scheduleMoves(twin.clock, output.planned);
}

/** Takes what the printer says: acknowledgements set the clock, a restart starts anew. */
export function stepResponse(
  twin: MotionTwin,
  response: Response,
  eventTimeS: number,
  output: MotionOutput,
): void {
  clear(output);
  if (response.type === "resend") lineRejected(twin.clock);
  if (response.type === "start") restart(twin);
  if (response.ok !== null) {
    output.sample = lineAcknowledged(twin.clock, response.ok, eventTimeS);
  }
}

/** Lets time pass: a planner that gets no more moves runs the ones that it has to their end. */
export function stepIdle(twin: MotionTwin, eventTimeS: number, output: MotionOutput): void {
  clear(output);
  if (twin.motion.count === 0 || eventTimeS - twin.lastSentS < IDLE_S) return;
  if (eventTimeS < twin.clock.freeS) return;
  drainMotion(twin.motion, output.planned);
  output.sample = scheduleMoves(twin.clock, output.planned);
}

function restart(twin: MotionTwin): void {
  const { dialect, arcSegmentMm } = twin.machine;
  twin.machine = initMachine({ dialect, arcSegmentMm });
  const { rules, nextIndex } = twin.motion;
  twin.motion = { ...initMotion(rules), nextIndex };
  const { bufferMoves, bufferS } = twin.clock;
  twin.clock = initMoveClock({ bufferMoves, bufferS });
}

function clear(output: MotionOutput): void {
  output.effects.moveCount = 0;
  output.effects.events = [];
  output.planned.count = 0;
  output.sample = null;
}
