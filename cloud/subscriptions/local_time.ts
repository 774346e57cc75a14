import { z } from "zod";

const DAY_MINUTES = 1440;
const WEEK_DAYS = 7;

/** A name of the IANA time zone database, such as `Europe/Zurich`. */
export const TimeZone = z.string().max(60).refine(isTimeZone, {
  message: "a time zone such as Europe/Zurich was required",
});

/**
 * A time of day on some days of the week, in a person's own time zone. One that ends no later than
 * it begins runs past midnight and belongs to the day on which it began.
 */
export const LocalSpan = z.strictObject({
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  days: z.array(z.int().min(1).max(WEEK_DAYS)).min(1).max(WEEK_DAYS),
  fromMinute: z.int().min(0).max(DAY_MINUTES - 1),
  toMinute: z.int().min(0).max(DAY_MINUTES - 1),
});
export type LocalSpan = z.infer<typeof LocalSpan>;

function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is a zone to Temporal, but knows no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    zoned(0, name);
    return true;
  } catch {
    return false;
  }
}

function zoned(atMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
}

/** The instant at which a minute of a day comes; where summer time skips it, the next there is. */
function minuteOf(day: Temporal.PlainDate, minute: number, timeZone: string): number {
  const time = { hour: Math.floor(minute / 60), minute: minute % 60 };
  return day.toPlainDateTime(time).toZonedDateTime(timeZone).epochMilliseconds;
}

/** When the span that `atMs` lies in ends, ms since 1970; null if it lies in none. */
export function endOfSpan(span: LocalSpan, timeZone: string, atMs: number): number | null {
  const today = zoned(atMs, timeZone).toPlainDate();
  for (const day of [today.subtract({ days: 1 }), today]) {
    if (!span.days.includes(day.dayOfWeek)) continue;
    const overnight = span.toMinute <= span.fromMinute;
    const fromMs = minuteOf(day, span.fromMinute, timeZone);
    const toMs = minuteOf(overnight ? day.add({ days: 1 }) : day, span.toMinute, timeZone);
    if (fromMs <= atMs && atMs < toMs) return toMs;
  }
  return null;
}

/** When the span next begins, ms since 1970: after `atMs`, within eight days. */
export function nextStart(span: LocalSpan, timeZone: string, atMs: number): number {
  const today = zoned(atMs, timeZone).toPlainDate();
  for (let ahead = 0; ahead <= WEEK_DAYS + 1; ahead++) {
    const day = today.add({ days: ahead });
    if (!span.days.includes(day.dayOfWeek)) continue;
    const fromMs = minuteOf(day, span.fromMinute, timeZone);
    if (fromMs > atMs) return fromMs;
  }
  throw new RangeError("Cannot find the next start: a span with a day of the week was required");
}

/** When a minute of the day next comes, ms since 1970: after `atMs`. */
export function nextMinute(minute: number, timeZone: string, atMs: number): number {
  const days = [1, 2, 3, 4, 5, 6, 7];
  return nextStart({ days, fromMinute: minute, toMinute: minute }, timeZone, atMs);
}

/** A local time of day, such as `07:05`, and the day where that isn't today. */
export function localClock(atMs: number, timeZone: string, nowMs: number): string {
  const at = zoned(atMs, timeZone);
  const clock = at.toPlainTime().toString({ smallestUnit: "minute" });
  const today = zoned(nowMs, timeZone).toPlainDate();
  return at.toPlainDate().equals(today) ? clock : `${at.toPlainDate()} ${clock}`;
}
