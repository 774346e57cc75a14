import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { BrokerHandlers, Incoming } from "../../../edge/publish/incoming.ts";
import { Broker } from "../../../edge/publish/broker.ts";
import type { OutboxMessage } from "../../../edge/publish/outbox_message.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { IN_FLIGHT_MAX, Publisher } from "../../../edge/publish/publisher.ts";
import { Store } from "../../../edge/publish/store.ts";
import { CONFIRMATIONS_HEADER } from "../../../shared/expert.ts";
import { SIGNATURE_HEADER } from "../../../shared/signing.ts";
import { makeStreams, silent, type Site, startSite, stored, until } from "./site_fixture.ts";

const delivery = suite("delivery to NATS");

interface Edge {
  outbox: Outbox;
  publisher: Publisher;
  broker: Broker;
  stop(): Promise<void>;
}

/** Longer than the 5 s that an agent once waited for an acknowledgement. */
const LATE_MS = 6000;

const NO_HANDLERS: BrokerHandlers = {
  decision: () => Promise.resolve(),
  command: () => Promise.resolve(new Uint8Array()),
  connection: () => {},
};

function startEdge(site: Site, folder: string): Edge {
  const store = new Store(`${folder}/edge.db`, 64_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  const handlers = {
    ...NO_HANDLERS,
    connection: (up: boolean) => up && publisher.retryNow(),
  };
  const { seed, signingSeed, device } = site;
  const at = { url: site.server.url, caFile: null, site: site.site, device };
  const options = { ...at, seed, signingSeed };
  const broker = new Broker(options, handlers, silent);
  const publisher = new Publisher(outbox, broker, silent, {
    backOffMs: { first: 50, longest: 400 },
  });
  const stopped = new AbortController();
  const running = Promise.all([broker.run(), publisher.run(stopped.signal)]);
  return {
    outbox,
    publisher,
    broker,
    async stop() {
      stopped.abort();
      broker.close();
      await running;
      store.close();
    },
  };
}

function message(index: number, more: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
    msgId: `m${index}.1`,
    about: `m${index}`,
    revision: 1,
    class: "deviation",
    bytes: new Uint8Array(500),
    ...more,
  };
}

const idsOf = async (site: Site) => (await stored(site, "PW_DEVIATIONS")).map(({ id }) => id);
const drained = (edge: Edge) => () => edge.outbox.counts().pending === 0;

