import type { Command } from "./command.ts";

/** Four values by axis; `null` where no command has told. */
export interface ByAxis {
  x: number | null;
  y: number | null;
  z: number | null;
  e: number | null;
}

/** The motion limits as commands have set them; `null` where the firmware's own hold. */
export interface Limits {
  /** M203, mm/s. */
  velocityMmPerS: ByAxis;
  /** M201, mm/s². */
  accelMmPerS2: ByAxis;
  /** M204 P, R, T (and S), mm/s². */
  printAccelMmPerS2: number | null;
  retractAccelMmPerS2: number | null;
  travelAccelMmPerS2: number | null;
  /** M205 X, Y, Z, E: classic jerk, mm/s. */
  jerkMmPerS: ByAxis;
  /** M205 J, mm. */
  junctionDeviationMm: number | null;
  /** M205 S and T: least feedrate of extruding and travel moves, mm/s. */
  minFeedrateMmPerS: number | null;
  minTravelFeedrateMmPerS: number | null;
  /** M205 B: least time of a move while the buffer runs empty, µs. */
  minSegmentUs: number | null;
  /** Klipper's SET_VELOCITY_LIMIT: mm/s, mm/s², mm/s, 0–1. */
  maxVelocityMmPerS: number | null;
  maxAccelMmPerS2: number | null;
  squareCornerMmPerS: number | null;
  minimumCruiseRatio: number | null;
}

export function initLimits(): Limits {
  const none = (): ByAxis => ({ x: null, y: null, z: null, e: null });
  return {
    velocityMmPerS: none(),
    accelMmPerS2: none(),
    printAccelMmPerS2: null,
    retractAccelMmPerS2: null,
    travelAccelMmPerS2: null,
    jerkMmPerS: none(),
    junctionDeviationMm: null,
    minFeedrateMmPerS: null,
    minTravelFeedrateMmPerS: null,
    minSegmentUs: null,
    maxVelocityMmPerS: null,
    maxAccelMmPerS2: null,
    squareCornerMmPerS: null,
    minimumCruiseRatio: null,
  };
}

/** A copy that later commands don't change. */
export function copyLimits(limits: Limits): Limits {
  return {
    ...limits,
    velocityMmPerS: { ...limits.velocityMmPerS },
    accelMmPerS2: { ...limits.accelMmPerS2 },
    jerkMmPerS: { ...limits.jerkMmPerS },
  };
}

/**
 * Applies M201, M203, M204, M205 (Marlin's units: mm/s, mm/s²) or SET_VELOCITY_LIMIT to `limits`
 * in place; false where the command is none of them.
 */
export function applyLimits(limits: Limits, command: Command): boolean {
  if (command.kind === "named") return applyVelocityLimit(limits, command);
  if (command.letter !== "M") return false;
  switch (command.code) {
    case 201:
      return setAxes(limits.accelMmPerS2, command);
    case 203:
      return setAxes(limits.velocityMmPerS, command);
    case 204:
      return applyAcceleration(limits, command);
    case 205:
      return applyJerk(limits, command);
    default:
      return false;
  }
}

function applyAcceleration(limits: Limits, command: Command): boolean {
  const print = command.number("S") ?? command.number("P");
  limits.printAccelMmPerS2 = positive(print) ?? limits.printAccelMmPerS2;
  limits.retractAccelMmPerS2 = positive(command.number("R")) ?? limits.retractAccelMmPerS2;
  const travel = command.number("T") ?? command.number("S");
  limits.travelAccelMmPerS2 = positive(travel) ?? limits.travelAccelMmPerS2;
  // Klipper takes S, or the lesser of P and T, as its one acceleration.
  const both = [command.number("P"), command.number("T")].filter((value) => value !== null);
  const klipper = command.number("S") ?? (both.length === 2 ? Math.min(...both) : null);
  limits.maxAccelMmPerS2 = positive(klipper) ?? limits.maxAccelMmPerS2;
  return true;
}

function applyJerk(limits: Limits, command: Command): boolean {
  setAxes(limits.jerkMmPerS, command);
  limits.junctionDeviationMm = command.number("J") ?? limits.junctionDeviationMm;
  limits.minFeedrateMmPerS = command.number("S") ?? limits.minFeedrateMmPerS;
  limits.minTravelFeedrateMmPerS = command.number("T") ?? limits.minTravelFeedrateMmPerS;
  limits.minSegmentUs = command.number("B") ?? limits.minSegmentUs;
  return true;
}

function applyVelocityLimit(limits: Limits, command: Command): boolean {
  if (command.name !== "SET_VELOCITY_LIMIT") return false;
  const value = (name: string) => {
    const text = command.namedValue(name);
    return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
  };
  const accel = value("ACCEL");
  const toDecel = value("ACCEL_TO_DECEL");
  limits.maxVelocityMmPerS = positive(value("VELOCITY")) ?? limits.maxVelocityMmPerS;
  limits.maxAccelMmPerS2 = positive(accel) ?? limits.maxAccelMmPerS2;
  limits.squareCornerMmPerS = value("SQUARE_CORNER_VELOCITY") ?? limits.squareCornerMmPerS;
  const ratio = value("MINIMUM_CRUISE_RATIO") ??
    (toDecel !== null && limits.maxAccelMmPerS2 !== null
      ? 1 - Math.min(1, toDecel / limits.maxAccelMmPerS2)
      : null);
  limits.minimumCruiseRatio = ratio ?? limits.minimumCruiseRatio;
  return true;
}

function setAxes(axes: ByAxis, command: Command): true {
  axes.x = command.number("X") ?? axes.x;
  axes.y = command.number("Y") ?? axes.y;
  axes.z = command.number("Z") ?? axes.z;
  axes.e = command.number("E") ?? axes.e;
  return true;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
