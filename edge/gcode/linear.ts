import type { Command } from "./command.ts";
import { type Effects, nextMove } from "./effects.ts";
import { noteExtrusion } from "./layers.ts";
import {
  KNOWN_ALL,
  KNOWN_E,
  KNOWN_X,
  KNOWN_Y,
  KNOWN_Z,
  type MachineState,
} from "./machine_state.ts";

const E = 4, F = 5, X = 23, Y = 24, Z = 25;
const BIT_E = 1 << E, BIT_F = 1 << F, BIT_X = 1 << X, BIT_Y = 1 << Y, BIT_Z = 1 << Z;
const BITS_XYZ = BIT_X | BIT_Y | BIT_Z;

/** Where a move ends, in machine coordinates, and how much filament it asks for. */
export interface Target {
  xMm: number;
  yMm: number;
  zMm: number;
  deMm: number;
  /** Whether start and amounts were all known. */
  certain: boolean;
}

/** G0 and G1: at most one straight move; F alone changes the feedrate only. */
export function stepLinear(state: MachineState, command: Command, effects: Effects): void {
  if ((command.mask & ~command.bareMask & (BITS_XYZ | BIT_E)) === 0) {
    takeFeedrate(state, command);
    return;
  }
  const target = takeTarget(state, command);
  emitMove(state, effects, target.xMm, target.yMm, target.zMm, target.deMm, target.certain, true);
}

function takeFeedrate(state: MachineState, command: Command): void {
  const given = command.mask & ~command.bareMask;
  if ((given & BIT_F) !== 0 && command.values[F]! > 0) {
    state.feedrateMmPerS = command.values[F]! / 60;
  }
}

/**
 * Reads the target of any move from its parameters and takes its F and E into the state; the
 * position itself changes only with the pieces that the caller emits.
 */
export function takeTarget(state: MachineState, command: Command): Target {
  const given = command.mask & ~command.bareMask;
  const values = command.values;
  takeFeedrate(state, command);
  const certain = state.known === KNOWN_ALL || startKnown(state, given);
  const target = {
    xMm: (given & BIT_X) === 0 ? state.xMm : values[X]! + base(state, state.xMm, state.xShiftMm),
    yMm: (given & BIT_Y) === 0 ? state.yMm : values[Y]! + base(state, state.yMm, state.yShiftMm),
    zMm: (given & BIT_Z) === 0 ? state.zMm : values[Z]! + base(state, state.zMm, state.zShiftMm),
    deMm: (given & BIT_E) === 0 ? 0 : takeE(state, values[E]!),
    certain,
  };
  learn(state, given);
  return target;
}

function base(state: MachineState, position: number, shift: number): number {
  return state.relative ? position : shift;
}

/** Relative moves start from anywhere; absolute ones need to know where. */
function startKnown(state: MachineState, given: number): boolean {
  const needed = ((given & BIT_X) !== 0 && !state.relative ? KNOWN_X : 0) |
    ((given & BIT_Y) !== 0 && !state.relative ? KNOWN_Y : 0) |
    ((given & BIT_Z) !== 0 && !state.relative ? KNOWN_Z : 0) |
    ((given & BIT_E) !== 0 && !state.relativeE ? KNOWN_E : 0);
  return (state.known & needed) === needed;
}

function learn(state: MachineState, given: number): void {
  if (state.known === KNOWN_ALL) return;
  if (!state.relative) {
    state.known |= ((given & BIT_X) !== 0 ? KNOWN_X : 0) | ((given & BIT_Y) !== 0 ? KNOWN_Y : 0) |
      ((given & BIT_Z) !== 0 ? KNOWN_Z : 0);
  }
  if (!state.relativeE && (given & BIT_E) !== 0) state.known |= KNOWN_E;
}

/** The filament that an E asks for, mm; the extruder's logical position follows. */
export function takeE(state: MachineState, value: number): number {
  if (state.relativeE) {
    state.eMm += value;
    return value;
  }
  const de = (state.known & KNOWN_E) !== 0 ? value - state.eMm : 0;
  state.eMm = value;
  return de;
}

/** Moves the state to the end of one straight piece and adds it to the effects. */
export function emitMove(
  state: MachineState,
  effects: Effects,
  xMm: number,
  yMm: number,
  zMm: number,
  deMm: number,
  certain: boolean,
  first: boolean,
): void {
  const dx = xMm - state.xMm, dy = yMm - state.yMm, dz = zMm - state.zMm;
  const extruded = deMm * (state.flowFactors[state.tool] ?? 1);
  if (deMm > 0 && (dx !== 0 || dy !== 0)) {
    const event = noteExtrusion(state.layers, zMm - state.zShiftMm, dz);
    if (event !== null) effects.events.push(event);
  }
  const move = nextMove(effects);
  move.xMm = xMm;
  move.yMm = yMm;
  move.zMm = zMm;
  move.dxMm = dx;
  move.dyMm = dy;
  move.dzMm = dz;
  move.lengthMm = Math.sqrt(dx * dx + dy * dy + dz * dz);
  move.deMm = deMm;
  move.extrudedMm = extruded;
  move.feedrateMmPerS = state.feedrateMmPerS * state.speedFactor;
  move.layer = state.layers.index;
  move.certain = certain;
  move.first = first;
  state.xMm = xMm;
  state.yMm = yMm;
  state.zMm = zMm;
  state.filamentMm += extruded;
  noteRetraction(state, extruded);
}

/** Filament drawn back is owed until it is pushed again; a surplus is extrusion, not credit. */
function noteRetraction(state: MachineState, extruded: number): void {
  const owed = state.retractedMm - extruded;
  state.retractedMm = owed > 1e-9 ? owed : 0;
}
