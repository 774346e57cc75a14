import {
  headers as natsHeaders,
  type JetStreamClient,
  type JetStreamManager,
  type MsgHdrs,
  NatsError,
  type PubAck,
} from "nats";
import { isStaged } from "../../shared/staged.ts";
import { wait } from "../../shared/wait.ts";
import { type Appended, type AppendOptions, BrokerAwayError } from "./broker.ts";
import { whileElecting } from "./electing.ts";
import { isMissing } from "./mark_at.ts";

const ANSWER_TIMEOUT_MS = 2_000;
const TRIES_MAX = 5;
/** A cluster that elects a leader refuses at once, and needs some seconds for that. */
const PAUSE_MAX_MS = 500;
/** An id that the broker knows for so long without a message of that id stands for none, ms. */
const STAGED_MAX_MS = 2_000;
const WRONG_LAST_SEQUENCE = 10071;
/**
 * Duplicate id in process; JetStream temporarily unavailable; the stream is being recovered; another
 * message upon that sequence is in process, which may come to nothing.
 */
const UNDER_WAY = new Set([10158, 10008, 10194, 10164]);

const ID_HEADER = "Nats-Msg-Id";
/** Whose message it is, where the id that the broker knows it by is another. */
const WRITER_HEADER = "Printwarden-Id";

/** What an acknowledgement is worth. */
type Worth =
  /** The message stands in the stream. */
  | "stored"
  /** Another writer's stands there. */
  | "conflict"
  /** The broker knows the id, and doesn't say of which message. */
  | "staged"
  /** The broker knows the id of a message that it has lost. */
  | "lost";

/**
 * Stores one message; see `Broker.append`.
 *
 * Of several writers upon one sequence a cluster of nats-server 2.9 or 2.10 lets more than one pass,
 * because it holds them against what is stored and not against what is on its way. A message id is
 * checked where messages are put in order. So writers upon one sequence share the id, and the first
 * has it.
 *
 * A broker may know an id for ten minutes though it has no message of that id: of one that it lost,
 * or that a leader had not yet put in order when it was cut off. Such an id would keep everybody out:
 * writers go on to the next one, which they share as well.
 */
export async function append(
  manager: Pick<JetStreamManager, "streams">,
  stream: Pick<JetStreamClient, "publish">,
  subject: string,
  bytes: Uint8Array,
  options: AppendOptions,
): Promise<Appended> {
  const upon = options.lastSubjectSequence ?? 0;
  const headers = headersOf(options, upon > 0);
  const firstId = upon > 0 ? `${subject}@${upon}` : options.id;
  const triesMax = options.triesMax ?? TRIES_MAX;
  const endMs = performance.now() + triesMax * ANSWER_TIMEOUT_MS;
  let [cause, spent, stagedMs]: [unknown, number, number | null] = [undefined, 0, null];
  for (let tried = 0; tried === 0 || performance.now() < endMs; tried++) {
    const msgID = spent === 0 ? firstId : `${firstId}+${spent}`;
    try {
      const ack = await stream.publish(subject, bytes, {
        headers,
        msgID,
        timeout: ANSWER_TIMEOUT_MS,
        expect: { lastSubjectSequence: options.lastSubjectSequence },
      });
      const worth = await worthOf(manager, ack, msgID, upon > 0 ? options.id : null);
      if (worth === "conflict") return { type: "conflict" };
      if (worth === "stored") return { type: "stored", sequence: ack.seq, again: ack.duplicate };
      stagedMs ??= performance.now();
      if (worth === "lost" || performance.now() - stagedMs >= STAGED_MAX_MS) {
        [spent, stagedMs] = [spent + 1, null];
      }
    } catch (error) {
      if (isConflict(error)) return { type: "conflict" };
      if (error instanceof NatsError && error.isJetStreamError() && !isUnderWay(error)) throw error;
      cause = error;
    }
    await wait(Math.min(100 * (tried + 1), PAUSE_MAX_MS));
  }
  throw new BrokerAwayError(
    `Cannot store a message on '${subject}': an answer of the broker was required, got none`,
    { cause },
  );
}

function headersOf({ id, headers = {} }: AppendOptions, sharesId: boolean): MsgHdrs {
  const carried = natsHeaders();
  for (const [name, value] of Object.entries(headers)) carried.set(name, value);
  if (sharesId) carried.set(WRITER_HEADER, id);
  return carried;
}

/** @param writer whose message it has to be, where writers share an id; null if the id tells */
async function worthOf(
  { streams }: Pick<JetStreamManager, "streams">,
  ack: PubAck,
  msgID: string,
  writer: string | null,
): Promise<Worth> {
  if (!ack.duplicate) return "stored";
  if (isStaged(ack)) return "staged";
  try {
    const { header } = await whileElecting(() => streams.getMessage(ack.stream, { seq: ack.seq }));
    if (header.get(ID_HEADER) !== msgID) return "lost";
    return writer === null || header.get(WRITER_HEADER) === writer ? "stored" : "conflict";
  } catch (error) {
    if (!isMissing(error)) throw error;
    const { state } = await whileElecting(() => streams.info(ack.stream));
    if (ack.seq > state.last_seq) return "lost";
    // It was there, and a later one of its subject has taken its place.
    return writer === null ? "stored" : "conflict";
  }
}

/** Another with the same id is being stored at this moment, or the cluster has no leader yet. */
function isUnderWay(error: NatsError): boolean {
  return UNDER_WAY.has(error.api_error?.err_code ?? 0) || error.api_error?.code === 503;
}

function isConflict(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}
