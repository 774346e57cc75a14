import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode } from "../../shared/codec.ts";
import type { Deviation } from "../../shared/deviation.ts";
import type { Presence } from "../../shared/presence.ts";
import type { Result } from "../../shared/result.ts";
import { Agent } from "../../edge/agent.ts";
import type { ShadowPlan } from "../../edge/agent/printer_parts.ts";
import { PrinterRun } from "../../edge/agent/printer_run.ts";
import { freshCounts, Shadow } from "../../edge/agent/shadow.ts";
import { readSnapshot, writeSnapshot } from "../../edge/agent/snapshot_file.ts";
import type { Deliverer } from "../../edge/publish/delivery.ts";
import type { OutboxMessage } from "../../edge/publish/outbox_message.ts";
import { Publisher } from "../../edge/publish/publisher.ts";
import { Store } from "../../edge/publish/store.ts";
import type { TapOrders } from "../../edge/respond/orders.ts";
import type { SourcePosition } from "../../edge/source/observation.ts";
import { sharedParts } from "./agent/run_fixture.ts";
import { BOOT, scriptedAnalysis, type ScriptedState, ScriptedTap } from "./agent_fixture.ts";
import { configWith } from "./config_fixture.ts";
import { silent, until } from "./publish/site_fixture.ts";

const agent = suite("agent");

let folder = "";
agent.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "agent-" });
});
agent.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

const [config] = configWith("", 'response = "pause"').printer;

type Sent = Pick<OutboxMessage, "subject" | "bytes">;

/** A broker that keeps what it is given, as long as it is up. */
function keepingBroker(broken: { up: boolean }) {
  const sent: Sent[] = [];
  const deliverer: Deliverer = {
    deliver(message) {
      if (!broken.up) return Promise.resolve({ outcome: "unavailable", reason: "no network" });
      sent.push(message);
      return Promise.resolve({ outcome: "stored" });
    },
  };
  const of = <T>(type: "deviation" | "presence") =>
    sent.filter(({ subject }) => subject.includes(`.${type}`)).map(({ bytes }) => {
      const decoded = decode(type, bytes);
      if (!decoded.ok) throw new Error(decoded.issue);
      return decoded.value.data as T;
    });
  return { deliverer, of };
}

/** A tap's orders, each of which is carried out and written down. */
function notedOrders() {
  const noted: string[] = [];
  const carryOut = (text: string): Promise<Result<string>> => {
    noted.push(text);
    return Promise.resolve({ ok: true, value: text });
  };
  const orders: TapOrders = {
    inject: (to, line) => carryOut(`${to}> ${line}`),
    ask: (line) => Promise.resolve({ ok: true, value: line }),
    hold: (latched) => carryOut(`hold ${latched}`),
    release: () => carryOut("release"),
  };
  return { noted, orders };
}

/** An agent over a scripted tap, a scripted analysis and a broker that keeps what it is given. */
async function open(
  tap: ScriptedTap,
  broken: { up: boolean } = { up: true },
  shadow: ShadowPlan<ScriptedState> | null = null,
) {
  const store = new Store(`${folder}/edge.db`, 4_000_000, () => {});
  const { deliverer, of } = keepingBroker(broken);
  const { noted, orders } = notedOrders();
  const file = `${folder}/p1.snapshot.json`;
  const snapshot = await readSnapshot(file, "p1");
  const added = () => publisher.nudge();
  const parts = sharedParts(store, { deliverer, added, startsBefore: 3 });
  const publisher = new Publisher(parts.outbox, deliverer, silent, { idleMs: 20 });
  const openSource = (after: SourcePosition | null) => tap.open(after);
  const run = new PrinterRun<ScriptedState>(
    { config: config!, analysis: scriptedAnalysis(), shadow, openSource, orders },
    parts,
    snapshot.ok ? snapshot.value : null,
  );
  let resumes = 0;
  const made = new Agent({
    printers: [run],
    outbox: parts.outbox,
    publisher,
    broker: { run: () => Promise.resolve(), close: () => {} },
    log: silent,
    nowMs: () => performance.now(),
    writeSnapshot: (_printer, text) => writeSnapshot(file, text),
    takeResume: () => Promise.resolve(resumes-- > 0),
    takeMaintenance: () => Promise.resolve(null),
  });
  const stopped = new AbortController();
  const running = made.run(stopped.signal);
  return {
    run,
    store,
    outbox: parts.outbox,
    lessons: parts.lessons,
    orders: noted,
    snapshotIssue: snapshot.ok ? null : snapshot.issue,
    resumeByHand: () => resumes = 1,
    deviations: () => of<Deviation>("deviation"),
    presences: () => of<Presence>("presence"),
    running,
    /** Ends it as SIGTERM does. */
    async stop() {
      stopped.abort();
      await running;
      store.close();
    },
  };
}

