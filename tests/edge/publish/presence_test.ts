import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../../shared/codec.ts";
import type { DecisionOutcome, Presence, PrinterState } from "../../../shared/presence.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { PresenceSender } from "../../../edge/publish/presence.ts";
import { Store } from "../../../edge/publish/store.ts";
import { REVISIONS_MAX } from "../../../shared/receipt_order.ts";
import { SystemClock } from "../../../edge/publish/wall_clock.ts";
import { PRESENCE } from "../../shared/payloads.ts";
import { silent } from "./site_fixture.ts";

const presence = suite("presence");
const digest = "a".repeat(64);

let folder = "";
presence.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "presence-" });
});
presence.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

function open() {
  const store = new Store(`${folder}/edge.db`, 2_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  const sent: Presence[] = [];
  const world = {
    state: "printing" as PrinterState,
    wallMs: Date.UTC(2026, 0, 1),
    up: true,
    prints: undefined as Presence["prints"],
    trust: "a".repeat(64),
  };
  const read = (bytes: Uint8Array) => {
    const decoded = decode("presence", bytes);
    if (!decoded.ok) throw new Error(decoded.issue);
    return decoded.value.data;
  };
  const sender = new PresenceSender(
    outbox,
    {
      deliver: ({ bytes }) => {
        if (world.up) sent.push(read(bytes));
        const outcome = world.up ? "stored" : "unavailable";
        return Promise.resolve(outcome === "stored" ? { outcome } : { outcome, reason: "none" });
      },
    },
    { nowMs: () => world.wallMs, quality: () => "synced" },
    silent,
    {
      address: { site: "s1", device: "d1", printer: "p1" },
      label: "x".repeat(100),
      agentVersion: "0.1.0",
      configDigest: digest,
      guard: () => ({ profile: null, trust: world.trust, release: null }),
      intervalMs: 10_000,
      facts: () => ({
        status: {
          printerState: world.state,
          linesSent: 7,
          linesReceived: 8,
          garbledLines: 1,
          gaps: 2,
          missedFrames: 3,
          jobDigest: null,
          layer: 4,
          digests: { twin: digest, detector: digest, classifier: digest },
        },
        stateOverride: null,
        bootId: "11111111-1111-4111-8111-111111111111",
        moreGaps: 10,
        moreMissedFrames: 0,
        refusedMessages: 5,
        restarts: 6,
        prints: world.prints,
        wear: world.prints && PRESENCE.wear,
      }),
    },
  );
  const kept = () => outbox.next(0, 100).map(({ bytes }) => read(bytes));
  return { store, outbox, sender, sent, kept, world };
}

const outcome: DecisionOutcome = {
  decisionId: "d",
  result: "applied",
  detail: "x",
  wallTime: "2026-01-01T00:00:00.000Z",
};

presence("comes at once, each interval, and soon after a change", async () => {
  const { store, sender, sent, world } = open();
  for (let ms = 0; ms < 25_000; ms += 1000) {
    if (ms === 3000) world.state = "paused";
    await sender.tick(ms);
  }
  assert.equal(sent.map(({ state }) => state), ["printing", "paused", "paused", "paused"]);
  store.close();
});

presence("asks on soon after a receipt while more waits than one presence holds", async () => {
  const { store, outbox, sender, sent } = open();
  for (let count = 0; count < 2 * REVISIONS_MAX + 5; count++) {
    const about = crypto.randomUUID();
    outbox.add({
      subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
      msgId: `${about}.1`,
      ...{ about, revision: 1, class: "deviation", bytes: new Uint8Array(9) },
    });
  }
  outbox.sent(outbox.next(0, 1000).map(({ seq }) => seq));
  outbox.tick(60);
  for (let ms = 0; ms < 9000; ms += 1000) {
    await sender.tick(ms);
    // The first question goes unanswered for a while.
    const stored = ms < 3000 ? [] : sent.at(-1)!.unconfirmed ?? [];
    outbox.received("p1", { stored, missing: [] });
  }
  const counts = sent.map(({ unconfirmed }) => unconfirmed?.length ?? 0);
  assert.equal(counts, [REVISIONS_MAX, REVISIONS_MAX], "and the last five with the interval");
  await sender.tick(14_000);
  assert.is(sent.at(-1)!.unconfirmed?.length, 5);
  store.close();
});

presence("tells what became of a decision again after a restart, the latest sixteen", async () => {
  const first = open();
  for (let count = 0; count < 20; count++) {
    first.sender.outcome({ ...outcome, decisionId: `d${count}` }, true, 0);
  }
  first.sender.outcome({ ...outcome, decisionId: "fleeting" }, false, 0);
  first.store.close();
  const second = open();
  await second.sender.tick(0);
  const told = second.sent[0]!.decisions.map(({ decisionId }) => decisionId);
  assert.equal(told, Array.from({ length: 16 }, (_, index) => `d${index + 4}`));
  second.store.close();
});

presence("tells at once when what makes the guard is another", async () => {
  const { store, sender, sent, world } = open();
  await sender.tick(0);
  world.trust = "b".repeat(64);
  await sender.tick(2000);
  assert.equal(sent.map(({ digests }) => digests.trust?.[0]), ["a", "b"]);
  assert.is(sent[0]?.digests.profile, null);
  store.close();
});

presence("holds counters and a label of bounded length, but no telemetry", async () => {
  const { store, sender, sent } = open();
  await sender.tick(0);
  assert.equal(sent[0]?.counters, {
    linesSent: 7,
    linesReceived: 8,
    garbledLines: 1,
    gaps: 12,
    missedFrames: 3,
    outboxPending: 0,
    outboxDropped: 0,
    refusedMessages: 5,
    restarts: 6,
  });
  assert.is(sent[0]?.label.length, 64);
  store.close();
});

presence(
  "counts back since when, so that a wall clock that jumps tells no wrong time",
  async () => {
    const { store, sender, sent, world } = open();
    world.wallMs = 0;
    await sender.tick(0);
    world.wallMs = Date.UTC(2026, 0, 1);
    await sender.tick(10_000);
    assert.is(sent[1]?.sinceWallTime, "2025-12-31T23:59:50.000Z");
    store.close();
  },
);

presence("tells ended prints with a change and now and then, and is small otherwise", async () => {
  const { store, sender, sent, world } = open();
  world.prints = PRESENCE.prints;
  for (let ms = 0; ms <= 610_000; ms += 1000) {
    // The network is away when another print ends.
    world.up = ms < 30_000 || ms >= 45_000;
    if (ms === 31_000) {
      const [ended] = PRESENCE.prints!.ended;
      world.prints = {
        ...PRESENCE.prints!,
        ended: [ended!, { ...ended!, id: crypto.randomUUID() }],
      };
    }
    await sender.tick(ms);
  }
  const counts = sent.map(({ prints }) => prints!.ended.length);
  assert.equal(counts.slice(0, 4), [1, 0, 0, 2]);
  assert.is(counts.slice(4).filter((count) => count > 0).length, 0, "ten minutes aren't over");
  assert.equal(sent.map(({ wear }) => wear !== undefined), counts.map((count) => count > 0));
  await sender.tick(645_000);
  assert.is(sent.at(-1)!.prints!.ended.length, 2);
  store.close();
});

presence("keeps a decision's outcome until the broker has it, and repeats it", async () => {
  const { store, sender, sent, kept, world } = open();
  world.up = false;
  await sender.tick(0);
  sender.outcome(outcome, true, 500);
  assert.equal(kept().map(({ decisions }) => decisions.length), [1]);
  world.up = true;
  await sender.tick(1500);
  assert.equal(sent.at(-1)?.decisions, [outcome]);
  store.close();
});

presence("keeps nothing of an outcome that need not last, but tells it", async () => {
  const { store, sender, sent, kept } = open();
  for (let index = 0; index < 40; index++) sender.outcome(outcome, false, index);
  assert.is(kept().length, 0);
  await sender.tick(0);
  assert.is(sent[0]?.decisions.length, 16);
  store.close();
});
presence.run();

const clock = suite("wall clock");

clock("is synced when a site says that it may be trusted", () => {
  assert.is(new SystemClock("trusted").quality(), "synced");
  assert.ok(["synced", "unsynced"].includes(new SystemClock("auto").quality()));
});
clock.run();
