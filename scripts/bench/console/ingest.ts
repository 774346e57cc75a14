import { AckPolicy, type NatsConnection } from "nats";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { deviceKey, type ProvisionedSite, startProvisionedSite } from "../../provisioned_site.ts";
import { fleetMessages, publishAll } from "./fleet_messages.ts";

export interface IngestFigures {
  n: number;
  /** Mean size of a message. */
  bytes: number;
  cases: number;
  /** Deviations verified, in cases and in the read model, per second. */
  ingestPerS: number;
  /** The same messages consumed and acknowledged, and nothing else, per second. */
  bareConsumePerS: number;
}

const DEVICES = Array.from({ length: 10 }, (_, at) => `dev${at}`);
const PRINTERS_PER_DEVICE = 100;
const PER_CASE = 4;
const LOOK_MS = 20;

/** Deviations wait in the broker; how long until all of them are in cases and readable? */
export async function measureIngest(count: number, seed: number): Promise<IngestFigures> {
  const site = await startProvisionedSite(DEVICES);
  try {
    // The streams must exist before anything is stored in them.
    await site.broker();
    const { bytes } = await fill(site, count, seed);
    const bareConsumePerS = count / await bareConsumeS(site, count);
    const startMs = performance.now();
    const aggregator = await site.aggregator();
    await allBundled(site, count);
    const ingestS = (performance.now() - startMs) / 1000;
    const counts = aggregator.parts.model.cases.counts();
    const opened = counts.new + counts.acknowledged + counts.decided + counts.closed;
    return {
      n: count,
      bytes,
      cases: opened,
      ingestPerS: Math.round(count / ingestS),
      bareConsumePerS: Math.round(bareConsumePerS),
    };
  } finally {
    await site.stop();
  }
}

/** Until no deviation waits for its case; then every one must be in one. */
async function allBundled(site: ProvisionedSite, count: number): Promise<void> {
  const tables = new DatabaseSync(join(site.state, "read-model.sqlite"), { readOnly: true });
  try {
    const taken = tables.prepare("SELECT sequence FROM cursor WHERE stream = ?");
    const waiting = tables.prepare("SELECT 1 AS yes FROM waiting LIMIT 1");
    while (Number(taken.get(STREAMS.deviations)?.sequence ?? 0) < count || waiting.get()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const bundled = Number(tables.prepare("SELECT COUNT(*) AS n FROM sighting").get()?.n);
    if (bundled !== count) {
      throw new Error(
        `Cannot count on ingest: ${count} deviations in cases were required, got ${bundled}`,
      );
    }
  } finally {
    tables.close();
  }
}

async function fill(site: ProvisionedSite, count: number, seed: number) {
  const connections = new Map<string, NatsConnection>();
  const keys = new Map();
  for (const id of DEVICES) {
    connections.set(id, await site.device(id));
    keys.set(id, await deviceKey(site.provisioned.deviceFolders[id]!));
  }
  const messages = fleetMessages({
    devices: DEVICES,
    printersPerDevice: PRINTERS_PER_DEVICE,
    perCase: PER_CASE,
    count,
    seed,
    keys,
  });
  return await publishAll(connections, messages);
}

/** Consumes and acknowledges all of them with a connection of its own, s. */
async function bareConsumeS(site: ProvisionedSite, count: number): Promise<number> {
  const connection = await site.operator();
  const manager = await connection.jetstreamManager();
  const durable_name = "bare";
  await manager.consumers.add(STREAMS.deviations, {
    durable_name,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 4096,
  });
  const consumer = await connection.jetstream().consumers.get(STREAMS.deviations, durable_name);
  const startMs = performance.now();
  const messages = await consumer.consume({ max_messages: 1000 });
  let seen = 0;
  for await (const message of messages) {
    message.ack();
    if (++seen >= count) break;
  }
  await connection.flush();
  const tookS = (performance.now() - startMs) / 1000;
  await manager.consumers.delete(STREAMS.deviations, durable_name);
  return tookS;
}
