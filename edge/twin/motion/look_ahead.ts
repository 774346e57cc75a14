import type { QueuedMove } from "./queued_move.ts";

/**
 * Finds each waiting move's start, cruising and end speed, so that the last one can end at
 * `finalV2`, and how many moves from the front no later move can change any more.
 *
 * Two speeds are followed backwards from the end: the one that full acceleration allows, and one
 * that a gentler, virtual acceleration allows. A run of moves up to a turning point of the gentler
 * speed cruises no faster than the gentler speed's peak there (Klipper's smoothed look-ahead;
 * where both accelerations are the same, this is the common trapezoid).
 */
export function lookAhead(queue: readonly QueuedMove[], count: number, finalV2: number): number {
  let nextStart = finalV2, nextSmoothed = finalV2;
  let peakV2 = 0, braking = false, peaks = 0, settled = 0;
  for (let at = count - 1; at >= 0; at--) {
    const move = queue[at]!;
    const reachable = nextStart + move.deltaV2;
    const reachableSmoothed = nextSmoothed + move.smoothDeltaV2;
    const start = Math.min(move.maxStartV2, reachable);
    const smoothed = Math.min(move.maxSmoothedV2, reachableSmoothed);
    move.startV2 = start;
    move.endV2 = nextStart;
    if (smoothed >= reachableSmoothed) {
      // It brakes all along; how fast depends on the peak before it, still to be found.
      move.peakV2 = -1;
      braking = true;
    } else {
      if (braking || smoothed + move.smoothDeltaV2 > nextSmoothed) {
        peakV2 = Math.min(move.cruiseV2, (smoothed + reachableSmoothed) / 2);
        if (braking) brakeFrom(queue, at + 1, count, peakV2);
        braking = false;
        // What lies before the last peak but one doesn't depend on what is still to come.
        if (++peaks === 2) settled = at;
      }
      setSpeeds(move, Math.min((start + reachable) / 2, move.cruiseV2, peakV2));
    }
    nextStart = start;
    nextSmoothed = smoothed;
  }
  // A queue may begin in full braking when the move before was settled already.
  if (braking) brakeFrom(queue, 0, count, Infinity);
  return settled;
}

/**
 * The first move from `from` (at least 1) on whose start nothing behind it can change, where both
 * accelerations are the same: it can brake to a standstill within itself, and the one before it
 * needn't go on speeding up. What is before it may be planned alone, to end at its `maxStartV2`,
 * with the very same result. `count` where there is none.
 */
export function firstFixed(queue: readonly QueuedMove[], from: number, count: number): number {
  for (let at = from; at < count; at++) {
    const { maxStartV2, deltaV2 } = queue[at]!;
    if (maxStartV2 >= deltaV2) continue;
    const before = queue[at - 1]!;
    if (before.maxStartV2 + before.deltaV2 > maxStartV2) return at;
  }
  return count;
}

/** Gives the braking moves after a peak their speeds: none starts faster than the one before. */
function brakeFrom(
  queue: readonly QueuedMove[],
  from: number,
  count: number,
  peakV2: number,
): void {
  let cruise = peakV2;
  for (let at = from; at < count; at++) {
    const move = queue[at]!;
    if (move.peakV2 >= 0) return;
    cruise = Math.min(cruise, move.startV2);
    setSpeeds(move, cruise);
  }
}

function setSpeeds(move: QueuedMove, cruiseV2: number): void {
  move.peakV2 = cruiseV2;
  move.startV2 = Math.min(move.startV2, cruiseV2);
  move.endV2 = Math.min(move.endV2, cruiseV2);
}
