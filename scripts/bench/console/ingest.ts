import { AckPolicy } from "nats";
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { wait } from "../../../shared/wait.ts";
import { type ProvisionedSite, startProvisionedSite } from "../../provisioned_site.ts";
import { DEVICES, fillDeviations } from "./fleet.ts";

export interface IngestFigures {
  ingestN: number;
  /** Mean size of a message. */
  messageBytes: number;
  /** Deviations verified, in cases and in the read model, per second. */
  ingestPerS: number;
  /** Processor time that this takes the aggregator for one, all its threads together. */
  ingestCpuMs: number;
  /** The same messages consumed and acknowledged, and nothing else, per second. */
  bareConsumePerS: number;
}

const PER_CASE = 4;
const LOOK_MS = 20;

/**
 * Signed deviations wait in the broker: how long does an aggregator take from its start until all
 * of them are verified, in cases, and in the read model?
 */
export async function measureIngest(count: number, seed: number): Promise<IngestFigures> {
  const site = await startProvisionedSite(DEVICES);
  try {
    // The streams must exist before anything is stored in them.
    await site.broker();
    const { bytes } = await fillDeviations(site, { count, perCase: PER_CASE, seed, signed: true });
    const bareConsumePerS = count / await bareConsumeS(site, count);
    const startMs = performance.now();
    const before = cpuUsage();
    await site.aggregator();
    await allBundled(site, count);
    const { user, system } = cpuUsage(before);
    const ingestS = (performance.now() - startMs) / 1000;
    return {
      ingestN: count,
      messageBytes: bytes,
      ingestPerS: Math.round(count / ingestS),
      ingestCpuMs: Number(((user + system) / 1000 / count).toFixed(3)),
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
      await wait(LOOK_MS);
    }
    const bundled = Number(tables.prepare("SELECT COUNT(*) AS n FROM sighting").get()?.n);
    if (bundled !== count) {
      throw new Error(`Cannot count on it: ${count} deviations in cases required, got ${bundled}`);
    }
  } finally {
    tables.close();
  }
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
