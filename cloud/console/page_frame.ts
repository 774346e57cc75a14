import type { Identity } from "../auth/identify.ts";

/** What every page needs to know of its request. */
export interface PageFrame {
  /** Lets exactly the scripts of this answer run (Content-Security-Policy). */
  nonce: string;
  /** Where static files are; a name that changes with their content. */
  asset: (name: string) => string;
  identity: Identity | null;
  /** How far the read model had come: a page looks again once it hears of more. */
  position: number;
  refusedCount: number;
  /** Open cases that this person hasn't seen as they are now; at most `UNREVIEWED_MAX`. */
  unreviewedCount: number;
}
