import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  endOfSpan,
  localClock,
  LocalSpan,
  nextMinute,
  nextStart,
  TimeZone,
} from "../../../cloud/subscriptions/local_time.ts";

const tests = suite("local time");
const ZURICH = "Europe/Zurich";
const EVERY = [1, 2, 3, 4, 5, 6, 7];
const ms = (text: string) => Date.parse(text);
const iso = (at: number | null) => at === null ? null : new Date(at).toISOString();

tests("a night's span runs past midnight and belongs to the day it began on", () => {
  const night = { days: [5], fromMinute: 22 * 60, toMinute: 6 * 60 };
  // Friday, 2 October 2026, is UTC+2 in Zurich.
  assert.is(endOfSpan(night, ZURICH, ms("2026-10-02T19:59:59.999Z")), null);
  assert.is(iso(endOfSpan(night, ZURICH, ms("2026-10-02T20:00:00Z"))), "2026-10-03T04:00:00.000Z");
  assert.is(iso(endOfSpan(night, ZURICH, ms("2026-10-03T03:59:59Z"))), "2026-10-03T04:00:00.000Z");
  assert.is(endOfSpan(night, ZURICH, ms("2026-10-03T04:00:00Z")), null);
  assert.is(endOfSpan(night, ZURICH, ms("2026-10-03T20:30:00Z")), null);
});

tests("keeps to the clock on the wall when summer time begins and ends", () => {
  const night = { days: EVERY, fromMinute: 22 * 60, toMinute: 7 * 60 };
  // Nine hours by the clock: eight on 29 March 2026, ten on 25 October 2026.
  const spring = endOfSpan(night, ZURICH, ms("2026-03-28T21:00:00Z"))!;
  assert.is((spring - ms("2026-03-28T21:00:00Z")) / 3_600_000, 8);
  const autumn = endOfSpan(night, ZURICH, ms("2026-10-24T20:00:00Z"))!;
  assert.is((autumn - ms("2026-10-24T20:00:00Z")) / 3_600_000, 10);
  // 02:30 doesn't exist on 29 March: the next there is counts.
  assert.is(iso(nextMinute(150, ZURICH, ms("2026-03-28T23:30:00Z"))), "2026-03-29T01:30:00.000Z");
});

tests("a span that ends when it begins lasts a whole day", () => {
  const day = { days: [1], fromMinute: 0, toMinute: 0 };
  assert.is(iso(endOfSpan(day, "UTC", ms("2026-10-05T00:00:00Z"))), "2026-10-06T00:00:00.000Z");
  assert.is(endOfSpan(day, "UTC", ms("2026-10-06T00:00:00Z")), null);
});

tests("the next start is later than now, up to a week ahead", () => {
  const monday = { days: [1], fromMinute: 480, toMinute: 540 };
  const start = ms("2026-10-05T08:00:00Z");
  assert.is(nextStart(monday, "UTC", start - 1), start);
  assert.is(nextStart(monday, "UTC", start), start + 7 * 86_400_000);
  assert.is(iso(nextMinute(0, "UTC", start)), "2026-10-06T00:00:00.000Z");
});

tests("a clock names the day only where it isn't today", () => {
  const now = ms("2026-10-05T21:30:00Z");
  assert.is(localClock(ms("2026-10-05T21:45:10Z"), ZURICH, now), "23:45");
  assert.is(localClock(ms("2026-10-05T22:00:00Z"), ZURICH, now), "2026-10-06 00:00");
});

tests("takes zones with summer time, and neither offsets nor inventions", () => {
  for (const good of ["UTC", ZURICH, "America/Argentina/Buenos_Aires"]) {
    assert.ok(TimeZone.safeParse(good).success, good);
  }
  for (const bad of ["", "+02:00", "Mars/Olympus", "Europe/Zurich\n", "x".repeat(61), 5, null]) {
    assert.not.ok(TimeZone.safeParse(bad).success, String(bad));
  }
});

tests("refuses spans that no week has", () => {
  const good = { days: [1], fromMinute: 0, toMinute: 1439 };
  assert.ok(LocalSpan.safeParse(good).success);
  for (
    const change of [
      { days: [] },
      { days: [0] },
      { days: [8] },
      { fromMinute: -1 },
      { toMinute: 1440 },
      { fromMinute: 1.5 },
      { more: 1 },
    ]
  ) {
    assert.not.ok(LocalSpan.safeParse({ ...good, ...change }).success, JSON.stringify(change));
  }
});

tests.run();
