import type { MotionParameters } from "../parameters.ts";
import type { Block } from "./block.ts";

/**
 * The highest speed squared, (mm/s)², at which `next` may follow `previous`: Marlin's junction
 * deviation (after Sungeun K. Jeon), or its classic jerk when the deviation is 0.
 */
export function junctionSqr(previous: Block, next: Block, p: MotionParameters): number {
  const bound = Math.min(previous.nominalMmPerS, next.nominalMmPerS);
  const sqr = p.junctionDeviationMm > 0
    ? deviationSqr(previous, next, p.junctionDeviationMm)
    : jerkSqr(previous, next, p.jerkMmPerS);
  return Math.min(bound * bound, sqr);
}

/** The speed at which a move may start from rest, squared. */
export function startSqr(b: Block, p: MotionParameters): number {
  if (p.junctionDeviationMm > 0) return 0.0025;
  const speed = Math.min(
    b.nominalMmPerS,
    jerkBound(b.ux, p.jerkMmPerS[0] / 2),
    jerkBound(b.uy, p.jerkMmPerS[1] / 2),
    jerkBound(b.uz, p.jerkMmPerS[2] / 2),
    jerkBound(b.ue, p.jerkMmPerS[3] / 2),
  );
  return speed * speed;
}

function deviationSqr(previous: Block, next: Block, deviationMm: number): number {
  const cos = -(previous.ux * next.ux + previous.uy * next.uy + previous.uz * next.uz +
    previous.ue * next.ue);
  if (cos > 0.999999) return 0.0025;
  const sinHalf = Math.sqrt(0.5 * (1 - Math.max(cos, -0.999999)));
  const accel = Math.min(previous.accel, next.accel);
  let sqr = accel * deviationMm * sinHalf / (1 - sinHalf);
  if (next.lengthMm < 1 && cos < -0.7071) {
    const turn = Math.acos(Math.min(0.999999, -cos));
    sqr = Math.min(sqr, next.lengthMm / turn * accel);
  }
  return sqr;
}

function jerkSqr(
  previous: Block,
  next: Block,
  jerk: readonly [number, number, number, number],
): number {
  const speed = Math.min(
    jerkBound(next.ux - previous.ux, jerk[0]),
    jerkBound(next.uy - previous.uy, jerk[1]),
    jerkBound(next.uz - previous.uz, jerk[2]),
    jerkBound(next.ue - previous.ue, jerk[3]),
  );
  return speed * speed;
}

function jerkBound(change: number, jerk: number): number {
  const size = Math.abs(change);
  return size < 1e-6 ? Infinity : jerk / size;
}
