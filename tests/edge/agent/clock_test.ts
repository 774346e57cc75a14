/** A wall clock that begins in 1970 and jumps: what it may change, and what it may not. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PrinterRun } from "../../../edge/agent/printer_run.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Store } from "../../../edge/publish/store.ts";
import { type KeptLesson, Lessons } from "../../../edge/respond/lessons.ts";
import { decode } from "../../../shared/codec.ts";
import { BOOT, scriptedAnalysis, type ScriptedState } from "../agent_fixture.ts";
import { configWith } from "../config_fixture.ts";
import { sharedParts } from "./run_fixture.ts";

const clocks = suite("a wall clock that jumps");
const NOON = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;

let folder = "";
clocks.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "clock-" });
});
clocks.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

const [config] = configWith().printer;

/** One printer's run without an agent around it, and clocks that the test sets. */
function open(wallMs: number) {
  const store = new Store(`${folder}/edge.db`, 4_000_000, () => {});
  const outbox = new Outbox(store, 1000);
  const lessons = new Lessons(store);
  const time = { wallMs, nowMs: 0, synced: false };
  const taught: { untilEventS: number }[] = [];
  const analysis = {
    ...scriptedAnalysis(),
    learn(
      state: ScriptedState,
      lesson: Parameters<ReturnType<typeof scriptedAnalysis>["learn"]>[1],
    ) {
      if (lesson.learn.mode === "until") taught.push(lesson.learn);
      return state;
    },
  };
  const run = new PrinterRun<ScriptedState>(
    {
      config: config!,
      analysis,
      openSource: () => ({ async *observations() {} }),
      orders: null,
    },
    sharedParts(store, {
      outbox,
      lessons,
      clock: { nowMs: () => time.wallMs, quality: () => time.synced ? "synced" : "unsynced" },
      nowMs: () => time.nowMs,
    }),
    null,
  );
  /** Both clocks and the source's go on. */
  const pass = (seconds: number) => {
    time.wallMs += seconds * 1000;
    time.nowMs += seconds * 1000;
    run.tally(time.nowMs);
  };
  const line = (eventTimeS: number, text: string) =>
    run.take({ type: "sent", eventTimeS, line: text, origin: "host" }, {
      bootId: BOOT,
      runId: BOOT,
      seq: 1,
    });
  const deviations = () =>
    outbox.next(0, 100).map(({ bytes }) => {
      const read = decode("deviation", bytes);
      if (!read.ok) throw new Error(read.issue);
      return read.value.data;
    });
  return { run, store, outbox, lessons, time, taught, pass, line, deviations };
}

/** Holds until three hours after noon. */
const UNTIL: KeptLesson = {
  identity: "x",
  causeId: "c",
  kind: "flow",
  determination: "expected",
  learn: { mode: "until", untilWallTime: new Date(NOON + 3 * HOUR_MS).toISOString() },
};

clocks(
  "a lesson that holds until an hour waits for the time where a clock begins in 1970",
  () => {
    const before = open(NOON);
    before.lessons.keep("p1", UNTIL);
    before.store.close();
    const edge = open(0);
    edge.line(100, "G28");
    edge.pass(30);
    assert.equal(edge.taught, [], "nobody knows whether it holds still");
    edge.time.wallMs = NOON;
    edge.pass(1);
    assert.equal(edge.taught, [], "nor by a clock that may still be behind");
    edge.time.synced = true;
    edge.pass(1);
    assert.ok(Math.abs(edge.taught.at(-1)!.untilEventS - (100 + 3 * 3600)) < 60);
    edge.store.close();
  },
);

clocks("a lesson's end follows a clock that is set forward and back", () => {
  const edge = open(NOON);
  edge.time.synced = true;
  edge.lessons.keep("p1", UNTIL);
  edge.line(5000, "G28");
  edge.pass(1);
  for (const jumpH of [2, -5, 1]) {
    edge.time.wallMs += jumpH * HOUR_MS;
    edge.pass(1);
    const leftS = (NOON + 3 * HOUR_MS - edge.time.wallMs) / 1000;
    assert.ok(Math.abs(edge.taught.at(-1)!.untilEventS - (5000 + leftS)) < 60, `by ${jumpH} h`);
  }
  const lessons = edge.taught.length;
  for (let second = 0; second < 100; second++) edge.pass(1);
  assert.is(edge.taught.length, lessons, "a clock that only goes on teaches nothing anew");
  edge.store.close();
});

clocks("one deviation keeps its id and its order through 1970, the time's coming and jumps", () => {
  const edge = open(0);
  edge.line(10, "!open leak");
  edge.time.wallMs = NOON;
  edge.time.synced = true;
  edge.line(40, "!update leak");
  edge.time.wallMs = NOON - 90 * HOUR_MS;
  edge.line(70, "!update leak");
  edge.time.wallMs = NOON + 9000 * HOUR_MS;
  edge.line(100, "!close leak");
  const told = edge.deviations();
  assert.is(new Set(told.map(({ id }) => id)).size, 1);
  assert.equal(told.map(({ revision }) => revision), [1, 2, 3, 4]);
  assert.equal(told.map(({ times }) => times.clockQuality)[0], "unsynced");
  assert.equal(told.map(({ times }) => times.clockQuality)[1], "synced");
  assert.equal(told.map(({ times }) => times.detectedEventS), [10, 40, 70, 100]);
  edge.store.close();
});

clocks("no jump makes the outbox give anything up", () => {
  const edge = open(NOON);
  edge.line(10, "!open leak");
  edge.time.wallMs += 9000 * HOUR_MS;
  edge.outbox.tick(60);
  edge.time.wallMs = 0;
  edge.outbox.tick(60);
  assert.is(edge.outbox.counts().pending, 1);
  assert.is(edge.outbox.counts().dropped, 0);
  edge.store.close();
});

clocks.run();
