import { z } from "zod";
import { ContractVersion, Digest, Token, Uuid, WallTime } from "./ids.ts";
import { Prints, Wear } from "./print_account.ts";
import { Revision, REVISIONS_MAX } from "./receipt_order.ts";

/** What the printer is doing, as far as its guard can tell. */
export const PrinterState = z.enum([
  "printing",
  "idle",
  "paused",
  "offline",
  "blind",
  "bypass",
  "attention",
]);
export type PrinterState = z.infer<typeof PrinterState>;

/** What became of a decision at the edge: applied once, or refused for a stated reason. */
export const DecisionOutcome = z.strictObject({
  decisionId: z.string().min(1).max(64),
  result: z.enum(["applied", "refused"]),
  detail: z.string().max(300),
  wallTime: WallTime,
});
export type DecisionOutcome = z.infer<typeof DecisionOutcome>;

/** A release, and who signed it; null where its files are no longer what was signed. */
export const ReleaseWord = z.strictObject({
  version: z.string().max(60),
  digest: Digest,
  signedBy: z.string().max(64).nullable(),
});
export type ReleaseWord = z.infer<typeof ReleaseWord>;

/**
 * What a broker has acknowledged of a printer's deviations: the sum of the highest revision of each,
 * counted since the guard's store was begun, which `since` tells from others. Whoever has got less
 * was kept something.
 */
export const Delivered = z.strictObject({
  since: z.int().min(0),
  revisions: z.int().min(0),
});
export type Delivered = z.infer<typeof Delivered>;

/** A bare sign of life: state, versions, digests, counters, slow figures; no telemetry. */
export const Presence = z.strictObject({
  contractVersion: ContractVersion,
  printer: Token,
  label: z.string().max(64),
  state: PrinterState,
  sinceWallTime: WallTime,
  wallTime: WallTime,
  bootId: Uuid,
  versions: z.strictObject({ agent: z.string().max(40), contract: z.int() }),
  digests: z.strictObject({
    config: Digest,
    twin: Digest,
    detector: Digest,
    classifier: Digest,
    job: Digest.nullable(),
    /** What the twin learnt of this printer, as it was at the start; null before it learnt enough. */
    profile: Digest.nullable().optional(),
    /** The pinned keys whose decisions the guard believes. */
    trust: Digest.optional(),
    /** The release that the guard is; null where it runs from anything else. */
    release: ReleaseWord.nullable().optional(),
  }),
  counters: z.strictObject({
    linesSent: z.int().min(0),
    linesReceived: z.int().min(0),
    garbledLines: z.int().min(0),
    gaps: z.int().min(0),
    missedFrames: z.int().min(0),
    outboxPending: z.int().min(0),
    outboxDropped: z.int().min(0),
    refusedMessages: z.int().min(0),
    restarts: z.int().min(0),
  }),
  decisions: z.array(DecisionOutcome).max(16),
  /** Absent from guards that don't count it. */
  delivered: Delivered.optional(),
  /** What a broker has acknowledged and nobody has confirmed; absent where there is nothing. */
  unconfirmed: z.array(Revision).max(REVISIONS_MAX).optional(),
  /** Absent from guards that don't count prints. */
  prints: Prints.optional(),
  /** Absent where nothing is known of the day, or was told already. */
  wear: Wear.optional(),
});
export type Presence = z.infer<typeof Presence>;
