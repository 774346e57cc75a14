import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../edge/source/observation.ts";
import { TapSource } from "../../../edge/source/tap_source.ts";
import { DIR } from "../../../edge/tap/frame.ts";
import { FakeTap } from "./fake_tap.ts";

const test = suite("tap source");

async function until(what: string, check: () => boolean): Promise<void> {
  for (let i = 0; i < 20_000; i++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain for: ${what}`);
}

interface Scene {
  tap: FakeTap;
  source: TapSource;
  seen: Observation[];
  trouble: string[];
}

async function withSource(run: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const tap = new FakeTap(`${folder}/s`);
  const trouble: string[] = [];
  const source = new TapSource({
    socketPath: tap.path,
    after: null,
    onTrouble: (reason) => trouble.push(reason),
  });
  const seen: Observation[] = [];
  const abort = new AbortController();
  const watching = (async () => {
    for await (const each of source.observations(abort.signal)) seen.push(each);
  })();
  try {
    await run({ tap, source, seen, trouble });
  } finally {
    abort.abort();
    await watching;
    await tap.close();
    await Deno.remove(folder, { recursive: true });
  }
}

test("it asks for all that is kept, and then for what follows", async () => {
  await withSource(async ({ tap, source, seen }) => {
    await until("resume", () => tap.heard.length === 1);
    const fromTheFirst = { v: 1, type: "resume", after: { tapId: tap.tapId, seq: 0 } };
    assert.equal(tap.heard[0], fromTheFirst);
    await tap.bytes(DIR.hostToPrinter, "M105\n");
    await until("the line", () => seen.length === 1);
    assert.is(source.position()?.seq, 1);
    tap.drop();
    await until("resume", () => tap.heard.length === 2);
    assert.equal(tap.heard[1], fromTheFirst, "a little is read again, and given only once");
    await tap.bytes(DIR.hostToPrinter, "M114\n");
    await until("the next line", () => seen.length === 2);
  });
});

test("a position given while a frame's lines come out never loses one of them", async () => {
  await withSource(async ({ tap, source, seen }) => {
    await until("resume", () => tap.heard.length === 1);
    await tap.bytes(DIR.printerToHost, "ok\necho:1\necho:2\n");
    await until("the lines", () => seen.length === 3);
    assert.is(source.position()?.seq, 1);
  });
});

test("bytes that are no frames end the connection, are told, and it tries again", async () => {
  await withSource(async ({ tap, seen, trouble }) => {
    await until("resume", () => tap.heard.length === 1);
    await tap.raw(new Uint8Array(100).fill(255));
    await until("another resume", () => tap.heard.length === 2);
    assert.ok(trouble.some((each) => /Cannot decode a frame/.test(each)), trouble.join());
    await tap.bytes(DIR.hostToPrinter, "M105\n");
    await until("the line", () => seen.length === 1);
  });
});

test("the tap's goodbye is told and it tries again", async () => {
  await withSource(async ({ tap, trouble }) => {
    await until("resume", () => tap.heard.length === 1);
    await tap.say({ type: "bye", reason: "a newer connection took its place" });
    await until("another resume", () => tap.heard.length === 2);
    assert.ok(trouble.some((each) => /a newer connection took its place/.test(each)));
  });
});

test("a tap that isn't there is waited for", async () => {
  const folder = await Deno.makeTempDir();
  const trouble: string[] = [];
  const source = new TapSource({
    socketPath: `${folder}/s`,
    after: null,
    onTrouble: (reason) => trouble.push(reason),
  });
  const abort = new AbortController();
  const seen: Observation[] = [];
  const watching = (async () => {
    for await (const each of source.observations(abort.signal)) seen.push(each);
  })();
  await until("trouble", () => trouble.length > 0);
  assert.is(source.position(), null);
  const tap = new FakeTap(`${folder}/s`);
  await until("resume", () => tap.heard.length === 1);
  await tap.say({ type: "heartbeat" });
  await until("a tick", () => seen[0]?.type === "tick");
  abort.abort();
  await watching;
  await tap.close();
  await Deno.remove(folder, { recursive: true });
});

test("orders carry what was wished and come back with the tap's answer", async () => {
  await withSource(async ({ tap, source }) => {
    const early = await source.orders.hold(false);
    if (early.ok) throw new Error("there was no connection yet");
    assert.match(early.issue, /a connection to it was required/);
    await until("resume", () => tap.heard.length === 1);
    const hold = source.orders.hold(true);
    const inject = source.orders.inject("host", "//action:pause");
    await until("both orders", () => tap.heard.length === 3);
    const [, first, second] = tap.heard;
    assert.ok(first?.type === "hold" && first.latched);
    assert.ok(
      second?.type === "inject" && second.to === "host" && second.line === "//action:pause",
    );
    if (first?.type !== "hold" || second?.type !== "inject") return;
    await tap.say({ type: "ack", id: second.id, result: "refused", detail: "no host is there" });
    await tap.say({ type: "ack", id: first.id, result: "applied", detail: "held" });
    assert.equal(await hold, { ok: true, value: "held" });
    assert.equal(await inject, { ok: false, issue: "The tap refused the order: no host is there" });
  });
});

test("an order under way when the connection is lost is refused, not forgotten", async () => {
  await withSource(async ({ tap, source }) => {
    await until("resume", () => tap.heard.length === 1);
    const release = source.orders.release();
    await until("the order", () => tap.heard.length === 2);
    tap.drop();
    const answer = await release;
    assert.ok(!answer.ok && /connection was lost/.test(answer.issue));
  });
});

test.run();
