import type { QueuedMove } from "./queued_move.ts";
import type { Axes, MarlinRules } from "./rules.ts";

/** Marlin's planner never plans a slower speed than this, mm/s. */
export const MINIMUM_PLANNER_MM_PER_S = 0.05;
const MINIMUM_V2 = MINIMUM_PLANNER_MM_PER_S ** 2;
/** Changes of a direction's part that are smaller than this are none. */
const STEP_MIN = 1e-6;

/**
 * Sets a move's limits by Marlin's rules, whose geometry is filled in already, and the speed at
 * which it may start after the move before: by junction deviation (Marlin 2's default; Sonny
 * Jeon's derivation for Grbl) or by classic jerk.
 */
export function applyMarlin(
  rules: MarlinRules,
  move: QueuedMove,
  before: QueuedMove | null,
  feedrateMmPerS: number,
): void {
  limitMove(rules, move, feedrateMmPerS);
  if (rules.junctionDeviationMm !== null) {
    move.safeMmPerS = MINIMUM_PLANNER_MM_PER_S;
    move.maxStartV2 = before === null
      ? MINIMUM_V2
      : deviationV2(rules, rules.junctionDeviationMm, move, before);
  } else {
    move.safeMmPerS = safeSpeed(rules.jerkMmPerS, move);
    const start = before === null
      ? move.safeMmPerS
      : rules.corners === "plain"
      ? plainJerkSpeed(rules.jerkMmPerS, move, before)
      : jerkSpeed(rules.jerkMmPerS, move, before);
    move.maxStartV2 = start * start;
  }
  if (before !== null) {
    move.maxStartV2 = Math.min(move.maxStartV2, before.maxStartV2 + before.deltaV2);
  }
  move.maxSmoothedV2 = move.maxStartV2;
}

function limitMove(rules: MarlinRules, move: QueuedMove, feedrateMmPerS: number): void {
  const extrudes = move.ue !== 0;
  const floor = extrudes ? rules.minFeedrateMmPerS : rules.minTravelFeedrateMmPerS;
  const wanted = Math.max(feedrateMmPerS, floor, MINIMUM_PLANNER_MM_PER_S);
  const velocity = Math.min(wanted, byAxis(rules.maxVelocityMmPerS, move));
  const accel = move.extruderOnly
    ? rules.retractAccelMmPerS2
    : extrudes
    ? rules.printAccelMmPerS2
    : rules.travelAccelMmPerS2;
  move.accelMmPerS2 = Math.min(accel, byAxis(rules.maxAccelMmPerS2, move));
  move.cruiseV2 = velocity * velocity;
  move.deltaV2 = 2 * move.lengthMm * move.accelMmPerS2;
  move.smoothDeltaV2 = move.deltaV2;
}

/** The largest value along the path that keeps each axis within its own limit. */
function byAxis(limit: Axes, move: QueuedMove): number {
  let value = Infinity;
  if (move.ux !== 0) value = limit.x / Math.abs(move.ux);
  if (move.uy !== 0) value = Math.min(value, limit.y / Math.abs(move.uy));
  if (move.uz !== 0) value = Math.min(value, limit.z / Math.abs(move.uz));
  if (move.ue !== 0) value = Math.min(value, limit.e / Math.abs(move.ue));
  return value;
}

