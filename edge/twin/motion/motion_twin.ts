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

/** A planner by one set of rules, and when its moves run; plain values, owned by the caller. */
export interface MotionPlan {
  motion: MotionState;
  clock: MoveClock;
}

/** What commands do, whichever plan is made of it; plain values, owned by the caller. */
export interface Interpreter {
  machine: MachineState;
  gate: LineGate;
  lastSentS: number;
}

/** Interpreter, planner and clock of one printer; plain values, owned by the caller. */
export interface MotionTwin extends MotionPlan, Interpreter {}

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

/** The planner is taken to run empty when a host that may send hasn't for this long, s. */
const IDLE_S = 0.5;
/** A move waits no longer than this for room in the buffer, s. */
const FULL_S = 30;

export function initMotionTwin(options: MotionTwinOptions): MotionTwin {
  return { ...initInterpreter(options.machine), ...initMotionPlan(options) };
}

/** @param machine what is known of the printer that hears the commands */
export function initInterpreter(machine?: MachineOptions): Interpreter {
  return { machine: initMachine(machine), gate: initLineGate(), lastSentS: 0 };
}

/** A plan of motion that an interpreter's commands are given to, by `followCommand`. */
export function initMotionPlan(options: ClockOptions & { rules: MotionRules }): MotionPlan {
  return { motion: initMotion(options.rules), clock: initMoveClock(options) };
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
  interpretCommand(twin, command, eventTimeS, output);
  output.sample = followCommand(twin, output, command, eventTimeS, output.planned);
}

/** The first half of `stepCommand`: what the command does, not yet when. */
export function interpretCommand(
  twin: Interpreter,
  command: Command,
  eventTimeS: number,
  output: MotionOutput,
): void {
  clear(output);
  output.passage = passGate(twin.gate, command);
  twin.lastSentS = eventTimeS;
  if (command.kind !== "empty" && isFollowed(output.passage)) {
    stepMachine(twin.machine, command, output.effects);
  }
}

/**
 * Lets another plan of the same motion take the command that the twin has just taken; what it plans
 * goes into `planned`. Gives a reading of the real motion, where one came.
 */
export function followCommand(
  plan: MotionPlan,
  { effects, passage }: MotionOutput,
  command: Command,
  eventTimeS: number,
  planned: Planned,
): PacingSample | null {
  planned.count = 0;
  const { lineNumber } = command;
  if (command.kind === "empty") return null;
  if (!isFollowed(passage)) {
    lineSent(plan.clock, { lineNumber, lastMove: -1, drains: false }, eventTimeS);
    return null;
  }
  const drains = effects.events.some((event) => event.type === "drains");
  const lastMove = stepEffects(plan.motion, effects, planned);
  lineSent(plan.clock, { lineNumber, lastMove, drains }, eventTimeS);
  return scheduleMoves(plan.clock, planned);
}

/** Lets a plan take an answer of the printer; see `followCommand`. */
export function followResponse(
  plan: MotionPlan,
  response: Response,
  eventTimeS: number,
): PacingSample | null {
  if (response.type === "resend") lineRejected(plan.clock);
  if (response.type === "start") restartPlan(plan);
  return response.ok === null ? null : lineAcknowledged(plan.clock, response.ok, eventTimeS);
}

/** Lets time pass for a plan; see `followCommand` and `stepIdle`. */
export function followIdle(
  plan: MotionPlan,
  lastSentS: number,
  eventTimeS: number,
  planned: Planned,
): PacingSample | null {
  planned.count = 0;
  const silentS = eventTimeS - Math.max(lastSentS, plan.clock.lastOkS);
  if (plan.motion.count === 0 || silentS < IDLE_S) return null;
  if (eventTimeS < plan.clock.freeS) return null;
  // A line that waits for room says that the buffer is full, however long its moves take.
  const full = plan.clock.waiting.some(({ lastMove, sentS }) =>
    lastMove >= 0 && eventTimeS - sentS < FULL_S
  );
  if (full) return null;
  drainMotion(plan.motion, planned);
  return scheduleMoves(plan.clock, planned);
}

/** Takes what the printer says: acknowledgements set the clock, a restart starts anew. */
export function stepResponse(
  twin: MotionTwin,
  response: Response,
  eventTimeS: number,
  output: MotionOutput,
): void {
  clear(output);
  if (response.type === "start") restartMachine(twin);
  output.sample = followResponse(twin, response, eventTimeS);
}

/** Lets time pass: a planner that gets no more moves runs the ones that it has to their end. */
export function stepIdle(twin: MotionTwin, eventTimeS: number, output: MotionOutput): void {
  clear(output);
  output.sample = followIdle(twin, twin.lastSentS, eventTimeS, output.planned);
}

/** A firmware that has restarted knows no position and no mode any more. */
export function restartMachine(twin: Interpreter): void {
  const { dialect, arcSegmentMm } = twin.machine;
  twin.machine = initMachine({ dialect, arcSegmentMm });
}

/** Lines that are refused or repeated change no motion. */
function isFollowed(passage: Passage): boolean {
  return passage !== "refused" && passage !== "repeat" && passage !== "altered-repeat";
}

function restartPlan(plan: MotionPlan): void {
  const { rules, nextIndex } = plan.motion;
  plan.motion = { ...initMotion(rules), nextIndex };
  const { bufferMoves, bufferS } = plan.clock;
  plan.clock = initMoveClock({ bufferMoves, bufferS });
}

function clear(output: MotionOutput): void {
  output.effects.moveCount = 0;
  output.effects.events = [];
  output.planned.count = 0;
  output.sample = null;
}
