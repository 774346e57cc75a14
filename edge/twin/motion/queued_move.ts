import type { Move } from "../../gcode/effects.ts";

/** A move in the planner's queue; squares of speeds are mm²/s². */
export interface QueuedMove {
  index: number;
  layer: number;
  /** Path length, or the filament's where only the extruder moves, mm. */
  lengthMm: number;
  extrudedMm: number;
  extruderOnly: boolean;
  /** Parts of each axis in a millimetre of the path. */
  ux: number;
  uy: number;
  uz: number;
  ue: number;
  accelMmPerS2: number;
  cruiseV2: number;
  /** What a start from the move before allows, braking not yet looked at. */
  maxStartV2: number;
  maxSmoothedV2: number;
  /** Change of the squared speed over the whole move at full and at smoothed acceleration. */
  deltaV2: number;
  smoothDeltaV2: number;
  /** Classic jerk: the speed from which this move may start or stop at once, mm/s. */
  safeMmPerS: number;
  /** What the last look ahead found; a peak of −1 is not found yet. */
  startV2: number;
  peakV2: number;
  endV2: number;
}

/** Klipper's limit below which a move counts as one of the extruder alone, mm. */
const PATH_MIN_MM = 1e-9;

export function makeQueuedMove(): QueuedMove {
  // Fractions keep V8 from laying the fields out for small integers first.
  return {
    index: 0,
    layer: 0,
    lengthMm: 0.5,
    extrudedMm: 0.5,
    extruderOnly: false,
    ux: 0.5,
    uy: 0.5,
    uz: 0.5,
    ue: 0.5,
    accelMmPerS2: 0.5,
    cruiseV2: 0.5,
    maxStartV2: 0.5,
    maxSmoothedV2: 0.5,
    deltaV2: 0.5,
    smoothDeltaV2: 0.5,
    safeMmPerS: 0.5,
    startV2: 0.5,
    endV2: 0.5,
    peakV2: 0.5,
  };
}

/** Takes a move's geometry; false where nothing moves at all. */
export function fillGeometry(queued: QueuedMove, move: Move, index: number): boolean {
  const path = move.lengthMm;
  const extruderOnly = path < PATH_MIN_MM;
  const length = extruderOnly ? Math.abs(move.extrudedMm) : path;
  if (length === 0) return false;
  queued.index = index;
  queued.layer = move.layer;
  queued.lengthMm = length;
  queued.extrudedMm = move.extrudedMm;
  queued.extruderOnly = extruderOnly;
  queued.ux = extruderOnly ? 0 : move.dxMm / length;
  queued.uy = extruderOnly ? 0 : move.dyMm / length;
  queued.uz = extruderOnly ? 0 : move.dzMm / length;
  queued.ue = move.extrudedMm / length;
  return true;
}
