import type { OutboxMessage } from "./outbox_message.ts";

/** What became of a message handed to the broker. */
export type Delivery =
  | { outcome: "stored" }
  /** It will never be taken as it is: permission, size, a stream's own limits. */
  | { outcome: "refused"; reason: string }
  /**
   * It may be taken later: no answer, no stream yet; or, `away`, there is no connection, which says
   * nothing of the message.
   */
  | { outcome: "unavailable"; reason: string; away?: true };

/** Hands messages to the broker and waits for its word. */
export interface Deliverer {
  deliver(message: Pick<OutboxMessage, "subject" | "msgId" | "bytes">): Promise<Delivery>;
}
