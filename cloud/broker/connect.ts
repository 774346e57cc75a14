import { brokerServers } from "../../shared/broker_servers.ts";
import {
  type Authenticator,
  connect as connectNats,
  credsAuthenticator,
  DeliverPolicy,
  Events,
  type NatsConnection,
  nkeyAuthenticator,
} from "nats";
import { reasonOf } from "../../shared/reason.ts";
import { wait } from "../../shared/wait.ts";
import { append } from "./append.ts";
import type { Broker } from "./broker.ts";
import { clusterVersionIssue } from "./cluster_version.ts";
import { isMissing, markAt } from "./mark_at.ts";
import { headersOf, request } from "./request.ts";
import { ensureConsumer, ensureDeviceConsumer, ensureStreams, STREAMS } from "./streams.ts";
import { brokerTls, certificateIssue } from "../../shared/broker_tls_shell.ts";
import { whileElecting } from "./electing.ts";
import { surviveReset } from "../../shared/survive_reset.ts";
import { tail } from "./tail.ts";
import { work } from "./work.ts";

/** The durable consumers that aggregators share. */
export const WORKERS = {
  outcomes: "outcomes",
  insights: "insights",
  receipts: "receipts",
} as const;
const WORKER_PENDING_MAX = 1024;
const RETRY_MS = 500;
/** A broker killed in the midst of a handshake would otherwise be waited for for 20 s, ms. */
const CONNECT_MS = 5_000;

/** The inbox of aggregators; no device may listen there. */
const CLOUD_INBOX = "_INBOX_cloud";

export interface BrokerOptions {
  url: string;
  /**
   * The aggregator's nkey seed, or what a credentials file holds, as text; null for a broker without
   * keys (tests).
   */
  nkeySeed: string | null;
  /** The one authority of the broker's certificate; null for those that the system trusts. */
  caFile?: string | null;
  /** How many members of a cluster keep each message; 1 by default. */
  replicas?: number;
  /** Told of each change of the connection, in words. */
  onStatus?: (status: string) => void;
  /** Ends the waiting for a broker that doesn't come. */
  signal?: AbortSignal;
}

/**
 * Connects to NATS, waiting for it as long as it takes, and makes the streams and the aggregators'
 * own consumers where they are missing.
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  surviveReset();
  const connection = await patiently(options, () => connect(options));
  // A broker that falls over right after it was reached is waited for like one that isn't there.
  await patiently(options, () => ensureAll(connection, options.replicas ?? 1));
  const issue = (options.replicas ?? 1) > 1
    ? clusterVersionIssue(connection.info?.version ?? "")
    : null;
  if (issue) options.onStatus?.(issue);
  return await brokerOf(connection, options.onStatus ?? (() => {}));
}

async function ensureAll(connection: NatsConnection, replicas: number): Promise<void> {
  const manager = await connection.jetstreamManager();
  await ensureStreams(manager, replicas);
  for (const durable of Object.values(WORKERS)) {
    await ensureConsumer(manager, STREAMS.presence, durable, {
      max_ack_pending: WORKER_PENDING_MAX,
    });
  }
}

function connect({ url, nkeySeed, caFile = null }: BrokerOptions): Promise<NatsConnection> {
  return connectNats({
    servers: brokerServers(url),
    name: "printwarden-aggregator",
    inboxPrefix: CLOUD_INBOX,
    authenticator: nkeySeed === null ? undefined : authenticatorOf(nkeySeed),
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    timeout: CONNECT_MS,
    tls: brokerTls(url, caFile),
    ignoreAuthErrorAbort: true,
    // The members are named in the address; what they tell of each other may be out of reach here.
    ignoreClusterUpdates: true,
    // A stack for each request that may fail is a tenth of the time that ingest takes.
    noAsyncTraces: true,
  });
}

/** By an nkey's seed alone, or by a JWT and the seed behind it. */
function authenticatorOf(key: string): Authenticator {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return key.includes("BEGIN NATS USER JWT")
    ? credsAuthenticator(bytes(key))
    : nkeyAuthenticator(bytes(key.trim()));
}

/** Tries until it succeeds, saying each new reason once: absent, or refusing this key. */
async function patiently<T>(options: BrokerOptions, work: () => Promise<T>): Promise<T> {
  const { url, caFile = null } = options;
  let told = "";
  while (true) {
    options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const reason = await certificateIssue(url, caFile, error, Date.now()) ??
        reasonOf(error);
      if (reason !== told) options.onStatus?.(`waiting: ${reason}`);
      told = reason;
      await wait(RETRY_MS);
    }
  }
}

async function brokerOf(
  connection: NatsConnection,
  onStatus: (status: string) => void,
): Promise<Broker> {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const client = connection.jetstream();
  const interrupts = new Set<() => void>();
  let up = true;
  watchStatus(connection, (type) => {
    up = type === Events.Reconnect || (up && type !== Events.Disconnect);
    if (type === Events.Reconnect) { for (const interrupt of [...interrupts]) interrupt(); }
    onStatus(type);
  });
  const onReconnect = (interrupt: () => void, signal: AbortSignal) => {
    interrupts.add(interrupt);
    signal.addEventListener("abort", () => interrupts.delete(interrupt), { once: true });
  };
  return {
    append: (subject, bytes, how) => append(manager, client, subject, bytes, how),
    async head(stream) {
      const info = await whileElecting(() => manager.streams.info(stream));
      const { messages, last_seq: lastSequence } = info.state;
      return { created: String(info.created), lastSequence, empty: messages === 0 };
    },
    async last(stream, subject) {
      try {
        const found = await whileElecting(() =>
          manager.streams.getMessage(stream, { last_by_subj: subject })
        );
        const { seq: sequence, time, data: bytes } = found;
        return { subject, sequence, storedMs: time.getTime(), bytes };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    markAt: (stream, sequence) => markAt(manager, stream, sequence),
    tail: (stream, sequence, signal, known) =>
      tail(client, manager, stream, sequence, signal, onReconnect, known),
    work: (stream, durable, atOnceMax, handle, signal) =>
      work(client, stream, durable, atOnceMax, handle, signal, onReconnect),
    async publish(subject, bytes, headers = {}) {
      connection.publish(subject, bytes, { headers: headersOf(headers) });
      await connection.flush();
    },
    admitWorker: (stream, durable, { from, pendingMax }) =>
      whileElecting(() =>
        ensureConsumer(manager, stream, durable, {
          deliver_policy: from === "start" ? DeliverPolicy.All : DeliverPolicy.New,
          max_ack_pending: pendingMax,
        })
      ),
    admitDevice: (site, device) => whileElecting(() => ensureDeviceConsumer(manager, site, device)),
    request: (subject, bytes, timeoutMs, headers) =>
      request(connection, subject, bytes, timeoutMs, headers),
    connected: () => up && !connection.isClosed(),
    close: () => connection.close(),
  };
}

async function watchStatus(connection: NatsConnection, told: (type: string) => void) {
  for await (const status of connection.status()) told(status.type);
}
