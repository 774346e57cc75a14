import type { Command } from "./command.ts";
import { type Effects, MOVES_MAX } from "./effects.ts";
import { emitMove, takeTarget, type Target } from "./linear.ts";
import type { MachineState } from "./machine_state.ts";

interface Circle {
  /** Machine coordinates of the centre, mm. */
  xMm: number;
  yMm: number;
  /** Signed sweep, counter-clockwise positive, rad. */
  sweepRad: number;
}

/**
 * G2 and G3: an arc in the XY plane by centre (I, J) or radius (R), with P further turns and a
 * helical Z, as straight pieces of `arcSegmentMm`. An arc that can't be drawn is refused, and the
 * target is reached in a straight line so that the position stays right.
 */
export function stepArc(state: MachineState, command: Command, effects: Effects): void {
  const clockwise = command.code === 2;
  const target = takeTarget(state, command);
  const circle = command.has("R")
    ? byRadius(state, target, command.numberOr("R", 0), clockwise)
    : byCentre(state, target, command, clockwise);
  if (circle === null) {
    const issue = `Cannot draw an arc: a centre (I, J) or a radius that reaches was required, ` +
      `got '${command.body.slice(0, 60)}'`;
    effects.events.push({ type: "refused", issue });
    emitMove(state, effects, target.xMm, target.yMm, target.zMm, target.deMm, target.certain, true);
    return;
  }
  emitArc(state, effects, target, circle);
}

function byCentre(
  state: MachineState,
  target: Target,
  command: Command,
  clockwise: boolean,
): Circle | null {
  const i = command.numberOr("I", 0), j = command.numberOr("J", 0);
  if (i === 0 && j === 0) return null;
  const xMm = state.xMm + i, yMm = state.yMm + j;
  const toX = target.xMm - xMm, toY = target.yMm - yMm;
  const closed = Math.abs(target.xMm - state.xMm) < 1e-6 && Math.abs(target.yMm - state.yMm) < 1e-6;
  let sweep = Math.atan2(-i * toY + j * toX, -i * toX - j * toY);
  if (closed) sweep = clockwise ? -2 * Math.PI : 2 * Math.PI;
  else if (clockwise && sweep >= 0) sweep -= 2 * Math.PI;
  else if (!clockwise && sweep <= 0) sweep += 2 * Math.PI;
  const turns = Math.min(Math.max(command.numberOr("P", 0), 0), 100);
  return { xMm, yMm, sweepRad: sweep + (clockwise ? -1 : 1) * 2 * Math.PI * Math.floor(turns) };
}

/** A negative radius asks for the longer way round (RS-274 NGC). */
function byRadius(
  state: MachineState,
  target: Target,
  radiusMm: number,
  clockwise: boolean,
): Circle | null {
  const dx = target.xMm - state.xMm, dy = target.yMm - state.yMm;
  const chord = Math.hypot(dx, dy);
  if (radiusMm === 0 || chord === 0) return null;
  const half = chord / 2;
  const squared = radiusMm * radiusMm - half * half;
  if (squared < -1e-3) return null;
  const height = Math.sqrt(Math.max(squared, 0));
  const side = clockwise === (radiusMm < 0) ? 1 : -1;
  const xMm = (state.xMm + target.xMm) / 2 - side * dy / chord * height;
  const yMm = (state.yMm + target.yMm) / 2 + side * dx / chord * height;
  const short = 2 * Math.asin(Math.min(1, half / Math.abs(radiusMm)));
  const size = radiusMm < 0 ? 2 * Math.PI - short : short;
  return { xMm, yMm, sweepRad: clockwise ? -size : size };
}

function emitArc(state: MachineState, effects: Effects, target: Target, circle: Circle): void {
  const fromX = state.xMm - circle.xMm, fromY = state.yMm - circle.yMm, fromZ = state.zMm;
  const radius = Math.hypot(fromX, fromY);
  const rise = target.zMm - fromZ;
  const lengthMm = Math.hypot(radius * circle.sweepRad, rise);
  const wanted = Math.floor(lengthMm / state.arcSegmentMm);
  const pieces = Math.min(Math.max(wanted, 1), MOVES_MAX);
  const de = target.deMm / pieces;
  for (let piece = 1; piece < pieces; piece++) {
    const angle = circle.sweepRad * piece / pieces;
    const cos = Math.cos(angle), sin = Math.sin(angle);
    const x = circle.xMm + fromX * cos - fromY * sin;
    const y = circle.yMm + fromX * sin + fromY * cos;
    const z = fromZ + rise * piece / pieces;
    emitMove(state, effects, x, y, z, de, target.certain, piece === 1);
  }
  emitMove(
    state,
    effects,
    target.xMm,
    target.yMm,
    target.zMm,
    de,
    target.certain,
    pieces === 1,
  );
}
