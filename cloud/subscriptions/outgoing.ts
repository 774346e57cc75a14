import type { AlertKind, AlertText, Mention } from "./alert_event.ts";

/** One alert as a channel sends it. */
export interface Outgoing {
  /** The alert's key: the same again whenever it is sent again. */
  key: string;
  kind: AlertKind;
  at: string;
  text: AlertText;
  mentions: Mention[];
  /** The full address of what it is about. */
  url: string;
}

/** What became of one try. */
export type Sent =
  | { type: "delivered"; detail: string }
  /** Worth another try. */
  | { type: "failed"; detail: string }
  /** Never worth one: the receiver says it is gone, or policy forbids it. */
  | { type: "refused"; detail: string };