function deviationV2(
  rules: MarlinRules,
  deviationMm: number,
  move: QueuedMove,
  before: QueuedMove,
): number {
  const plain = rules.corners === "plain";
  // Marlin 2's direction has the extruder in it, scaled back to a length of 1.
  const size = plain ? 1 : Math.sqrt(1 + (move.extruderOnly ? 0 : move.ue * move.ue));
  const sizeBefore = plain ? 1 : Math.sqrt(1 + (before.extruderOnly ? 0 : before.ue * before.ue));
  const dot = move.ux * before.ux + move.uy * before.uy + move.uz * before.uz + move.ue * before.ue;
  const cosine = -dot / (size * sizeBefore);
  if (cosine > 0.999999) return MINIMUM_V2;
  const bounded = Math.max(cosine, -0.999999);
  const accel = plain
    ? Math.min(move.accelMmPerS2, before.accelMmPerS2)
    : junctionAccel(rules, move, before);
  const sinHalf = Math.sqrt(0.5 * (1 - bounded));
  let v2 = accel * deviationMm * sinHalf / (1 - sinHalf);
  // Short pieces of a curve: the arc that they draw limits the speed.
  if (move.lengthMm < 1 && bounded < -0.7071067812) {
    v2 = Math.min(v2, move.lengthMm / (Math.PI - Math.acos(bounded)) * accel);
  }
  return Math.max(Math.min(v2, move.cruiseV2, before.cruiseV2), 0);
}

/** The acceleration that the axes allow along the change of direction. */
function junctionAccel(rules: MarlinRules, move: QueuedMove, before: QueuedMove): number {
  const x = move.ux - before.ux, y = move.uy - before.uy, z = move.uz - before.uz;
  const e = move.ue - before.ue;
  const size = Math.sqrt(x * x + y * y + z * z + e * e);
  if (size === 0) return move.accelMmPerS2;
  const limit = rules.maxAccelMmPerS2;
  let accel = move.accelMmPerS2;
  if (x !== 0) accel = Math.min(accel, limit.x * size / Math.abs(x));
  if (y !== 0) accel = Math.min(accel, limit.y * size / Math.abs(y));
  if (z !== 0) accel = Math.min(accel, limit.z * size / Math.abs(z));
  if (e !== 0) accel = Math.min(accel, limit.e * size / Math.abs(e));
  return accel;
}

/** The speed along the path at which no axis exceeds its jerk from standstill, mm/s. */
function safeSpeed(jerk: Axes, move: QueuedMove): number {
  return Math.min(Math.sqrt(move.cruiseV2), byAxis(jerk, move));
}

function jerkSpeed(jerk: Axes, move: QueuedMove, before: QueuedMove): number {
  const speed = Math.min(Math.sqrt(move.cruiseV2), Math.sqrt(before.cruiseV2));
  let factor = 1;
  factor = Math.min(factor, axisFactor(before.ux * speed, move.ux * speed, jerk.x));
  factor = Math.min(factor, axisFactor(before.uy * speed, move.uy * speed, jerk.y));
  factor = Math.min(factor, axisFactor(before.uz * speed, move.uz * speed, jerk.z));
  factor = Math.min(factor, axisFactor(before.ue * speed, move.ue * speed, jerk.e));
  const junction = speed * factor;
  // A corner taken no faster than both moves' own start and stop speeds needs no slowing between.
  const threshold = 0.99 * junction;
  const bothSafe = before.safeMmPerS > threshold && move.safeMmPerS > threshold;
  return bothSafe ? move.safeMmPerS : junction;
}

/** The speed at which no axis's speed changes by more than its jerk, mm/s. */
function plainJerkSpeed(jerk: Axes, move: QueuedMove, before: QueuedMove): number {
  let speed = Math.min(Math.sqrt(move.cruiseV2), Math.sqrt(before.cruiseV2));
  const x = Math.abs(move.ux - before.ux), y = Math.abs(move.uy - before.uy);
  const z = Math.abs(move.uz - before.uz), e = Math.abs(move.ue - before.ue);
  if (x > STEP_MIN) speed = Math.min(speed, jerk.x / x);
  if (y > STEP_MIN) speed = Math.min(speed, jerk.y / y);
  if (z > STEP_MIN) speed = Math.min(speed, jerk.z / z);
  if (e > STEP_MIN) speed = Math.min(speed, jerk.e / e);
  return speed;
}

/** Slowing on one axis is a jerk by the difference; turning round, by the larger of the two. */
function axisFactor(exit: number, entry: number, limit: number): number {
  const step = exit * entry >= 0
    ? Math.abs(entry - exit)
    : Math.max(Math.abs(entry), Math.abs(exit));
  return step > limit ? limit / step : 1;
}
