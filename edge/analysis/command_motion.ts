import type { Effects } from "../gcode/effects.ts";

/** A spiral rises with each move by no more than this share of its path. */
const SPIRAL = 0.02;

/** One command's motion as a whole. */
export interface CommandMotion {
  pathMm: number;
  filamentMm: number;
  mmPerS: number;
  flat: boolean;
  /** Rises all the while, as vases are printed. */
  spiral: boolean;
  along: boolean;
}

/** The motion of a command's pieces together; null for none, or where a position isn't known. */
export function motionOf(effects: Effects): CommandMotion | null {
  if (effects.moveCount === 0) return null;
  const motion: CommandMotion = {
    pathMm: 0,
    filamentMm: 0,
    mmPerS: 0,
    flat: true,
    spiral: false,
    along: false,
  };
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    if (!move.certain) return null;
    motion.pathMm += move.lengthMm;
    motion.filamentMm += move.deMm;
    motion.mmPerS = move.feedrateMmPerS;
    if (move.dzMm !== 0) motion.spiral = true;
    if (Math.abs(move.dzMm) > SPIRAL * move.lengthMm) motion.flat = false;
    if (move.dxMm !== 0 || move.dyMm !== 0) motion.along = true;
  }
  return motion;
}
