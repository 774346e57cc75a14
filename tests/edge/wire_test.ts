/**
 * What leaves the edge: a proxy between the agent and a real broker keeps every byte of a whole
 * run, and each message must be one of the contract's or the client's own JetStream traffic.
 */
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decode, encode } from "../../shared/codec.ts";
import { makeSigningKey, SIGNATURE_HEADER, signDetached } from "../../shared/signing.ts";
import { commandSubject, decisionSubject, parseSubject } from "../../shared/subjects.ts";
import type { Deviation } from "../../shared/deviation.ts";
import { cellDiffers } from "../../shared/layer_map.ts";
import type { Presence } from "../../shared/presence.ts";
import { wait } from "../../shared/wait.ts";
import { readPrintBook } from "../../edge/agent/print_book_file.ts";
import { composeAgent } from "../../edge/agent/compose.ts";
import type { PrinterPlan } from "../../edge/agent/printer_parts.ts";
import { addJob } from "../../edge/agent/job_folder.ts";
import { readAnalysis } from "../../edge/agent/tap_printer.ts";
import { type Config, parseConfig } from "../../edge/config.ts";
import { manifestOfFile } from "../../edge/reference/manifest_file.ts";
import type { TapOrders } from "../../edge/respond/orders.ts";
import type { Observation } from "../../edge/source/observation.ts";
import { calibrate } from "../../scripts/show/calibrate.ts";
import { tellingPrinter } from "../../scripts/show/stage.ts";
import { simulate } from "../../scripts/printer/simulate.ts";
import { scriptedAnalysis, ScriptedTap } from "./agent_fixture.ts";
import { type Capture, type Captured, startCapture } from "./nats_capture.ts";
import { silent, type Site, startSite, until } from "./publish/site_fixture.ts";
import { decision } from "./respond/decisions_fixture.ts";

/** What a slow and busy machine may need for an answer. */
const PATIENCE = { timeout: 60_000 };
const wire = suite("the wire between edge and broker");

function configOf(site: Site, capture: Capture, state: string) {
  const parsed = parseConfig(new TextEncoder().encode(`site = "${site.site}"
device = "${site.device}"
state = "${state}"
clock = "trusted"
[nats]
url = "${capture.url}"
keyFile = "unused"
trustFile = "unused"
presenceIntervalS = 1
[[printer]]
name = "p1"
label = "the one"
port = "/dev/null"
response = "pause"
`));
  if (!parsed.ok) throw new Error(parsed.issue);
  return parsed.value;
}

/** Ends whatever a test has started, also when it failed. */
const endings: (() => Promise<void>)[] = [];
wire.after.each(async () => {
  for (const end of endings.splice(0)) await end();
});

type MakePlan = (config: Config, orders: TapOrders) => Promise<PrinterPlan>;

/** Starts an agent behind the capturing proxy; by default over a scripted tap and analysis. */
async function open(makePlan?: MakePlan) {
  const site = await startSite();
  const capture = await startCapture(site.server.port);
  const state = await Deno.makeTempDir({ prefix: "wire-" });
  const config = configOf(site, capture, state);
  const key = await makeSigningKey();
  const tap = new ScriptedTap();
  const orders: string[] = [];
  const carryOut = (text: string) => {
    orders.push(text);
    return Promise.resolve({ ok: true as const, value: text });
  };
  const tapOrders: TapOrders = {
    inject: (to, line) => carryOut(`${to}> ${line}`),
    ask: (line) => carryOut(`?> ${line}`),
    hold: () => carryOut("hold"),
    release: () => carryOut("release"),
  };
  const scripted = {
    config: config.printer[0]!,
    analysis: scriptedAnalysis(),
    openSource: (after) => tap.open(after),
    orders: tapOrders,
  } as PrinterPlan;
  const plan = makePlan ? await makePlan(config, tapOrders) : scripted;
  const composed = await composeAgent({
    config,
    plans: [plan],
    seed: site.seed,
    signingSeed: site.signingSeed,
    keys: () => new Map([[key.kid, key.publicJwk]]),
    clock: { nowMs: () => Date.now(), quality: () => "synced" },
    log: silent,
  });
  const stopped = new AbortController();
  const running = composed.agent.run(stopped.signal);
  endings.push(async () => {
    stopped.abort();
    await running;
    composed.close();
    await capture.stop();
    await site.stop();
    await Deno.remove(state, { recursive: true });
  });
  return { site, capture, key, tap, orders, state };
}