async function withSite(
  work: (site: Site, folder: string) => Promise<void>,
  options?: { streams: boolean },
): Promise<void> {
  const site = await startSite(options);
  const folder = await Deno.makeTempDir({ prefix: "edge-" });
  try {
    await work(site, folder);
  } finally {
    await site.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

delivery(
  "drains in order and forgets only what the broker has",
  () =>
    withSite(async (site, folder) => {
      const edge = startEdge(site, folder);
      for (let index = 0; index < 300; index++) edge.outbox.add(message(index));
      edge.publisher.nudge();
      await until(drained(edge), "an empty outbox");
      const ids = await idsOf(site);
      assert.equal(ids, Array.from({ length: 300 }, (_, index) => `m${index}.1`));
      await edge.stop();
    }),
);

delivery(
  "waits while the server is killed, and goes on when it is back",
  () =>
    withSite(async (site, folder) => {
      const edge = startEdge(site, folder);
      edge.outbox.add(message(0));
      await until(drained(edge), "the first message");
      await site.server.kill();
      for (let index = 1; index < 100; index++) edge.outbox.add(message(index));
      edge.publisher.nudge();
      await until(() => !edge.broker.connected, "the connection to be gone");
      assert.is(edge.outbox.counts().pending, 99);
      await site.server.start();
      await until(drained(edge), "an empty outbox");
      const order = Array.from({ length: 100 }, (_, index) => `m${index}.1`);
      assert.equal(await idsOf(site), order, "in order, and none twice");
      await edge.stop();
    }),
);

delivery(
  "what waits for its answer when the connection is lost is given back at once",
  () =>
    withSite(async (site) => {
      const { seed, signingSeed, device } = site;
      const at = { url: site.server.url, caFile: null, site: site.site, device };
      const broker = new Broker({ ...at, seed, signingSeed }, NO_HANDLERS, silent);
      const running = broker.run();
      await until(() => broker.connected, "a connection");
      site.server.freeze();
      const answers = Promise.all([0, 1, 2].map((index) => broker.deliver(message(index))));
      await site.server.kill();
      const lost = { outcome: "unavailable", reason: "the connection was lost", away: true };
      assert.equal(await answers, [lost, lost, lost], "and not by their time-outs");
      broker.close();
      await running;
    }),
);

delivery(
  "starts without a server and connects once there is one",
  () =>
    withSite(async (site, folder) => {
      await site.server.kill();
      const edge = startEdge(site, folder);
      edge.outbox.add(message(0));
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.not.ok(edge.broker.connected);
      await site.server.start();
      await until(drained(edge), "an empty outbox");
      await edge.stop();
    }),
);

delivery("sends a message again without harm", () =>
  withSite(async (site, folder) => {
    const edge = startEdge(site, folder);
    edge.outbox.add(message(0));
    await until(drained(edge), "the first message");
    edge.outbox.add(message(0));
    edge.publisher.nudge();
    await until(drained(edge), "the second message");
    assert.equal(await idsOf(site), ["m0.1"]);
    await edge.stop();
  }));

delivery(
  "parks what it has no right to send, and sends the rest",
  () =>
    withSite(async (site, folder) => {
      const edge = startEdge(site, folder);
      const foreign = "printwarden.v1.s1.d2.p1.deviation.undetermined.flow";
      edge.outbox.add(message(0, { subject: foreign }));
      edge.outbox.add(message(1));
      edge.publisher.nudge();
      await until(drained(edge), "the queue to go on");
      assert.equal(await idsOf(site), ["m1.1"]);
      assert.is(edge.outbox.counts().parked, 1);
      assert.is(edge.publisher.refused, 1);
      await edge.stop();
    }),
);

delivery("an acknowledgement that comes late counts: the same isn't sent again", async () => {
  await withSite(async (site, folder) => {
    const edge = startEdge(site, folder);
    try {
      await until(() => edge.broker.connected, "a connection");
      site.server.freeze();
      const delivered = edge.broker.deliver(message(1));
      // An agent that gets a tenth of a core reads its answers as late as that.
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      site.server.thaw();
      assert.equal(await delivered, { outcome: "stored" });
      assert.equal(await idsOf(site), ["m1.1"]);
    } finally {
      site.server.thaw();
      await edge.stop();
    }
  });
});

delivery("keeps what no stream takes yet, until one does", () =>
  withSite(async (site, folder) => {
    const edge = startEdge(site, folder);
    edge.outbox.add(message(0));
    await until(() => edge.broker.connected, "a connection");
    edge.publisher.nudge();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.is(edge.outbox.counts().pending, 1);
    await makeStreams(site);
    await until(drained(edge), "an empty outbox");
    await edge.stop();
  }, { streams: false }));

delivery(
  "loses nothing when the agent is killed in the midst of draining",
  () =>
    withSite(async (site, folder) => {
      await Deno.writeFile(`${folder}/seed`, site.seed);
      await Deno.writeFile(`${folder}/signing-seed`, site.signingSeed);
      const script = new URL("./drain_process.ts", import.meta.url).pathname;
      const promised = new Set<string>();
      for (let round = 0; round < 4; round++) {
        const child = new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", script, folder, site.server.url, String(round)],
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const killAt = 60 + round * 130;
        let seen = "";
        for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
          seen += text;
          if (seen.split("\n").length > killAt) break;
        }
        child.kill("SIGKILL");
        await child.status;
        for (const id of seen.split("\n").slice(0, -1)) promised.add(id);
      }
      const edge = startEdge(site, folder);
      await until(drained(edge), "an empty outbox");
      const ids = await idsOf(site);
      assert.is(new Set(ids).size, ids.length, "no message twice");
      const missing = [...promised].filter((id) => !ids.includes(id));
      assert.equal(missing, []);
      assert.ok(promised.size >= 4 * 60);
      await edge.stop();
    }),
);

delivery("a broker that comes back during a pass is tried again right after it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "edge-" });
  const store = new Store(`${folder}/edge.db`, 64_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  outbox.add(message(0));
  let tries = 0;
  const stop = new AbortController();
  const publisher = new Publisher(
    outbox,
    {
      deliver() {
        tries += 1;
        if (tries > 1) return Promise.resolve({ outcome: "stored" });
        publisher.retryNow();
        return Promise.resolve({ outcome: "unavailable", reason: "no connection" });
      },
    },
    silent,
    { backOffMs: { first: 3_600_000, longest: 3_600_000 } },
  );
  const running = publisher.run(stop.signal);
  await until(() => outbox.counts().pending === 0, "the second try");
  stop.abort();
  await running;
  store.close();
  await Deno.remove(folder, { recursive: true });
});

delivery(
  "keeps its order however long the broker was away, and whatever it left unanswered",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "edge-" });
    const store = new Store(`${folder}/edge.db`, 64_000_000, () => {});
    const outbox = new Outbox(store, 1e6);
    for (let index = 0; index < 300; index++) outbox.add(message(index));
    const taken: string[] = [];
    const mute = new Set(["m70.1", "m90.1"]);
    let isUp = false;
    const publisher = new Publisher(
      outbox,
      {
        deliver({ msgId }) {
          if (!isUp) {
            return Promise.resolve({ outcome: "unavailable", reason: "no connection", away: true });
          }
          // Its answer is late once.
          if (mute.delete(msgId)) {
            return Promise.resolve({ outcome: "unavailable", reason: "no answer" });
          }
          taken.push(msgId);
          return Promise.resolve({ outcome: "stored" });
        },
      },
      silent,
    );
    const signal = new AbortController().signal;
    for (let pass = 0; pass < 20; pass++) assert.is(await publisher.pass(signal), "waiting");
    isUp = true;
    assert.is(await publisher.pass(signal), "drained");
    assert.is(taken.length, 300);
    const places = taken.map((id) => Number(id.slice(1, -2)));
    assert.ok(places.every((place, at) => Math.abs(place - at) <= IN_FLIGHT_MAX), "within a batch");
    store.close();
    await Deno.remove(folder, { recursive: true });
  },
);

