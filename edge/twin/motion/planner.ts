import type { Effects, Move } from "../../gcode/effects.ts";
import { applyKlipper } from "./klipper.ts";
import { firstFixed, lookAhead } from "./look_ahead.ts";
import { applyMarlin, MINIMUM_PLANNER_MM_PER_S } from "./marlin.ts";
import { fillGeometry, makeQueuedMove, type QueuedMove } from "./queued_move.ts";
import { type MotionRules, rulesWithLimits } from "./rules.ts";

/** A move whose speeds are settled. */
export interface PlannedMove {
  /** Counts the moves that were given to the planner, from 0. */
  index: number;
  layer: number;
  /** Path length, or the filament's where only the extruder moves, mm. */
  lengthMm: number;
  extrudedMm: number;
  extruderOnly: boolean;
  /** Start on the printer's own motion clock, s, and duration. */
  startS: number;
  durationS: number;
  /** Speeds, mm/s, and the acceleration of both ramps, mm/s². */
  startMmPerS: number;
  cruiseMmPerS: number;
  endMmPerS: number;
  accelMmPerS2: number;
  /** When the printer does it, on the observations' clock, s; set by `scheduleMoves`, else −1. */
  startEventS: number;
  endEventS: number;
}

/**
 * Moves as they become settled, in order: the planner appends, the caller clears by `count = 0`.
 * Only the first `count` are valid; the objects are reused, so copy what must last.
 */
export interface Planned {
  readonly moves: PlannedMove[];
  count: number;
}

/** No more moves than this wait for a settled speed; then the older half is settled anyway. */
const QUEUE_MAX = 2048;
/** Klipper's queue is looked through only after so many new moves: the result is the same. */
const KLIPPER_BATCH = 48;

/** The planner's state, owned by the caller and changed in place; plain values. */
export interface MotionState {
  rules: MotionRules;
  /** End of the last settled move on the printer's motion clock, s. */
  clockS: number;
  /** The first `count` of `queue` wait; the rest are spare. */
  queue: QueuedMove[];
  count: number;
  sinceLook: number;
  nextIndex: number;
  /** Marlin: the speed at which the last settled move ends, squared. */
  exitV2: number;
}

export function initMotion(rules: MotionRules): MotionState {
  return { rules, clockS: 0, queue: [], count: 0, sinceLook: 0, nextIndex: 0, exitV2: 0 };
}

export function makePlanned(): Planned {
  return { moves: [], count: 0 };
}

/**
 * Gives the planner one more move and appends what became settled to `planned`. Gives the move's
 * index, or −1 where nothing moves. About 0.2 µs a move, 0.4 µs by Marlin's rules.
 */
export function stepMotion(state: MotionState, move: Move, planned: Planned): number {
  const { queue, rules } = state;
  if (state.count === queue.length) queue.push(makeQueuedMove());
  const queued = queue[state.count]!;
  if (!fillGeometry(queued, move, state.nextIndex)) return -1;
  const before = state.count > 0 ? queue[state.count - 1]! : null;
  if (rules.rules === "klipper") applyKlipper(rules, queued, before, move.feedrateMmPerS);
  else applyMarlin(rules, queued, before, move.feedrateMmPerS);
  state.count++;
  state.sinceLook++;
  settle(state, planned);
  return state.nextIndex++;
}

/** Settles all that waits, as when motion must end: M400, a dwell, an empty buffer. */
export function drainMotion(state: MotionState, planned: Planned): void {
  if (state.count === 0) return;
  lookAhead(state.queue, state.count, finalV2(state.rules));
  emit(state, planned, state.count);
  state.exitV2 = 0;
}

/** Lets the motion clock pass while nothing moves; to be called after `drainMotion`. */
export function dwellMotion(state: MotionState, durationS: number): void {
  state.clockS += Math.max(0, durationS);
}

/**
 * Gives the planner all that a command did, in its order, and appends what became settled. Gives
 * the index of the command's last move, or −1 where it has none.
 */
export function stepEffects(state: MotionState, effects: Effects, planned: Planned): number {
  for (const event of effects.events) {
    if (event.type === "drains") drainMotion(state, planned);
    else if (event.type === "dwell") dwellMotion(state, event.durationS);
    else if (event.type === "limits") state.rules = rulesWithLimits(state.rules, event.limits);
  }
  let last = -1;
  for (let at = 0; at < effects.moveCount; at++) {
    const index = stepMotion(state, effects.moves[at]!, planned);
    if (index >= 0) last = index;
  }
  return last;
}