type Edge = Awaited<ReturnType<typeof open>>;

function decoded<T>(edge: Edge, type: "deviation" | "presence"): T[] {
  return edge.capture.messages
    .filter(({ from, subject }) => from === "edge" && subject.includes(`.${type}`))
    .map(({ payload }) => {
      const read = decode(type, payload);
      if (!read.ok) throw new Error(read.issue);
      return read.value.data as T;
    });
}

async function decide(edge: Edge, more: Parameters<typeof decision>[0]) {
  const now = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString();
  const made = decision({
    decidedWallTime: now(-1000),
    expiresWallTime: now(3_600_000),
    ...more,
  });
  const about = { id: made.id, source: "cloud", time: made.decidedWallTime };
  const bytes = encode("decision", about, made);
  const head = headers();
  head.set(SIGNATURE_HEADER, await signDetached(bytes, edge.key));
  await edge.site.cloud.jetstream().publish(decisionSubject(made.target), bytes, { headers: head });
  return made;
}

/** What one message was for; throws on any that is none of the contract's. */
function purposeOf({ subject, reply }: Captured): string {
  const parsed = parseSubject(subject);
  if (parsed.ok) return parsed.value.type;
  const own = "d1";
  if (subject === `$JS.API.CONSUMER.INFO.PW_DECISIONS.${own}`) return "client";
  if (subject === `$JS.API.CONSUMER.MSG.NEXT.PW_DECISIONS.${own}`) return "client";
  if (subject.startsWith(`$JS.ACK.PW_DECISIONS.${own}.`)) return "client";
  if (subject.startsWith(`_INBOX_${own}.`)) return "client";
  if (subject.startsWith("_INBOX.")) return "reply";
  throw new Error(`A message crossed the wire on '${subject}' (reply '${reply}')`);
}

const PART = new URL("../../scripts/parts/gear-prusaslicer.gcode", import.meta.url).pathname;

/** A whole print of a real part on the virtual printer, in accelerated time, with three attacks. */
async function simulatedPlan(
  config: Config,
  orders: TapOrders,
  seen: { observations: number; bytes: number; ended: boolean },
): Promise<PrinterPlan> {
  const gcode = await Deno.readTextFile(PART);
  const { printer } = tellingPrinter(1);
  await Deno.mkdir(`${config.state}/profiles`, { recursive: true });
  await calibrate(printer, gcode, `${config.state}/profiles/p1.json`);
  const manifest = await manifestOfFile(PART);
  if (!manifest.ok) throw new Error(manifest.issue);
  const addedWallTime = new Date().toISOString();
  const job = { version: 1 as const, printer: "p1", label: "gear", addedWallTime };
  await addJob(config.state, { ...job, manifest: manifest.value });
  const analysis = await readAnalysis(config, "p1", silent);
  if (!analysis.ok) throw new Error(analysis.issue);
  const attack = { size: -15, forS: 60, onsetS: 0, variant: "", seed: 1 };
  const injections = [
    { ...attack, id: "B03", atS: 300, variant: "careful" },
    { ...attack, id: "A01", atS: 500 },
    { ...attack, id: "A08", atS: 400, size: 3 },
  ];
  return {
    config: config.printer[0]!,
    analysis: analysis.value,
    openSource: () => ({
      async *observations(signal): AsyncGenerator<Observation> {
        for (const observation of simulate({ seed: 7, printer, gcode, injections })) {
          seen.observations += 1;
          if ("line" in observation) seen.bytes += observation.line.length + 1;
          yield observation;
        }
        seen.ended = true;
        await wait(1e9, signal);
      },
    }),
    orders,
  } as PrinterPlan;
}

wire("carries a whole print's deviations through the real analysis, and nothing else", async () => {
  const seen = { observations: 0, bytes: 0, ended: false };
  const edge = await open((config, orders) => simulatedPlan(config, orders, seen));
  await until(() => seen.ended, "the print");
  const kinds = () => new Set(decoded<Deviation>(edge, "deviation").map(({ kind }) => kind));
  for (const kind of ["hotend-sensor", "flow", "temperature"] as const) {
    await until(() => kinds().has(kind), `a deviation of ${kind}`);
  }
  const maps = () =>
    decoded<Deviation>(edge, "deviation").flatMap(({ evidence }) => evidence.layerMap ?? []);
  // Where filament is missing is shown by a coarse map of the layer, and by that alone.
  await until(
    () =>
      maps().some(({ planned, seen }) => planned.some((plan, at) => cellDiffers(plan, seen[at]!))),
    "the void on a map",
  );
  await until(() => decoded<Presence>(edge, "presence").length > 0, "presence");
  const purposes = new Set(edge.capture.messages.map(purposeOf));
  assert.equal([...purposes].sort(), ["client", "deviation", "presence"]);
  const { fromEdge } = edge.capture.bytes;
  console.log(
    `\n  ${seen.observations} observations, ${seen.bytes} bytes on the serial line; ` +
      `${fromEdge} bytes from the edge (${[...kinds()].join(", ")})`,
  );
  assert.ok(fromEdge < seen.bytes / 4, "far less left the edge than crossed the line");
});

