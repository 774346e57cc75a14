export type MessageClass = "threat" | "deviation" | "presence";

/** An encoded message on its way to NATS. */
export interface OutboxMessage {
  subject: string;
  /** `id.revision`: a broker drops a second one, and inserting it twice changes nothing. */
  msgId: string;
  /** What it is a revision of; a higher revision makes a lower one worth less. */
  about: string;
  revision: number;
  class: MessageClass;
  bytes: Uint8Array;
}

/** A message with its place in the queue; a negative one waits in memory, for want of disk. */
export interface QueuedMessage extends OutboxMessage {
  seq: number;
}
