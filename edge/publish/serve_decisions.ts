import type { Logger } from "@logtape/logtape";
import type { JsMsg, NatsConnection } from "nats";
import { CONFIRMATIONS_HEADER } from "../../shared/expert.ts";
import { SIGNATURE_HEADER } from "../../shared/signing.ts";
import { wait } from "../../shared/wait.ts";
import { reasonOf } from "./broker_fault.ts";
import type { BrokerHandlers } from "./incoming.ts";

/** The stream of signed decisions; each device has a durable consumer of its own name on it. */
export const DECISION_STREAM = "PW_DECISIONS";

/** Decisions that wait at the edge at the same time; more stay with the broker. */
const DECISIONS_AT_ONCE = 16;
/** What couldn't be dealt with, or asked for, is tried again after so long. */
const AGAIN_MS = 5_000;

/** Takes a device's decisions, one after the other, until the connection is closed. */
export async function serveDecisions(
  connection: NatsConnection,
  device: string,
  handlers: Pick<BrokerHandlers, "decision">,
  log: Logger,
): Promise<void> {
  const closed = new AbortController();
  void connection.closed().then(() => closed.abort());
  while (!closed.signal.aborted) {
    try {
      const consumer = await connection.jetstream()
        .consumers.get(DECISION_STREAM, device);
      const messages = await consumer.consume({ max_messages: DECISIONS_AT_ONCE });
      // A closed connection alone would leave the iteration below waiting for ever.
      closed.signal.addEventListener("abort", () => void messages.close());
      for await (const message of messages) await handleDecision(message, handlers, log);
    } catch (error) {
      if (closed.signal.aborted) return;
      log.warn("no decisions from {stream}: {reason}", {
        stream: DECISION_STREAM,
        reason: reasonOf(error),
      });
    }
    await wait(AGAIN_MS, closed.signal);
  }
}

async function handleDecision(
  message: JsMsg,
  handlers: Pick<BrokerHandlers, "decision">,
  log: Logger,
): Promise<void> {
  try {
    await handlers.decision({
      subject: message.subject,
      bytes: message.data,
      signature: message.headers?.get(SIGNATURE_HEADER) ?? "",
      confirmations: message.headers?.get(CONFIRMATIONS_HEADER) ?? "",
    });
    message.ack();
  } catch (error) {
    log.error("decision on {subject} could not be dealt with yet: {reason}", {
      subject: message.subject,
      reason: reasonOf(error),
    });
    message.nak(AGAIN_MS);
  }
}
