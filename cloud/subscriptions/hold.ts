import { severityRank } from "../cases/gravity.ts";
import { endOfSpan, localClock, nextMinute, nextStart } from "./local_time.ts";
import type { Occasion } from "./occasion.ts";
import type { AlertSettings, Subscription } from "./records.ts";

export const HOLD_REASONS = [
  "maintenance",
  "schedule",
  "quiet-hours",
  "digest",
  "cooldown",
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Why somebody isn't told now though they asked for it, and until when; null: not at all. */
export interface Hold {
  reason: HoldReason;
  untilMs: number | null;
  /** The reason as a sentence without its period. */
  words: string;
}

/** What keeps a person from being told of an occasion at this moment; null if nothing does. */
export function holdOf(
  subscription: Subscription,
  settings: AlertSettings,
  occasion: Occasion,
  nowMs: number,
): Hold | null {
  if (occasion.maintenance !== null) {
    const words = `A change was announced: ${occasion.maintenance}`;
    return { reason: "maintenance", untilMs: null, words };
  }
  return offDuty(subscription, settings, nowMs) ?? quiet(settings, occasion, nowMs) ??
    gathered(subscription, settings, occasion, nowMs);
}

/** Whether the person isn't on duty by this subscription. */
export function offDuty(
  { schedule }: Subscription,
  { timeZone }: AlertSettings,
  nowMs: number,
): Hold | null {
  if (schedule === null || endOfSpan(schedule, timeZone, nowMs) !== null) return null;
  const untilMs = nextStart(schedule, timeZone, nowMs);
  const words = `You are off duty until ${localClock(untilMs, timeZone, nowMs)}`;
  return { reason: "schedule", untilMs, words };
}

/** Whether the person's quiet hours hold this back. */
export function quiet(
  { quietHours, breakThrough, timeZone }: AlertSettings,
  { severity }: Pick<Occasion, "severity">,
  nowMs: number,
): Hold | null {
  if (quietHours === null) return null;
  if (breakThrough !== null && severityRank(severity) >= severityRank(breakThrough)) return null;
  const untilMs = endOfSpan(quietHours, timeZone, nowMs);
  if (untilMs === null) return null;
  const words = `Your quiet hours last until ${localClock(untilMs, timeZone, nowMs)}`;
  return { reason: "quiet-hours", untilMs, words };
}

function gathered(
  { digestMinute }: Subscription,
  { timeZone }: AlertSettings,
  { sinceMs }: Occasion,
  nowMs: number,
): Hold | null {
  if (digestMinute === null) return null;
  const untilMs = nextMinute(digestMinute, timeZone, sinceMs);
  if (untilMs <= nowMs) return null;
  const words = `It waits for your digest at ${localClock(untilMs, timeZone, nowMs)}`;
  return { reason: "digest", untilMs, words };
}
