/** What became of one message at a receiver. */
import { reasonOf } from "../../shared/reason.ts";

export type Delivery =
  /** The receiver has it, as far as its protocol can tell. */
  | { type: "taken" }
  /** The receiver will never take this one: it is passed over. */
  | { type: "rejected"; issue: string }
  /** Nobody knows: to be sent again. */
  | { type: "unreachable"; issue: string };

/** A receiver outside; a message that is sent again carries the same id. */
export interface Sink {
  send(text: string, id: string): Promise<Delivery>;
  close(): Promise<void>;
}

export function unreachable(action: string, error: unknown): Delivery {
  const reason = reasonOf(error);
  return { type: "unreachable", issue: `${action}: ${reason}` };
}
