import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type KeptLesson, lessonAt, Lessons } from "../../../edge/respond/lessons.ts";
import { Store } from "../../../edge/publish/store.ts";
import { NOW_MS, offset } from "./decisions_fixture.ts";

const lessons = suite("lessons");
const BOOT = "0b5ce7f5-3a54-4c1e-9f43-0e2f0d6a7c11";

lessons("last, the latest of each identity, and run out by wall time", async () => {
  const at = await Deno.makeTempDir();
  const store = new Store(`${at}/edge.db`, 2_000_000, () => {});
  const kept = new Lessons(store);
  const lesson: KeptLesson = {
    identity: "i",
    causeId: "c",
    kind: "fan",
    determination: "expected",
    learn: { mode: "yes" },
  };
  kept.keep("p1", lesson);
  kept.keep("p1", { ...lesson, learn: { mode: "until", untilWallTime: offset(60_000) } });
  kept.keep("p2", lesson);
  const [only, ...rest] = kept.of("p1");
  assert.is(rest.length, 0);
  const now = { wallMs: NOW_MS, isSynced: true, bootId: BOOT, nowS: 500 };
  assert.equal(lessonAt(only!, now).learn, { mode: "until", untilEventS: 560 });
  assert.equal(lessonAt(only!, { ...now, wallMs: NOW_MS + 60_000 }).learn, { mode: "no" });
  store.close();
  await Deno.remove(at, { recursive: true });
});

lessons("of an earlier boot hold until an instant only by a clock that is synced", () => {
  const lesson: KeptLesson = {
    identity: "i",
    causeId: "c",
    kind: "fan",
    determination: "expected",
    learn: { mode: "until", untilWallTime: offset(60_000) },
    decidedWallTime: offset(-40_000),
    bootId: BOOT,
  };
  const inThePast = { wallMs: 0, isSynced: false, bootId: BOOT, nowS: 500 };
  const another = { ...inThePast, bootId: crypto.randomUUID() };
  assert.equal(lessonAt(lesson, inThePast).learn, { mode: "until", untilEventS: 600 });
  assert.equal(lessonAt(lesson, another).learn, { mode: "no" });
  assert.equal(lessonAt({ ...lesson, bootId: undefined }, inThePast).learn, { mode: "no" });
  const told = { ...another, wallMs: NOW_MS, isSynced: true };
  assert.equal(lessonAt(lesson, told).learn, { mode: "until", untilEventS: 560 });
  assert.equal(lessonAt({ ...lesson, learn: { mode: "yes" } }, another).learn, { mode: "yes" });
});

lessons.run();