agent("turns observations into deviations on the wire", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.line(10, "!open leak");
  tap.line(12, "!close leak");
  await until(() => edge.deviations().length === 2, "two revisions");
  const [first, second] = edge.deviations();
  assert.is(first?.id, second?.id);
  assert.is(first?.times.bootId, BOOT);
  assert.equal([first?.revision, second?.revision], [1, 2]);
  await edge.stop();
});

agent("says that it is there at once, and with what it has counted", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.line(10, "G1 X1");
  await until(() => edge.presences().length > 0, "presence");
  await until(() => edge.presences().at(-1)!.state === "printing", "its state");
  assert.is(edge.presences().at(-1)!.counters.restarts, 3);
  await edge.stop();
});

agent("calls for attention while its disk takes nothing", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  edge.store.isInMemory = true;
  tap.line(10, "G1 X1");
  await until(() => edge.presences().at(-1)?.state === "attention", "its call");
  await edge.stop();
});

agent("counts what a candidate finds in its shadow, and never tells it", async () => {
  const tap = new ScriptedTap();
  const shadow = new Shadow(freshCounts("d"));
  const eager = scriptedAnalysis();
  const analysis: typeof eager = {
    ...eager,
    step(state, observation) {
      const extra = observation.type === "sent" && observation.line === "G1 X1";
      return eager.step(state, extra ? { ...observation, line: "!open ghost" } : observation);
    },
  };
  const edge = await open(tap, { up: true }, { analysis, shadow });
  tap.line(10, "G1 X1");
  tap.line(300, "!open leak");
  await until(() => edge.deviations().length === 1, "the deviation");
  tap.line(600, "G1 X2");
  await until(() => shadow.counts.candidateOnly === 1, "the count");
  assert.equal(edge.deviations().map(({ identity }) => identity), ["leak"]);
  assert.is(shadow.counts.agreed, 1);
  await edge.stop();
});

agent("goes on after a stop where it was, with the same state and the same deviation", async () => {
  const tap = new ScriptedTap();
  const first = await open(tap);
  tap.line(10, "!open leak");
  await until(() => first.deviations().length === 1, "the deviation");
  await until(() => tap.dealtWith === 2, "the tick after it");
  await first.stop();
  tap.line(11, "G1 X1");
  tap.line(20, "!update leak");
  const second = await open(tap);
  await until(() => second.deviations().length === 1, "its next revision");
  assert.is(second.deviations()[0]?.id, first.deviations()[0]?.id);
  assert.is(second.deviations()[0]?.revision, 2);
  assert.equal(tap.resumedAfter, [null, 2]);
  await second.stop();
});

agent("keeps what it found while there was no network, and sends it afterwards", async () => {
  const tap = new ScriptedTap();
  const network = { up: false };
  const first = await open(tap, network);
  tap.line(10, "!open leak");
  await until(() => first.outbox.counts().pending === 1, "the message to be kept");
  await first.stop();
  const second = await open(tap, { up: true });
  await until(() => second.deviations().length === 1, "the message to be sent");
  await second.stop();
});

agent("survives a throw of the analysis, reports itself, and goes on", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.line(10, "!throw");
  tap.line(11, "!open leak");
  await until(() => edge.deviations().length === 2, "both deviations");
  const [guard, leak] = edge.deviations();
  assert.equal([guard?.kind, guard?.verdict], ["guard", "undetermined"]);
  assert.equal(guard?.evidence.lines, ["!throw"]);
  assert.is(leak?.identity, "leak");
  await until(
    () => edge.presences().some(({ state }) => state === "attention"),
    "its presence to call for attention",
  );
  assert.is(edge.presences().at(-1)!.counters.restarts, 4);
  tap.line(80, "G1 X1");
  await until(() => edge.deviations().length === 3, "the end of the guard's own deviation");
  assert.is(edge.deviations()[2]?.times.endedEventS, 10);
  await edge.stop();
});