wire("carries deviations, presence, decisions, commands, and nothing else", async () => {
  const edge = await open();
  const { tap } = edge;
  // A print: thousands of lines and readings, of which none may leave.
  for (let second = 1; second <= 300; second++) {
    for (let move = 0; move < 10; move++) {
      const line = `G1 X${move} Y${second} E0.0421 F1800`;
      tap.play({ type: "sent", eventTimeS: second, line, origin: "host" });
      tap.play({ type: "received", eventTimeS: second, line: "ok T:205.11 /205.00" });
    }
    if (second === 50) tap.line(second, "!open leak");
    else if (second === 70) tap.line(second, "!update leak");
    else if (second === 90) tap.line(second, "!close leak");
    else if (second === 120) tap.line(second, "!open mild");
    else tap.play({ type: "tick", eventTimeS: second });
  }
  await until(() => decoded<Deviation>(edge, "deviation").length >= 4, "every deviation");
  const [leak] = decoded<Deviation>(edge, "deviation");
  const made = await decide(edge, { deviationIds: [leak!.id] });
  await until(() => edge.orders.includes("host> //action:pause"), "the decision to be acted on");
  await until(
    () =>
      decoded<Presence>(edge, "presence")
        .some(({ decisions }) => decisions.some(({ decisionId }) => decisionId === made.id)),
    "its outcome in presence",
  );
  const address = { site: "s1", device: "d1", printer: "p1" };
  const command = encode("command", { id: "1", source: "test", time: new Date().toISOString() }, {
    contractVersion: 1,
    id: crypto.randomUUID(),
    verb: "ping",
    body: {},
  });
  const reply = await edge.site.cloud.request(commandSubject(address, "ping"), command, PATIENCE);
  const answered = decode("reply", reply.data);
  assert.ok(answered.ok && answered.value.data.ok);

  const carried = new Map<string, { messages: number; bytes: number }>();
  for (const message of edge.capture.messages) {
    const purpose = `${message.from} ${purposeOf(message)}`;
    const sum = carried.get(purpose) ?? { messages: 0, bytes: 0 };
    carried.set(purpose, { messages: sum.messages + 1, bytes: sum.bytes + message.bytes });
  }
  const all = new TextDecoder().decode(
    Uint8Array.from(
      edge.capture.messages.filter(({ from }) => from === "edge")
        .flatMap(({ payload }) => [...payload]),
    ),
  );
  assert.not.match(all, "E0.0421", "no line of the print left");
  assert.not.match(all, "205.11", "no reading of the print left");
  const told = [...carried].map(([purpose, { messages, bytes }]) =>
    `${purpose}: ${messages} messages, ${bytes} bytes`
  );
  console.log(`\n  6,000 lines and answers; on the wire: ${told.join("; ")}`);
  console.log(`  ${edge.capture.bytes.fromEdge} bytes from the edge in all`);
  for (const needed of ["edge deviation", "edge presence", "broker decision", "broker command"]) {
    assert.ok(carried.has(needed), needed);
  }
  assert.is(carried.get("edge decision"), undefined, "an edge sends no decisions");
});

wire("counts prints in its presence, and keeps their book", async () => {
  const edge = await open();
  edge.tap.line(1, "G1 X1 Y1 E1");
  await until(
    () => decoded<Presence>(edge, "presence").some(({ prints }) => prints?.begun === 1),
    "a print that has begun",
  );
  const file = `${edge.state}/prints/p1.json`;
  await until(() => Deno.readTextFile(file).then(() => true, () => false), "its book");
  const book = await readPrintBook(file);
  assert.ok(book.ok && book.value.open !== null && book.value.begun === 1);
});

