import type { JetStreamClient, MsgHdrs } from "nats";

export interface Publishable {
  subject: string;
  id: string;
  bytes: Uint8Array;
  headers?: MsgHdrs;
}

const IN_FLIGHT_MAX = 256;
const ANSWER_MS = 20_000;

/**
 * Stores messages as fast as the broker takes them; gives their count and mean size.
 *
 * @param streamOf through which connection a message goes
 * @param stored told of each message's place in its stream
 */
export async function publishAll<T extends Publishable>(
  messages: AsyncIterable<T>,
  streamOf: (message: T) => JetStreamClient,
  stored: (message: T, sequence: number) => void = () => {},
): Promise<{ count: number; bytes: number }> {
  const inFlight = new Set<Promise<unknown>>();
  let [count, bytes] = [0, 0];
  for await (const message of messages) {
    const sent = streamOf(message).publish(message.subject, message.bytes, {
      msgID: message.id,
      headers: message.headers,
      timeout: ANSWER_MS,
    }).then(({ seq }) => stored(message, seq));
    inFlight.add(sent);
    sent.finally(() => inFlight.delete(sent));
    if (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
    count++;
    bytes += message.bytes.length;
  }
  await Promise.all(inFlight);
  return { count, bytes: Math.round(bytes / count) };
}
