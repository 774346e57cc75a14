import type { JetStreamClient, JsMsg } from "nats";
import { wait } from "../../shared/wait.ts";
import type { Settlement, Stored } from "./broker.ts";
import type { StreamName } from "./streams.ts";
import { type OnReconnect, stored } from "./tail.ts";

const FETCH_EXPIRES_MS = 5_000;
const RETRY_MS = 250;
const AFTER_FAILURE_MS = 2_000;

/**
 * Hands the messages of a durable consumer to `handle`, at most `atOnceMax` unsettled at a time.
 * A handler that throws puts its message off; the broker delivers again what nobody settled.
 */
export async function work(
  client: JetStreamClient,
  stream: StreamName,
  durable: string,
  atOnceMax: number,
  handle: (message: Stored) => Promise<Settlement>,
  signal: AbortSignal,
  onReconnect: OnReconnect,
): Promise<void> {
  const unsettled = new Set<Promise<void>>();
  const interrupted = { fetch: () => {} };
  onReconnect(() => interrupted.fetch(), signal);
  while (!signal.aborted) {
    try {
      const consumer = await client.consumers.get(stream, durable);
      const messages = await consumer.fetch({ max_messages: atOnceMax, expires: FETCH_EXPIRES_MS });
      const stop = () => messages.stop();
      interrupted.fetch = stop;
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      for await (const message of messages) {
        const settling = settle(message, handle(stored(stream, message)));
        unsettled.add(settling);
        settling.finally(() => unsettled.delete(settling));
        if (unsettled.size >= atOnceMax) await Promise.race(unsettled);
      }
      signal.removeEventListener("abort", stop);
    } catch {
      await wait(RETRY_MS, signal);
    }
  }
  await Promise.allSettled(unsettled);
}

async function settle(message: JsMsg, outcome: Promise<Settlement>): Promise<void> {
  try {
    const settlement = await outcome;
    if (settlement.type === "done") message.ack();
    else if (settlement.type === "refused") message.term();
    else message.nak(settlement.delayMs);
  } catch {
    message.nak(AFTER_FAILURE_MS);
  }
}
