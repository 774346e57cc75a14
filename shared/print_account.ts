import { z } from "zod";
import { Digest, Uuid, WallTime } from "./ids.ts";

/** No print lasts longer than this, s: 60 days. */
const DURATION_S_MAX = 5_184_000;
const Seconds = z.number().min(0).max(DURATION_S_MAX);
/** Counted from the guard's first start on this printer, s. */
const TotalS = z.number().min(0).max(1e10);
const Share = z.number().min(0).max(1);
const FilamentMm = z.number().min(0).max(1e7);

/** Ended prints that presence still names, so that an outage loses none. */
export const ENDED_PRINTS_MAX = 8;

/** How a print ended: its last line came, it stopped before, or nobody can know. */
export const PrintResult = z.enum(["completed", "unfinished", "unknown"]);
export type PrintResult = z.infer<typeof PrintResult>;

/** The print at work. What needs a registered job, or a slicer that tells, is null without one. */
export const PrintProgress = z.strictObject({
  id: Uuid,
  jobDigest: Digest.nullable(),
  startedWallTime: WallTime,
  /** Since its first extrusion, pauses left out, s. */
  printingS: Seconds,
  pausedS: Seconds,
  /** Part of the job's planned motion that is done, 0–1. */
  part: Share.nullable(),
  twinRemainingS: Seconds.nullable(),
  slicerRemainingS: Seconds.nullable(),
});
export type PrintProgress = z.infer<typeof PrintProgress>;

/** A print that has ended, as its guard saw it. */
export const PrintAccount = z.strictObject({
  id: Uuid,
  jobDigest: Digest.nullable(),
  startedWallTime: WallTime,
  endedWallTime: WallTime,
  result: PrintResult,
  printingS: Seconds,
  pausedS: Seconds,
  part: Share.nullable(),
  /** The job's motion by the planner's rules, s: what it takes on a printer that keeps them. */
  plannedS: Seconds.nullable(),
  /** What the twin said at the beginning, after this printer's own pace, and the slicer, s. */
  twinS: Seconds.nullable(),
  slicerS: Seconds.nullable(),
  /** The same of what remained, when half of the planned motion was done. */
  halfway: z.strictObject({
    printingS: Seconds,
    twinRemainingS: Seconds,
    slicerRemainingS: Seconds.nullable(),
  }).nullable(),
  /** What an unfinished print would still have taken. */
  leftS: Seconds.nullable(),
  leftFilamentMm: FilamentMm.nullable(),
  filamentMm: FilamentMm.nullable(),
});
export type PrintAccount = z.infer<typeof PrintAccount>;

/** How long the printer has been in each state, as its guard saw it, s. */
export const StateTimes = z.strictObject({
  printing: TotalS,
  paused: TotalS,
  idle: TotalS,
  offline: TotalS,
  blind: TotalS,
  bypass: TotalS,
  attention: TotalS,
});
export type StateTimes = z.infer<typeof StateTimes>;

/** No time in any state. */
export function noStateTimes(): StateTimes {
  return { printing: 0, paused: 0, idle: 0, offline: 0, blind: 0, bypass: 0, attention: 0 };
}

/** Prints begun and ended, times by state, the print at work and the last ones that ended. */
export const Prints = z.strictObject({
  begun: z.int().min(0),
  completed: z.int().min(0),
  unfinished: z.int().min(0),
  unknown: z.int().min(0),
  stateS: StateTimes,
  current: PrintProgress.nullable(),
  /** Oldest first. */
  ended: z.array(PrintAccount).max(ENDED_PRINTS_MAX),
});
export type Prints = z.infer<typeof Prints>;

/**
 * What a printer's heaters and part fan need by its calibration: duties (0–1) that hold the hotend
 * 180 K and the bed 40 K over ambient, with the part fan off and full on. A heater that fades needs
 * more; a fan that fades takes less. Told once a day at most; null while it isn't known.
 */
export const Wear = z.strictObject({
  day: z.iso.date(),
  hotendHoldDuty: Share.nullable(),
  hotendBlownDuty: Share.nullable(),
  bedHoldDuty: Share.nullable(),
});
export type Wear = z.infer<typeof Wear>;
