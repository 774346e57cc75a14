import {
  headers as natsHeaders,
  type JetStreamClient,
  type JetStreamManager,
  NatsError,
  type PubAck,
} from "nats";
import { wait } from "../../shared/wait.ts";
import { type Appended, type AppendOptions, BrokerAwayError } from "./broker.ts";
import { whileElecting } from "./electing.ts";

const ANSWER_TIMEOUT_MS = 2_000;
const TRIES_MAX = 5;
/** A cluster that elects a leader refuses at once, and needs some seconds for that. */
const PAUSE_MAX_MS = 500;
const WRONG_LAST_SEQUENCE = 10071;
/** Duplicate id in process; JetStream temporarily unavailable; the stream is being recovered. */
const UNDER_WAY = new Set([10158, 10008, 10194]);

/** Whose message it is, where the id that the broker knows it by is another. */
const WRITER_HEADER = "Printwarden-Id";

/**
 * Stores one message; see `Broker.append`.
 *
 * Of several writers upon one sequence a cluster of nats-server 2.9 lets more than one pass, because
 * it holds them against what is stored and not against what is on its way. A message id is checked
 * where messages are put in order. So writers upon one sequence share the id, and the first has it.
 */
export async function append(
  manager: Pick<JetStreamManager, "streams">,
  stream: JetStreamClient,
  subject: string,
  bytes: Uint8Array,
  options: AppendOptions,
): Promise<Appended> {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  const upon = options.lastSubjectSequence ?? 0;
  if (upon > 0) headers.set(WRITER_HEADER, options.id);
  const msgID = upon > 0 ? `${subject}@${upon}` : options.id;
  let cause: unknown;
  const triesMax = options.triesMax ?? TRIES_MAX;
  const endMs = performance.now() + triesMax * ANSWER_TIMEOUT_MS;
  for (let tried = 0; tried === 0 || performance.now() < endMs; tried++) {
    try {
      const ack = await stream.publish(subject, bytes, {
        headers,
        msgID,
        timeout: ANSWER_TIMEOUT_MS,
        expect: { lastSubjectSequence: options.lastSubjectSequence },
      });
      if (ack.duplicate && upon > 0) {
        const writer = await writerOf(manager, ack);
        if (writer !== options.id) return { type: "conflict" };
      }
      return { type: "stored", sequence: ack.seq, again: ack.duplicate };
    } catch (error) {
      if (isConflict(error)) return { type: "conflict" };
      if (error instanceof NatsError && error.isJetStreamError() && !isUnderWay(error)) throw error;
      cause = error;
      await wait(Math.min(100 * (tried + 1), PAUSE_MAX_MS));
    }
  }
  throw new BrokerAwayError(
    `Cannot store a message on '${subject}': an answer of the broker was required, got none`,
    { cause },
  );
}

/** Whose message stands there; null if another stands in its place by now. */
async function writerOf(
  { streams }: Pick<JetStreamManager, "streams">,
  { stream, seq }: PubAck,
): Promise<string | null> {
  try {
    const found = await whileElecting(() => streams.getMessage(stream, { seq }));
    return found.header.get(WRITER_HEADER);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return null;
    throw error;
  }
}

/** Another with the same id is being stored at this moment, or the cluster has no leader yet. */
function isUnderWay(error: NatsError): boolean {
  return UNDER_WAY.has(error.api_error?.err_code ?? 0) || error.api_error?.code === 503;
}

function isConflict(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}