function settle(state: MotionState, planned: Planned): void {
  if (state.rules.rules === "marlin") {
    if (state.count <= state.rules.lookaheadMoves) return;
    const ready = state.count - state.rules.lookaheadMoves;
    const fixed = firstFixed(state.queue, ready, state.count);
    const isAll = fixed === state.count;
    lookAhead(state.queue, fixed, isAll ? finalV2(state.rules) : state.queue[fixed]!.maxStartV2);
    emit(state, planned, ready);
    return;
  }
  if (state.sinceLook < KLIPPER_BATCH) return;
  state.sinceLook = 0;
  const settled = lookAhead(state.queue, state.count, 0);
  const count = settled > 0 || state.count < QUEUE_MAX ? settled : QUEUE_MAX / 2;
  if (count > 0) emit(state, planned, count);
}

/** The speed at which the last move of the queue is planned to end, squared. */
function finalV2(rules: MotionRules): number {
  return rules.rules === "marlin" ? MINIMUM_PLANNER_MM_PER_S ** 2 : 0;
}

function emit(state: MotionState, planned: Planned, count: number): void {
  const { queue } = state;
  for (let at = 0; at < count; at++) {
    const queued = queue[at]!;
    if (planned.moves.length === planned.count) planned.moves.push(makePlannedMove());
    const move = planned.moves[planned.count++]!;
    fillPlanned(move, queued, state.clockS);
    state.clockS += move.durationS;
    state.exitV2 = queued.endV2;
  }
  rotate(queue, state.count, count);
  state.count -= count;
  // What was settled binds the next move: it starts at the speed that was promised.
  if (state.count > 0 && state.rules.rules === "marlin") {
    bindStarts(queue, state.count, state.exitV2);
  }
}

/** No move can start faster than full acceleration from the first one's start allows. */
function bindStarts(queue: readonly QueuedMove[], count: number, firstV2: number): void {
  let bound = firstV2;
  for (let at = 0; at < count; at++) {
    const move = queue[at]!;
    if (at > 0 && move.maxStartV2 <= bound) return;
    move.maxStartV2 = move.maxSmoothedV2 = bound;
    bound += move.deltaV2;
  }
}

/** Moves the waiting ones to the front; the spent ones stay behind them as spares. */
function rotate(queue: QueuedMove[], count: number, spent: number): void {
  for (let at = spent; at < count; at++) {
    const move = queue[at]!;
    queue[at] = queue[at - spent]!;
    queue[at - spent] = move;
  }
}

function fillPlanned(move: PlannedMove, queued: QueuedMove, clockS: number): void {
  const accel = queued.accelMmPerS2;
  const cruiseV2 = queued.peakV2;
  const start = Math.sqrt(queued.startV2), cruise = Math.sqrt(cruiseV2);
  const end = Math.sqrt(queued.endV2);
  const ramps = (2 * cruiseV2 - queued.startV2 - queued.endV2) / (2 * accel);
  const flat = Math.max(queued.lengthMm - ramps, 0);
  move.index = queued.index;
  move.layer = queued.layer;
  move.lengthMm = queued.lengthMm;
  move.extrudedMm = queued.extrudedMm;
  move.extruderOnly = queued.extruderOnly;
  move.startS = clockS;
  move.durationS = (2 * cruise - start - end) / accel + (cruise > 0 ? flat / cruise : 0);
  move.startMmPerS = start;
  move.cruiseMmPerS = cruise;
  move.endMmPerS = end;
  move.accelMmPerS2 = accel;
  move.startEventS = -1;
  move.endEventS = -1;
}

function makePlannedMove(): PlannedMove {
  return {
    index: 0,
    layer: 0,
    lengthMm: 0.5,
    extrudedMm: 0.5,
    extruderOnly: false,
    startS: 0.5,
    durationS: 0.5,
    startMmPerS: 0.5,
    cruiseMmPerS: 0.5,
    endMmPerS: 0.5,
    accelMmPerS2: 0.5,
    startEventS: -1,
    endEventS: -1,
  };
}
