import { suite } from "uvu";
import * as assert from "uvu/assert";
import { csv } from "../../../cloud/insights/csv.ts";
import { guessErrors } from "../../../cloud/insights/guesses.ts";
import { KEPT_MS, keptReports } from "../../../cloud/insights/kept_reports.ts";
import { keyOf, recordsOf } from "../../../cloud/insights/records.ts";
import { appliedStops, savedPrints, spoiledPrints } from "../../../cloud/insights/saved.ts";
import { spentBetween } from "../../../cloud/insights/spent.ts";
import { wearTrend } from "../../../cloud/insights/wear_trend.ts";
import { PRESENCE } from "../../shared/payloads.ts";
import { ADDRESS, DECIDED, event, folded, sighting } from "../cases/case_fixture.ts";
import { account, NO_TIME, printRecord } from "./insight_fixture.ts";

const spent = suite("time by state");

spent("is what the counters grew by", () => {
  const { spent: found, spanS } = spentBetween([
    { atMs: 0, stateS: { ...NO_TIME, printing: 100 } },
    { atMs: 3_600_000, stateS: { ...NO_TIME, printing: 1900, idle: 1800 } },
  ]);
  assert.equal([found.printing, found.idle, spanS], [1800, 1800, 3600]);
});

spent("survives a guard that was set up anew, and never exceeds the time there was", () => {
  const { spent: found } = spentBetween([
    { atMs: 0, stateS: { ...NO_TIME, printing: 9000 } },
    { atMs: 1_000_000, stateS: { ...NO_TIME, printing: 500 } },
    { atMs: 1_100_000, stateS: { ...NO_TIME, printing: 9500 } },
  ]);
  assert.is(found.printing, 600);
});

spent("is nothing from one reading alone", () => {
  assert.is(spentBetween([{ atMs: 0, stateS: { ...NO_TIME, printing: 9 } }]).spanS, 0);
});
spent.run();

const guesses = suite("guesses of remaining time");

guesses("are held against what happened, on the same prints", () => {
  const errors = guessErrors([account(), account({ slicerS: null, halfway: null })]);
  assert.is(errors.start!.twin.prints, 1);
  assert.ok(Math.abs(errors.start!.twin.bias - (4200 - 4320) / 4320) < 1e-9);
  assert.ok(Math.abs(errors.start!.slicer.meanAbsolute - 1320 / 4320) < 1e-9);
  assert.ok(Math.abs(errors.halfway!.twin.bias - 40 / 2160) < 1e-9);
  assert.ok(Math.abs(errors.halfway!.slicer.bias - (840 - 2160) / 2160) < 1e-9);
  assert.is(errors.twinAlone!.prints, 2);
});

guesses("of prints that didn't come to their end say nothing", () => {
  const { start, twinAlone } = guessErrors([account({ result: "unfinished" })]);
  assert.equal([start, twinAlone], [null, null]);
});
guesses.run();

const saved = suite("what stopping early saved");
const STOPPED = { ...DECIDED, determination: "threat-confirmed", response: "stop" } as const;
const APPLIED = { type: "decision-applied", decisionId: STOPPED.decisionId, detail: "" } as const;
const at = { at: "2026-10-05T10:30:00.000Z" };
const opened = () =>
  event({
    type: "opened",
    address: ADDRESS,
    sightings: [sighting({ wallTime: "2026-10-05T10:20:00.000Z" })],
    reopens: null,
    follows: null,
  }, { at: "2026-10-05T10:20:00.000Z" });
const stoppedCase = () => folded([opened(), event(STOPPED, at), event(APPLIED, at)]);
const HALTED = {
  result: "unfinished",
  endedWallTime: "2026-10-05T10:31:00.000Z",
  leftS: 2500,
  leftFilamentMm: 3000,
} as const;

saved("is what the twin said was left when a confirmed threat's stop was applied", () => {
  const found = savedPrints([printRecord(HALTED)], appliedStops([stoppedCase()]));
  assert.equal(found.map(({ savedS, savedFilamentMm }) => [savedS, savedFilamentMm]), [[
    2500,
    3000,
  ]]);
});