delivery("lets others pass by what no stream takes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "edge-" });
  const store = new Store(`${folder}/edge.db`, 64_000_000, () => {});
  const outbox = new Outbox(store, 1e6);
  for (let index = 0; index < 200; index++) {
    outbox.add(message(index, { subject: index < 100 ? "no.stream" : "a.stream" }));
  }
  const taken: string[] = [];
  const publisher = new Publisher(
    outbox,
    {
      deliver({ subject, msgId }) {
        const takes = subject === "a.stream";
        if (takes) taken.push(msgId);
        return Promise.resolve(
          takes ? { outcome: "stored" } : { outcome: "unavailable", reason: "no stream" },
        );
      },
    },
    silent,
  );
  const signal = new AbortController().signal;
  const passes = [];
  for (let pass = 0; pass < 8; pass++) passes.push(await publisher.pass(signal));
  assert.is(taken.length, 100);
  assert.is(outbox.counts().pending, 100);
  assert.ok(passes.every((pass) => pass === "waiting"), "what is left is not forgotten");
  store.close();
  await Deno.remove(folder, { recursive: true });
});

delivery("a decision comes with the aggregator's signature and the experts' own", async () => {
  await withSite(async (site) => {
    const came: Incoming[] = [];
    const handlers = {
      ...NO_HANDLERS,
      decision: (incoming: Incoming) => Promise.resolve(void came.push(incoming)),
    };
    const { seed, signingSeed, device } = site;
    const at = { url: site.server.url, caFile: null, site: site.site, device };
    const broker = new Broker({ ...at, seed, signingSeed }, handlers, silent);
    const running = broker.run();
    const sent = headers();
    sent.set(SIGNATURE_HEADER, "theirs");
    sent.set(CONFIRMATIONS_HEADER, "own");
    const subject = `printwarden.v1.${site.site}.${device}.p1.decision`;
    const stream = site.cloud.jetstream();
    await stream.publish(subject, new Uint8Array([1]), { headers: sent });
    await stream.publish(subject, new Uint8Array([2]));
    await until(() => came.length === 2, "both decisions");
    assert.equal(came.map(({ signature }) => signature), ["theirs", ""]);
    assert.equal(came.map(({ confirmations }) => confirmations), ["own", ""]);
    broker.close();
    await running;
  });
});

delivery.run();
