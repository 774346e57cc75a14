import type { Assertion } from "../../shared/assertion.ts";
import type { Decision } from "../../shared/decision.ts";
import type { Actor, Nature } from "./case_event.ts";
import type { DecisionWish } from "./transition.ts";

/** What became of an act on a case. */
export type Outcome =
  /** Recorded, and in the read model; `caseId` is another one after a reopening. */
  | { type: "done"; caseId: string; sequence: number }
  | { type: "missing" }
  /** The case asks something else than when the person looked at it. */
  | { type: "stale" }
  | { type: "refused"; issue: string };

export interface DeskOptions {
  /** How long the edge may act on a decision that asks for a response, s. */
  actWithinS: number;
  /** The same for one that only teaches, s. */
  learnWithinS: number;
  /** Which decisions need a second person's word before the printer hears of them. */
  twoPeople: "never" | "responses" | "always";
}

/** What a person's own passkey signed, and the instant that the signed decision names. */
export interface Signed {
  at: string;
  confirmation: Assertion;
}

/** Whether a decision could be recorded as it is wished. */
export type Check =
  | Exclude<Outcome, { type: "done" }>
  /** As it would travel, if it were made on this very sequence of its case. */
  | { type: "possible"; draft: Decision; lastSequence: number };

/** Where people act on cases. `seen` is the sequence of the case's last event that they saw. */
export interface Desk {
  acknowledge(caseId: string, actor: Actor, seen: number | null): Promise<Outcome>;
  /** What `decide` would say, now or at the instant given, with nothing recorded. */
  checkDecision(
    caseId: string,
    actor: Actor,
    seen: number | null,
    wish: DecisionWish,
    at?: string,
  ): Check;
  decide(
    caseId: string,
    actor: Actor,
    seen: number | null,
    wish: DecisionWish,
    signed?: Signed,
  ): Promise<Outcome>;
  /** Puts a second person behind the decision in force. */
  second(
    caseId: string,
    actor: Actor,
    seen: number | null,
    decisionId: string,
    confirmation?: Assertion,
  ): Promise<Outcome>;
  close(
    caseId: string,
    actor: Actor,
    seen: number | null,
    nature: Nature,
    note: string,
  ): Promise<Outcome>;
  reopen(caseId: string, actor: Actor): Promise<Outcome>;
  /** A comment is true whatever else happened meanwhile, so it asks for no `seen`. */
  comment(caseId: string, actor: Actor, commentId: string, text: string): Promise<Outcome>;
}
