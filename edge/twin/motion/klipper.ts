import type { QueuedMove } from "./queued_move.ts";
import type { KlipperRules } from "./rules.ts";

/** Klipper lets the extruder alone accelerate at once, but for its own limits. */
const UNLIMITED_ACCEL = 99_999_999.9;

/**
 * Sets a move's limits by Klipper's rules, whose geometry is filled in already, and the speed at
 * which it may start after the move before (docs/Kinematics.md of Klipper: look-ahead with an
 * approximated centripetal acceleration, smoothed look-ahead).
 */
export function applyKlipper(
  rules: KlipperRules,
  move: QueuedMove,
  before: QueuedMove | null,
  feedrateMmPerS: number,
): void {
  limitMove(rules, move, feedrateMmPerS);
  move.maxStartV2 = before === null || before.extruderOnly || move.extruderOnly
    ? 0
    : junctionV2(rules, move, before);
  move.maxSmoothedV2 = before === null
    ? 0
    : Math.min(move.maxStartV2, before.maxSmoothedV2 + before.smoothDeltaV2);
}

function limitMove(rules: KlipperRules, move: QueuedMove, feedrateMmPerS: number): void {
  const only = move.extruderOnly;
  let velocity = only ? feedrateMmPerS : Math.min(feedrateMmPerS, rules.maxVelocityMmPerS);
  let accel = only ? UNLIMITED_ACCEL : rules.maxAccelMmPerS2;
  if (move.uz !== 0) {
    const part = Math.abs(move.uz);
    velocity = Math.min(velocity, rules.maxZVelocityMmPerS / part);
    accel = Math.min(accel, rules.maxZAccelMmPerS2 / part);
  }
  if (move.ue !== 0 && ((move.ux === 0 && move.uy === 0) || move.ue < 0)) {
    const part = Math.abs(move.ue);
    velocity = Math.min(velocity, rules.extrudeOnlyVelocityMmPerS / part);
    accel = Math.min(accel, rules.extrudeOnlyAccelMmPerS2 / part);
  }
  move.accelMmPerS2 = accel;
  move.cruiseV2 = velocity * velocity;
  move.deltaV2 = 2 * move.lengthMm * accel;
  const smoothAccel = rules.maxAccelMmPerS2 * (1 - rules.minimumCruiseRatio);
  move.smoothDeltaV2 = Math.min(move.deltaV2, 2 * move.lengthMm * smoothAccel);
}

function junctionV2(rules: KlipperRules, move: QueuedMove, before: QueuedMove): number {
  let v2 = Math.min(move.cruiseV2, before.cruiseV2, before.maxStartV2 + before.deltaV2);
  const extruderStep = move.ue - before.ue;
  if (extruderStep !== 0) {
    const extruder = rules.instantCornerMmPerS / extruderStep;
    v2 = Math.min(v2, extruder * extruder);
  }
  const cosine = -(move.ux * before.ux + move.uy * before.uy + move.uz * before.uz);
  const sinHalf = Math.sqrt(Math.max(0.5 * (1 - cosine), 0));
  const cosHalf = Math.sqrt(Math.max(0.5 * (1 + cosine), 0));
  // Straight on: no corner limits the speed.
  if (sinHalf >= 1 || cosHalf <= 0) return v2;
  // A circle tangent to both moves, as far from the corner as the square corner speed implies…
  const deviation = rules.squareCornerMmPerS ** 2 * (Math.SQRT2 - 1) / rules.maxAccelMmPerS2;
  const radius = sinHalf / (1 - sinHalf) * deviation;
  // …and touching neither beyond its middle.
  const tangent = 0.25 * sinHalf / cosHalf;
  return Math.min(
    v2,
    radius * Math.min(move.accelMmPerS2, before.accelMmPerS2),
    tangent * Math.min(move.deltaV2, before.deltaV2),
  );
}
