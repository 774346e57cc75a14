/** One straight move in the planner's queue; reused, never freed. */
export interface Block {
  /** Length in mm: of the path, or of the extruder alone when nothing else moves. */
  lengthMm: number;
  /** Unit direction of X, Y, Z and E. */
  ux: number;
  uy: number;
  uz: number;
  ue: number;
  accel: number;
  nominalMmPerS: number;
  /** Squares of the entry speed as planned and as bounded by the junction. */
  entrySqr: number;
  maxEntrySqr: number;
  /** Where the move starts, mm. */
  fromX: number;
  fromY: number;
  fromZ: number;
  fromE: number;
  /** Length over feedrate, s: what a queue bounded in time counts. */
  estimateS: number;
  /** Set when the move begins. */
  startS: number;
  endS: number;
  entryMmPerS: number;
  peakMmPerS: number;
  accelS: number;
  accelMm: number;
  cruiseS: number;
  cruiseMm: number;
}

export function emptyBlock(): Block {
  return {
    lengthMm: 0,
    ux: 0,
    uy: 0,
    uz: 0,
    ue: 0,
    accel: 0,
    nominalMmPerS: 0,
    entrySqr: 0,
    maxEntrySqr: 0,
    fromX: 0,
    fromY: 0,
    fromZ: 0,
    fromE: 0,
    estimateS: 0,
    startS: 0,
    endS: 0,
    entryMmPerS: 0,
    peakMmPerS: 0,
    accelS: 0,
    accelMm: 0,
    cruiseS: 0,
    cruiseMm: 0,
  };
}

/** Fixes a move's trapezoid as it begins: entry and exit are known now and no longer change. */
export function beginBlock(b: Block, exitSqr: number, startS: number): void {
  const entry = Math.sqrt(b.entrySqr);
  const exit = Math.sqrt(exitSqr);
  const reachable = Math.sqrt((2 * b.accel * b.lengthMm + b.entrySqr + exitSqr) / 2);
  const peak = Math.max(entry, exit, Math.min(b.nominalMmPerS, reachable));
  b.entryMmPerS = entry;
  b.peakMmPerS = peak;
  b.accelS = (peak - entry) / b.accel;
  b.accelMm = (peak + entry) / 2 * b.accelS;
  const brakeS = (peak - exit) / b.accel;
  b.cruiseMm = Math.max(0, b.lengthMm - b.accelMm - (peak + exit) / 2 * brakeS);
  b.cruiseS = b.cruiseMm / peak;
  b.startS = startS;
  b.endS = startS + b.accelS + b.cruiseS + brakeS;
}

/** How far a running move has come at a time, mm. */
export function progressMm(b: Block, atS: number): number {
  const t = atS - b.startS;
  if (t <= 0) return 0;
  if (atS >= b.endS) return b.lengthMm;
  if (t < b.accelS) return b.entryMmPerS * t + 0.5 * b.accel * t * t;
  if (t < b.accelS + b.cruiseS) return b.accelMm + b.peakMmPerS * (t - b.accelS);
  const brake = t - b.accelS - b.cruiseS;
  const done = b.accelMm + b.cruiseMm + b.peakMmPerS * brake - 0.5 * b.accel * brake * brake;
  return Math.min(b.lengthMm, done);
}