for (
  const [name, change, cases] of [
    ["a print that ended of itself long before", {
      ...HALTED,
      endedWallTime: "2026-10-05T10:05:00.000Z",
    }, [stoppedCase()]],
    ["one that went on", { ...HALTED, endedWallTime: "2026-10-05T12:00:00.000Z" }, [stoppedCase()]],
    ["one of which nothing is known", { ...HALTED, leftS: null }, [stoppedCase()]],
    ["one that came to its end", {}, [stoppedCase()]],
    ["a decision that was never applied", HALTED, [folded([opened(), event(STOPPED, at)])]],
    ["an expected anomaly", HALTED, [folded([opened(), event(DECIDED, at)])]],
  ] as const
) {
  saved(`doesn't count ${name}`, () => {
    assert.equal(savedPrints([printRecord(change)], appliedStops(cases)), []);
  });
}

saved("another printer's stop saves nothing here", () => {
  const other = { ...stoppedCase(), address: { ...ADDRESS, printer: "p2" } };
  assert.equal(savedPrints([printRecord(HALTED)], appliedStops([other])), []);
});

saved("a print is spoiled by what was detected while it ran", () => {
  const [within, before] = [
    printRecord(),
    printRecord({
      startedWallTime: "2026-10-05T08:00:00.000Z",
      endedWallTime: "2026-10-05T09:00:00.000Z",
    }),
  ];
  const spoiled = spoiledPrints([within, before], [stoppedCase()]);
  assert.equal([...spoiled], [within.account.id]);
});
saved.run();

const wear = suite("wear");
const days = (value: (day: number) => number) =>
  Array.from({ length: 30 }, (_, day) => ({
    day: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    hotendHoldDuty: value(day),
    hotendBlownDuty: value(day) * 1.5,
    bedHoldDuty: null,
  }));

wear("of a heater shows as a duty that grows", () => {
  const trend = wearTrend(days((day) => 0.3 * (1 + day / 300)), "hotend")!;
  assert.is(trend.points.length, 30);
  assert.ok(Math.abs(trend.per30Days! - 0.0954) < 0.003, `${trend.per30Days}`);
});

wear("of a fan shows as the share that it adds to it", () => {
  const trend = wearTrend(days(() => 0.3), "fan")!;
  assert.ok(Math.abs(trend.first - 0.5) < 1e-9);
  assert.ok(Math.abs(trend.per30Days!) < 1e-9);
});

wear("isn't told from a few days, nor of a part that nobody knows", () => {
  assert.is(wearTrend(days(() => 0.3).slice(0, 10), "hotend")!.per30Days, null);
  assert.is(wearTrend(days(() => 0.3), "bed"), null);
});
wear.run();

const records = suite("what presence says for good");

records("is each ended print, the day's counters and the wear", () => {
  const made = recordsOf(ADDRESS, PRESENCE, Date.UTC(2026, 2, 1, 12));
  assert.equal(made.map(({ type }) => type), ["print", "day", "wear"]);
  assert.equal(made.map(keyOf), [PRESENCE.prints!.ended[0]!.id, "2026-03-01", "2026-03-01"]);
});

records("is nothing from a guard that doesn't count prints", () => {
  const { prints: _prints, wear: _wear, ...old } = PRESENCE;
  assert.equal(recordsOf(ADDRESS, old, 0), []);
});
records.run();

const kept = suite("reports that are kept for a while");

kept("are made once for all who ask for the same, and anew after that", () => {
  let made = 0;
  const report = keptReports(() => ({ made: ++made }) as never);
  const ask = (days: number, nowMs: number) =>
    report({ days, nowMs, sites: null, plannedHoursPerDay: 24 }) as unknown as { made: number };
  assert.is(ask(7, 0).made, 1);
  assert.is(ask(7, KEPT_MS - 1).made, 1);
  assert.is(ask(30, 1).made, 2);
  assert.is(ask(7, KEPT_MS).made, 3);
});
kept.run();

const table = suite("CSV");

table("quotes what needs it and disarms what a spreadsheet would run", () => {
  const rows = [{ a: 'say "hi", you', b: -1.5 as number | null }, { a: "=1+1", b: null }];
  const text = csv(rows, { name: ({ a }) => a, "size_mm": ({ b }) => b });
  assert.is(text, 'name,size_mm\r\n"say ""hi"", you",-1.5\r\n\'=1+1,\r\n');
});
table.run();
