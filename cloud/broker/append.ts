import { headers as natsHeaders, type JetStreamClient, NatsError } from "nats";
import { type Appended, type AppendOptions, BrokerAwayError } from "./broker.ts";

const ANSWER_TIMEOUT_MS = 2_000;
const TRIES_MAX = 5;
const WRONG_LAST_SEQUENCE = 10071;

/** Stores one message; see `Broker.append`. */
export async function append(
  stream: JetStreamClient,
  subject: string,
  bytes: Uint8Array,
  options: AppendOptions,
): Promise<Appended> {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  let cause: unknown;
  const triesMax = options.triesMax ?? TRIES_MAX;
  for (let tried = 0; tried < triesMax; tried++) {
    try {
      const ack = await stream.publish(subject, bytes, {
        headers,
        msgID: options.id,
        timeout: ANSWER_TIMEOUT_MS,
        expect: { lastSubjectSequence: options.lastSubjectSequence },
      });
      return { type: "stored", sequence: ack.seq, again: ack.duplicate };
    } catch (error) {
      if (isConflict(error)) return { type: "conflict" };
      if (error instanceof NatsError && error.isJetStreamError()) throw error;
      cause = error;
      if (tried + 1 < triesMax) await pause(100 * (tried + 1));
    }
  }
  throw new BrokerAwayError(
    `Cannot store a message on '${subject}': an answer of the broker was required, got none`,
    { cause },
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