wire("subscribes to its inbox and its commands alone", async () => {
  const edge = await open();
  await until(() => decoded(edge, "presence").length > 0, "presence");
  const subjects = edge.capture.edgeLines.filter((line) => line.startsWith("SUB "))
    .map((line) => line.split(" ")[1]!);
  assert.ok(subjects.length > 0);
  for (const subject of subjects) {
    const own = subject === "printwarden.v1.s1.d1.*.command.*" || subject.startsWith("_INBOX_d1.");
    assert.ok(own, subject);
  }
  const connect = edge.capture.edgeLines.find((line) => line.startsWith("CONNECT ")) ?? "";
  assert.not.match(connect, new TextDecoder().decode(edge.site.seed), "the seed stays at home");
});

wire("refuses and acknowledges bad decisions, so that they never come again", async () => {
  const edge = await open();
  edge.tap.line(1, "!open leak");
  await until(() => decoded<Deviation>(edge, "deviation").length === 1, "the deviation");
  const subject = "printwarden.v1.s1.d1.p1.decision";
  const stream = edge.site.cloud.jetstream();
  await stream.publish(subject, new TextEncoder().encode("{}"));
  await stream.publish(subject, new Uint8Array([0xff, 0x00]));
  await decide(edge, { deviationIds: [crypto.randomUUID()] });
  await until(
    () => decoded<Presence>(edge, "presence").at(-1)?.counters.refusedMessages === 3,
    "three refusals in presence",
  );
  const manager = await edge.site.cloud.jetstreamManager();
  await until(async () => {
    const info = await manager.consumers.info("PW_DECISIONS", "d1");
    return info.num_ack_pending === 0 && info.num_pending === 0;
  }, "all of them to be acknowledged");
  assert.equal(edge.orders, []);
});

wire("answers a request that breaks its schema with the reason", async () => {
  const edge = await open();
  await until(() => decoded(edge, "presence").length > 0, "presence");
  const subject = "printwarden.v1.s1.d1.p1.command.ping";
  const reply = await edge.site.cloud.request(subject, new TextEncoder().encode("hello"), PATIENCE);
  const answered = decode("reply", reply.data);
  assert.ok(answered.ok);
  assert.not.ok(answered.value.data.ok);
  assert.match(answered.value.data.detail, "JSON");
});

wire("takes a job only if it is signed", async () => {
  const edge = await open();
  await until(() => decoded(edge, "presence").length > 0, "presence");
  const subject = "printwarden.v1.s1.d1.p1.command.job";
  const command = encode("command", { id: "1", source: "test", time: new Date().toISOString() }, {
    contractVersion: 1,
    id: crypto.randomUUID(),
    verb: "job",
    body: { label: "x" },
  });
  const plain = decode("reply", (await edge.site.cloud.request(subject, command, PATIENCE)).data);
  assert.ok(plain.ok && plain.value.data.detail.includes("signature"));
  const head = headers();
  head.set(SIGNATURE_HEADER, await signDetached(command, edge.key));
  const reply = await edge.site.cloud.request(subject, command, { headers: head, ...PATIENCE });
  const signed = decode("reply", reply.data);
  assert.ok(signed.ok && signed.value.data.detail.includes("manifest"));
});

wire("takes an announced change only if it is signed and meant for this printer", async () => {
  const edge = await open();
  await until(() => decoded(edge, "presence").length > 0, "presence");
  const subject = "printwarden.v1.s1.d1.p1.command.maintenance";
  const ask = async (printer: string, signed: boolean) => {
    const body = {
      target: { site: "s1", device: "d1", printer },
      expiresWallTime: new Date(Date.now() + 60_000).toISOString(),
      untilWallTime: new Date(Date.now() + 600_000).toISOString(),
      what: "new nozzle",
      by: "anna",
    };
    const about = { id: "1", source: "test", time: new Date().toISOString() };
    const id = crypto.randomUUID();
    const bytes = encode("command", about, { contractVersion: 1, id, verb: "maintenance", body });
    const head = headers();
    if (signed) head.set(SIGNATURE_HEADER, await signDetached(bytes, edge.key));
    const given = { headers: head, ...PATIENCE };
    const reply = decode("reply", (await edge.site.cloud.request(subject, bytes, given)).data);
    return reply.ok ? reply.value.data : null;
  };
  assert.match((await ask("p1", false))!.detail, "signature");
  assert.match((await ask("p2", true))!.detail, "s1/d1/p2");
  const taken = await ask("p1", true);
  assert.equal([taken!.ok, taken!.detail], [true, "announced for 10 minutes"]);
});

wire.run();
