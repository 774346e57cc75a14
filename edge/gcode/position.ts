import type { Command } from "./command.ts";
import type { Effects } from "./effects.ts";
import { emitMove, takeTarget } from "./linear.ts";
import {
  KNOWN_ALL,
  KNOWN_E,
  KNOWN_X,
  KNOWN_Y,
  KNOWN_Z,
  type MachineState,
} from "./machine_state.ts";

/** G92: the logical position is set, nothing moves; without axes all are set to 0. */
export function stepPosition(state: MachineState, command: Command, effects: Effects): void {
  if (command.subcode > 0) {
    effects.events.push({ type: "unmodelled", by: command.name });
    return;
  }
  const bare = !["X", "Y", "Z", "E"].some((axis) => command.has(axis));
  let axes = "";
  const set = (axis: string): number | null => {
    const value = bare ? 0 : command.number(axis);
    if (value !== null) axes += axis;
    return value;
  };
  const x = set("X"), y = set("Y"), z = set("Z"), e = set("E");
  const zBefore = state.zShiftMm;
  if (x !== null) state.xShiftMm = state.xMm - x;
  if (y !== null) state.yShiftMm = state.yMm - y;
  if (z !== null) state.zShiftMm = state.zMm - z;
  if (e !== null) {
    state.eMm = e;
    state.known |= KNOWN_E;
  }
  effects.events.push({ type: "position-set", axes, dzMm: state.zShiftMm - zBefore });
}

/** G28: homed axes are taken to be at 0, whatever the printer's home position is. */
export function stepHome(state: MachineState, command: Command, effects: Effects): void {
  const all = !["X", "Y", "Z"].some((axis) => command.has(axis));
  let axes = "";
  if (all || command.has("X")) {
    axes += "X";
    state.xMm = state.xShiftMm = 0;
    state.known |= KNOWN_X;
  }
  if (all || command.has("Y")) {
    axes += "Y";
    state.yMm = state.yShiftMm = 0;
    state.known |= KNOWN_Y;
  }
  if (all || command.has("Z")) {
    axes += "Z";
    state.zMm = state.zShiftMm = 0;
    state.known |= KNOWN_Z;
  }
  effects.events.push({ type: "drains" }, { type: "homed", axes });
}

/** G10 and G11 (firmware retraction), M207 and M208 (its settings, F in mm/min). */
export function stepRetract(state: MachineState, command: Command, effects: Effects): void {
  if (command.letter === "M") {
    const feedrate = command.number("F");
    if (command.code === 207) {
      state.retractLengthMm = command.number("S") ?? state.retractLengthMm;
      state.retractLiftMm = command.number("Z") ?? state.retractLiftMm;
      if (feedrate !== null) state.retractFeedrateMmPerS = feedrate / 60;
    } else {
      state.recoverExtraMm = command.number("S") ?? state.recoverExtraMm;
      if (feedrate !== null) state.recoverFeedrateMmPerS = feedrate / 60;
    }
    return;
  }
  // With P, G10 sets a tool's offsets or temperatures in other dialects.
  if (command.has("P") || command.has("L")) return;
  const retract = command.code === 10;
  if (state.firmwareRetracted === retract) return;
  state.firmwareRetracted = retract;
  const lift = retract ? state.retractLiftMm : -state.retractLiftMm;
  const de = retract ? -state.retractLengthMm : state.retractLengthMm + state.recoverExtraMm;
  const printing = state.feedrateMmPerS, factor = state.speedFactor;
  state.speedFactor = 1;
  state.feedrateMmPerS = retract ? state.retractFeedrateMmPerS : state.recoverFeedrateMmPerS;
  const known = state.known === KNOWN_ALL;
  emitMove(state, effects, state.xMm, state.yMm, state.zMm, de, true, true);
  if (lift !== 0) {
    emitMove(state, effects, state.xMm, state.yMm, state.zMm + lift, 0, known, false);
  }
  state.feedrateMmPerS = printing;
  state.speedFactor = factor;
  effects.events.push({ type: "retract", retracted: retract });
}

/** Commands that change the nozzle's height without a move: M206, M290 and M851. */
export function stepOffset(state: MachineState, command: Command, effects: Effects): void {
  // M290's S is another name of its Z in Marlin.
  const z = command.number("Z") ?? (command.code === 290 ? command.number("S") : null);
  if (z === null) return;
  let deltaMm = z;
  if (command.code === 290) state.babystepMm += z;
  else if (command.code === 206) {
    deltaMm = z - state.homeOffsetMm;
    state.homeOffsetMm = z;
  } else {
    deltaMm = z - (state.probeOffsetMm ?? z);
    state.probeOffsetMm = z;
  }
  effects.events.push({ type: "z-offset", by: command.name, deltaMm });
}

/** G5: a cubic Bézier by I, J (from the start) and P, Q (from the end), in 16 straight pieces. */
export function stepBezier(state: MachineState, command: Command, effects: Effects): void {
  const startX = state.xMm, startY = state.yMm, startZ = state.zMm;
  const target = takeTarget(state, command);
  const x1 = startX + command.numberOr("I", 0), y1 = startY + command.numberOr("J", 0);
  const x2 = target.xMm + command.numberOr("P", 0), y2 = target.yMm + command.numberOr("Q", 0);
  const pieces = 16;
  for (let piece = 1; piece <= pieces; piece++) {
    const t = piece / pieces, s = 1 - t;
    const a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
    const x = a * startX + b * x1 + c * x2 + d * target.xMm;
    const y = a * startY + b * y1 + c * y2 + d * target.yMm;
    const z = startZ + (target.zMm - startZ) * t;
    emitMove(state, effects, x, y, z, target.deMm / pieces, target.certain, piece === 1);
  }
}
