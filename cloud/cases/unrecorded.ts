import type { Determination } from "../../shared/decision.ts";
import type { DecisionOutcome } from "../../shared/presence.ts";
import type { Result } from "../../shared/result.ts";
import type { Case } from "./case.ts";
import type { CaseAct } from "./case_event.ts";
import { derivedId } from "./derived_id.ts";
import { comment } from "./transition.ts";

/** What went out to a printer, whether or not its case has a record of it. */
export interface SentDecision {
  caseId: string;
  determination: Determination;
  /** When it was decided, UTC. */
  decidedAt: string;
}

/**
 * What is noted on a case when its printer answers a decision that went out and that the case has no
 * record of, since a broker lost it: whoever made it, and whoever decided in its stead, has to know.
 * Null if that is noted already [pure].
 */
export function unrecorded(
  about: Case,
  { determination, decidedAt }: SentDecision,
  { decisionId, result, detail }: DecisionOutcome,
): Result<CaseAct | null> {
  const commentId = derivedId("unrecorded", decisionId, result);
  if (about.comments.some(({ id }) => id === commentId)) return { ok: true, value: null };
  const which = `The decision '${determination}' of ${decidedAt}`;
  const text = `${which} was ${result} at the printer (${detail}), and isn't recorded here: the ` +
    "broker lost its record. Please decide again if something else is to hold.";
  return comment(about, commentId, text);
}
