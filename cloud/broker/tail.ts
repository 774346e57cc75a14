import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  nanos,
} from "nats";
import { SIGNATURE_HEADER } from "../../shared/signing.ts";
import { wait } from "../../shared/wait.ts";
import { AUDIT_HEADER, isSame, type Mark, type Stored, StreamChangedError } from "./broker.ts";
import { markAt } from "./mark_at.ts";
import type { StreamName } from "./streams.ts";

const FETCH_MESSAGES = 4000;
const FETCH_EXPIRES_MS = 5_000;
const RETRY_MS = 250;
const INACTIVE_MS = 60_000;
/** So many fetches in a row may give nothing though the stream holds more. */
const STALE_FETCHES_MAX = 2;
/** So often in a row, 5 s apart, a leader may say something else than was read: one may be new. */
const APART_MAX = 3;

/** Told whenever the connection came back, since whatever was in flight is lost then. */
export type OnReconnect = (interrupt: () => void, signal: AbortSignal) => void;

interface Reader {
  consumer: Consumer;
  /** Messages taken from this consumer; the broker counts the same way. */
  delivered: number;
}

/**
 * Every message of a stream after `sequence`, in order. The consumer behind it is made anew after
 * anything that may have lost a message: a reconnect, a gap in its own count, its disappearance; and
 * where it stands still though the stream's leader has more, since another member of a cluster may
 * not have fallen behind. Each begins with the last message read: a broker that lost it has another
 * one in its place, or none. The stream's leader is asked for it now and then as well: who writes upon
 * what was lost is refused, so that another one may never come, and members of a cluster were seen to
 * keep the same messages under different numbers for good.
 *
 * @throws {StreamChangedError} if it has
 */
export async function* tail(
  client: JetStreamClient,
  manager: JetStreamManager,
  stream: StreamName,
  sequence: number,
  signal: AbortSignal,
  onReconnect: OnReconnect,
  known: Mark | null = null,
): AsyncIterable<Stored> {
  let after = sequence;
  let last = known;
  let reader: Reader | null = null;
  let [stale, apart] = [0, 0];
  const interrupted = { fetch: () => {} };
  onReconnect(() => {
    reader = null;
    interrupted.fetch();
  }, signal);
  while (!signal.aborted) {
    try {
      const current: Reader = reader ?? await openReader(client, manager, stream, after);
      reader = current;
      const before = after;
      for await (const message of fetchOnce(current.consumer, interrupted, signal)) {
        if (message.info.deliverySequence !== current.delivered + 1) {
          reader = null;
          break;
        }
        current.delivered++;
        const next = stored(stream, message);
        if (next.sequence === after && last && !isSame(next, last)) {
          throw new StreamChangedError(stream, after);
        }
        if (next.sequence <= after) continue;
        yield next;
        [after, last] = [next.sequence, { id: next.id, storedMs: next.storedMs }];
      }
      if (signal.aborted) return;
      if (reader && await hasLost(current)) reader = null;
      const end = after === before ? await endOf(manager, stream, after) : after;
      stale = end > after ? stale + 1 : 0;
      if (stale >= STALE_FETCHES_MAX) [reader, stale] = [null, 0];
      apart = last && !await leaderHas(manager, stream, after, last) ? apart + 1 : 0;
      if (apart >= APART_MAX) throw new StreamChangedError(stream, after);
    } catch (error) {
      if (error instanceof StreamChangedError) throw error;
      reader = null;
      await wait(RETRY_MS, signal);
    }
  }
}

async function openReader(
  client: JetStreamClient,
  manager: JetStreamManager,
  stream: StreamName,
  last: number,
): Promise<Reader> {
  const info = await manager.consumers.add(stream, {
    name: `tail-${crypto.randomUUID()}`,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, last),
    inactive_threshold: nanos(INACTIVE_MS),
    mem_storage: true,
    num_replicas: 1,
  });
  return { consumer: await client.consumers.get(stream, info.name), delivered: 0 };
}

async function* fetchOnce(
  consumer: Consumer,
  interrupted: { fetch: () => void },
  signal: AbortSignal,
): AsyncIterable<JsMsg> {
  const messages = await consumer.fetch({
    max_messages: FETCH_MESSAGES,
    expires: FETCH_EXPIRES_MS,
  });
  const stop = () => messages.stop();
  interrupted.fetch = stop;
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    yield* messages;
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
}

async function hasLost(reader: Reader): Promise<boolean> {
  const info = await reader.consumer.info();
  return info.delivered.consumer_seq > reader.delivered;
}

/** Where a stream ends, as its leader knows it; nothing stands behind `after` in an empty one. */
async function endOf(
  manager: JetStreamManager,
  stream: StreamName,
  after: number,
): Promise<number> {
  const { messages, last_seq } = (await manager.streams.info(stream)).state;
  return messages === 0 ? Math.min(last_seq, after) : last_seq;
}

/** Whether the leader has this very message there, or had it before the stream's limits dropped it. */
async function leaderHas(
  manager: JetStreamManager,
  stream: StreamName,
  sequence: number,
  known: Mark,
): Promise<boolean> {
  const there = await markAt(manager, stream, sequence);
  if (there) return isSame(there, known);
  return (await manager.streams.info(stream)).state.last_seq >= sequence;
}

export function stored(stream: StreamName, message: JsMsg): Stored {
  return {
    stream,
    subject: message.subject,
    sequence: message.seq,
    storedMs: Math.floor(message.info.timestampNanos / 1e6),
    bytes: message.data,
    id: message.headers?.get("Nats-Msg-Id") ?? "",
    signature: message.headers?.get(SIGNATURE_HEADER) ?? "",
    note: message.headers?.get(AUDIT_HEADER) ?? "",
    pending: message.info.pending,
  };
}
