import type { Assertion } from "../../shared/assertion.ts";
import type { Determination, Learn, ResponseAction } from "../../shared/decision.ts";
import type { Address } from "../../shared/ids.ts";
import type { Kind } from "../../shared/kinds.ts";
import type { Severity, Verdict } from "../../shared/verdict.ts";
import type { Actor, Nature, Sighting } from "./case_event.ts";

export const CASE_STATES = ["new", "acknowledged", "decided", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** Who did something to a case, and when (UTC). */
export interface Mark {
  by: Actor;
  at: string;
}

export interface DecisionOutcome {
  result: "applied" | "refused";
  detail: string;
  at: string;
}

/** Who stands behind a decision, and what their own passkey signed, if it did. */
export interface Agreement extends Mark {
  confirmation: Assertion | null;
}

/** A decision as the case keeps it; `outcome` is null until the edge has answered. */
export interface CaseDecision extends Mark {
  id: string;
  deviationIds: string[];
  determination: Determination;
  response: ResponseAction;
  learn: Learn;
  reason: string;
  expiresWallTime: string;
  /** The decision that it takes the place of; null for the first; absent where it wasn't recorded. */
  follows?: string | null;
  /** Who decided, then who agreed. */
  agreements: Agreement[];
  peopleRequired: number;
  outcome: DecisionOutcome | null;
}

/** What somebody noted on a case, without deciding anything. */
export interface CaseComment extends Mark {
  id: string;
  text: string;
}

/** A case: deviations of one cause on one printer, and what people made of them. */
export interface Case {
  id: string;
  address: Address;
  state: CaseState;
  openedAt: string;
  updatedAt: string;
  /** Since when it has been as grave as it is, by verdict and severity. */
  graveSince: string;
  /** The gravest of its deviations speaks for the case. */
  verdict: Verdict;
  severity: Severity;
  probability: number;
  kind: Kind;
  title: string;
  summary: string;
  leadDeviationId: string;
  sightings: Sighting[];
  acknowledged: Mark | null;
  decisions: CaseDecision[];
  comments: CaseComment[];
  closed: (Mark & { nature: Nature; note: string }) | null;
  reopens: string | null;
  follows: string | null;
}

/** The decision in force: the last one. */
export function lastDecision(about: Case): CaseDecision | null {
  return about.decisions.at(-1) ?? null;
}

/** The last decision that went to the printer, or would have. */
export function lastComplete({ decisions }: Case): CaseDecision | null {
  return decisions.findLast((one) => peopleMissing(one) === 0) ?? null;
}

/** How many people a decision still waits for before it goes to the printer. */
export function peopleMissing({ agreements, peopleRequired }: CaseDecision): number {
  // One is enough: then a script's token may stand for whoever made it. Of two, both are people.
  if (peopleRequired === 1) return 0;
  const people = agreements.filter(({ by }) => by.kind === "person").map(({ by }) => by.id);
  return Math.max(0, peopleRequired - new Set(people).size);
}

/** Whether further deviations may join: not once somebody has settled what it was. */
export function isOpen(about: Case): boolean {
  if (about.state === "new" || about.state === "acknowledged") return true;
  return about.state === "decided" && lastDecision(about)?.determination === "needs-more";
}
