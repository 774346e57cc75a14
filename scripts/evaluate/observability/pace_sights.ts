import { matchedSnr } from "./matched_filter.ts";
import type { Scene, Sight } from "./sight.ts";

/**
 * What a motion twin gets wrong of the pace, s a second: half a percent is what the design asks of
 * it, and corners of one kind last some seconds.
 */
const PACE_MODEL = 0.005;
const PACE_MODEL_S = 10;
/** An `ok` comes when a block is free, and the host takes its time, s (sd) on a second's worth. */
const OK_S = 0.015;
/** Share of the time that moves spend at their feedrate: the rest are ramps, which do not change. */
const CRUISE_SHARE = 0.6;

/** Moves that take `share` longer or shorter, told by the pace of `ok` while the buffer is full. */
export function pace(scene: Scene, share: number, cruise = CRUISE_SHARE): Sight {
  return {
    signal: "pace of ok against the planner's model (0.5 % of wander)",
    snr: matchedSnr({
      of: () => share * cruise,
      forS: scene.forS,
      everyS: 1,
      noise: OK_S,
      wanders: [{ sd: PACE_MODEL, timeS: PACE_MODEL_S }],
    }),
  };
}

/** One move that nobody commanded: so many seconds, once. */
export function oneMove(lengthMm: number, feedrateMmPerS: number): Sight {
  return {
    signal: "milliseconds of a move that nobody commanded",
    snr: Math.abs(lengthMm) / feedrateMmPerS / Math.hypot(OK_S, PACE_MODEL),
  };
}

/** Retractions that take another time, there and back. */
export function retractionTime(scene: Scene): Sight {
  const { job, injection } = scene;
  const count = Math.floor(scene.forS * job.retractionsPerS);
  const speed = Math.min(job.retractMmPerS, scene.printer.motion.maxFeedrateMmPerS[3]);
  const eachS = 2 * Math.abs(injection.size) / 100 * job.retractMm / speed;
  return {
    signal: "time that retractions take",
    snr: eachS / Math.hypot(OK_S, PACE_MODEL) * Math.sqrt(count),
  };
}

/** The stream stands still longer than hosts do: hosts answer within 40 ms. */
export function standstill(lengthS: number, times: number): Sight {
  return {
    signal: "gaps in the stream",
    snr: Math.min(1000, lengthS / 0.04 * Math.sqrt(times)),
  };
}