agent("does not drown in an analysis that throws at everything", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  for (let line = 0; line < 500; line++) tap.line(10 + line / 100, "!throw");
  await until(() => edge.deviations().length > 0, "the guard's own deviation");
  tap.line(30, "!open leak");
  await until(() => edge.deviations().some(({ identity }) => identity === "leak"), "the leak");
  assert.ok(edge.deviations().length < 10, `${edge.deviations().length} messages`);
  await edge.stop();
});

agent("teaches again what it was taught, after its state was lost", async () => {
  const tap = new ScriptedTap();
  const first = await open(tap);
  first.run.teach({
    identity: "leak",
    causeId: "c",
    kind: "fan",
    determination: "expected",
    learn: { mode: "yes" },
  });
  await first.stop();
  await Deno.writeTextFile(`${folder}/p1.snapshot.json`, "{ broken");
  const second = await open(tap);
  assert.match(second.snapshotIssue ?? "", "p1.snapshot.json");
  assert.match(second.run.snapshot(), '"identity":"leak"');
  assert.is(tap.resumedAfter.at(-1), null, "without its state it wants all that the tap kept");
  await second.stop();
});

agent("begins anew when the device was booted: times of before mean nothing", async () => {
  const tap = new ScriptedTap();
  const first = await open(tap);
  tap.line(1000, "G1 X1");
  await until(() => first.run.snapshot().includes('"lines":1'), "the line");
  await first.stop();
  const booted = new ScriptedTap("22222222-2222-4222-8222-222222222222");
  const second = await open(booted);
  booted.line(1, "!open leak");
  await until(() => second.deviations().length === 1, "a deviation of the new boot");
  assert.is(second.deviations()[0]?.times.bootId, booted.bootId);
  assert.match(second.run.snapshot(), '"lines":1', "not 2");
  await second.stop();
});

agent("opens a source that breaks again, and says so", async () => {
  const tap = new ScriptedTap();
  let broken = true;
  const real = tap.open.bind(tap);
  tap.open = (after) => {
    if (!broken) return real(after);
    broken = false;
    throw new Error("the socket is gone");
  };
  const edge = await open(tap);
  tap.line(10, "!open leak");
  await until(() => edge.deviations().length === 1, "the deviation");
  await until(() => edge.presences().some(({ counters }) => counters.gaps === 1), "the gap");
  await edge.stop();
});

agent("tells in presence what it missed", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.play({ type: "gap", eventTimeS: 9, sinceS: 1, missedFrames: 42, reason: "overwritten" });
  tap.line(10, "G1 X1");
  await until(() => edge.presences().some(({ counters }) => counters.missedFrames === 42), "it");
  await edge.stop();
});

agent("asks the host to pause, and lets a person at the device end the response", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.line(10, "G1 X1");
  await until(() => edge.run.snapshot().includes('"lines":1'), "the line");
  edge.run.respond("pause", {
    id: "44444444-4444-4444-8444-444444444444",
    deviationIds: ["33333333-3333-4333-8333-333333333333"],
  } as never);
  await until(() => edge.orders.length === 1, "the order");
  assert.equal(edge.orders, ["host> //action:pause"]);
  for (let second = 11; second < 20; second++) tap.line(second, "M105");
  await until(() => edge.presences().some(({ state }) => state === "paused"), "paused");
  const told = edge.presences().flatMap(({ decisions }) => decisions.map(({ detail }) => detail));
  assert.ok(told.some((detail) => detail.includes("the host paused within")));
  edge.resumeByHand();
  await until(() => edge.presences().at(-1)!.state === "printing", "the response to end");
  await edge.stop();
});

agent("ends by itself when every source has", async () => {
  const tap = new ScriptedTap();
  const edge = await open(tap);
  tap.line(10, "!open leak");
  tap.end();
  await edge.running;
  assert.is(edge.outbox.counts().pending + edge.deviations().length, 1);
  edge.store.close();
});

agent("refuses a snapshot of another printer", async () => {
  const file = `${folder}/x.json`;
  const analysis = {};
  await writeSnapshot(
    file,
    JSON.stringify({ version: 1, printer: "p2", position: null, analysis, waiting: [] }),
  );
  const read = await readSnapshot(file, "p1");
  assert.ok(!read.ok && read.issue.includes("p2"));
  assert.equal(await readSnapshot(`${folder}/none.json`, "p1"), { ok: true, value: null });
});

agent.run();
