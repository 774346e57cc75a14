import type { ByAxis, Limits } from "../../gcode/limits.ts";

/** Values for each axis and the extruder. */
export interface Axes {
  x: number;
  y: number;
  z: number;
  e: number;
}

/** Klipper's motion settings (its docs/Kinematics.md and docs/Config_Reference.md). */
export interface KlipperRules {
  rules: "klipper";
  /** mm/s. */
  maxVelocityMmPerS: number;
  /** mm/s². */
  maxAccelMmPerS2: number;
  /** Speed through a right angle, mm/s. */
  squareCornerMmPerS: number;
  /** Least part of a move's length to be cruised, 0–1; 0 turns the smoothing off. */
  minimumCruiseRatio: number;
  maxZVelocityMmPerS: number;
  maxZAccelMmPerS2: number;
  /** For moves of the extruder alone and for retractions while moving. */
  extrudeOnlyVelocityMmPerS: number;
  extrudeOnlyAccelMmPerS2: number;
  /** Step of the extruder's speed that a corner may ask for, mm/s. */
  instantCornerMmPerS: number;
}

/**
 * How firmware of Marlin's kin treats corners, which no list of settings says. `by-axis`: Marlin 2:
 * the axes' own accelerations along the change of direction, directions scaled to a length of 1,
 * and an axis that turns round jerks by its larger speed. `plain`: earlier and related firmware: the
 * lesser acceleration of both moves, directions as they are, jerk by each axis's difference of speeds.
 */
export type Corners = "by-axis" | "plain";

/** Marlin's motion settings (M201 to M205). */
export interface MarlinRules {
  rules: "marlin";
  maxVelocityMmPerS: Axes;
  maxAccelMmPerS2: Axes;
  printAccelMmPerS2: number;
  retractAccelMmPerS2: number;
  travelAccelMmPerS2: number;
  /** Corner rule: junction deviation, mm, or `null` for classic jerk. */
  junctionDeviationMm: number | null;
  jerkMmPerS: Axes;
  corners: Corners;
  minFeedrateMmPerS: number;
  minTravelFeedrateMmPerS: number;
  /** Moves that the planner looks ahead over: one less than its buffer. */
  lookaheadMoves: number;
}

export type MotionRules = KlipperRules | MarlinRules;

/** A nozzle of 0.4 mm may push 4 × 0.4² mm² of a 1.75 mm filament (Klipper's defaults). */
const EXTRUDE_RATIO = 4 * 0.4 ** 2 / (Math.PI * (1.75 / 2) ** 2);

/** Klipper's rules with the defaults that Klipper itself derives from velocity and acceleration. */
export function klipperRules(given: Partial<KlipperRules> = {}): KlipperRules {
  const maxVelocityMmPerS = given.maxVelocityMmPerS ?? 300;
  const maxAccelMmPerS2 = given.maxAccelMmPerS2 ?? 3000;
  return {
    rules: "klipper",
    maxVelocityMmPerS,
    maxAccelMmPerS2,
    squareCornerMmPerS: 5,
    minimumCruiseRatio: 0.5,
    maxZVelocityMmPerS: maxVelocityMmPerS,
    maxZAccelMmPerS2: maxAccelMmPerS2,
    extrudeOnlyVelocityMmPerS: maxVelocityMmPerS * EXTRUDE_RATIO,
    extrudeOnlyAccelMmPerS2: maxAccelMmPerS2 * EXTRUDE_RATIO,
    instantCornerMmPerS: 1,
    ...given,
  };
}

/** Marlin's rules with the defaults of its example configuration. */
export function marlinRules(given: Partial<MarlinRules> = {}): MarlinRules {
  return {
    rules: "marlin",
    maxVelocityMmPerS: { x: 300, y: 300, z: 5, e: 25 },
    maxAccelMmPerS2: { x: 3000, y: 3000, z: 100, e: 10000 },
    printAccelMmPerS2: 3000,
    retractAccelMmPerS2: 3000,
    travelAccelMmPerS2: 3000,
    junctionDeviationMm: 0.013,
    jerkMmPerS: { x: 10, y: 10, z: 0.3, e: 5 },
    corners: "by-axis",
    minFeedrateMmPerS: 0,
    minTravelFeedrateMmPerS: 0,
    lookaheadMoves: 15,
    ...given,
  };
}

/** The rules after the job has set limits of its own (M201–M205, SET_VELOCITY_LIMIT). */
export function rulesWithLimits(rules: MotionRules, limits: Limits): MotionRules {
  if (rules.rules === "klipper") {
    // Klipper takes M204; M201, M203 and M205 are unknown to it.
    return {
      ...rules,
      maxVelocityMmPerS: limits.maxVelocityMmPerS ?? rules.maxVelocityMmPerS,
      maxAccelMmPerS2: limits.maxAccelMmPerS2 ?? rules.maxAccelMmPerS2,
      squareCornerMmPerS: limits.squareCornerMmPerS ?? rules.squareCornerMmPerS,
      minimumCruiseRatio: limits.minimumCruiseRatio ?? rules.minimumCruiseRatio,
    };
  }
  return {
    ...rules,
    maxVelocityMmPerS: axesWith(rules.maxVelocityMmPerS, limits.velocityMmPerS),
    maxAccelMmPerS2: axesWith(rules.maxAccelMmPerS2, limits.accelMmPerS2),
    printAccelMmPerS2: limits.printAccelMmPerS2 ?? rules.printAccelMmPerS2,
    retractAccelMmPerS2: limits.retractAccelMmPerS2 ?? rules.retractAccelMmPerS2,
    travelAccelMmPerS2: limits.travelAccelMmPerS2 ?? rules.travelAccelMmPerS2,
    junctionDeviationMm: rules.junctionDeviationMm === null
      ? null
      : limits.junctionDeviationMm ?? rules.junctionDeviationMm,
    jerkMmPerS: axesWith(rules.jerkMmPerS, limits.jerkMmPerS),
    minFeedrateMmPerS: limits.minFeedrateMmPerS ?? rules.minFeedrateMmPerS,
    minTravelFeedrateMmPerS: limits.minTravelFeedrateMmPerS ?? rules.minTravelFeedrateMmPerS,
  };
}

function axesWith(axes: Axes, given: ByAxis): Axes {
  return {
    x: given.x ?? axes.x,
    y: given.y ?? axes.y,
    z: given.z ?? axes.z,
    e: given.e ?? axes.e,
  };
}
