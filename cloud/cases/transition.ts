import type { Assertion } from "../../shared/assertion.ts";
import type { Determination, Learn, ResponseAction } from "../../shared/decision.ts";
import { refused, type Result } from "../../shared/result.ts";
import {
  type Case,
  type DecisionOutcome,
  isOpen,
  lastComplete,
  lastDecision,
  peopleMissing,
} from "./case.ts";
import {
  type Actor,
  CASE_COMMENTS_MAX,
  type CaseAct,
  type Nature,
  type Sighting,
} from "./case_event.ts";
import { worsens } from "./gravity.ts";

/** What an expert asks for; ids and instants come from the shell. */
export interface DecisionWish {
  decisionId: string;
  determination: Determination;
  response: ResponseAction;
  learn: Learn;
  reason: string;
}

/** What goes with a decision besides the wish itself. */
export interface Signing {
  /** What the decider's own passkey signed, if it did. */
  confirmation?: Assertion;
  /** How many different people it takes; one by default. */
  peopleRequired?: number;
}

/** `until` may lie no further ahead than this, in days. */
export const LEARN_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

/** new → acknowledged. */
export function acknowledge(about: Case): Result<CaseAct> {
  if (about.state !== "new") {
    return refused(`Cannot acknowledge a case: a new one was required, got one ${about.state}`);
  }
  return { ok: true, value: { type: "acknowledged" } };
}

/**
 * new, acknowledged or decided → decided. A later decision takes the place of an earlier one, since
 * people err, until the case is closed.
 *
 * @param nowMs ms since 1970
 * @param validS how long the edge may act on it, s
 */
export function decide(
  about: Case,
  wish: DecisionWish,
  nowMs: number,
  validS: number,
  signing: Signing = {},
): Result<CaseAct> {
  if (about.state === "closed") {
    return refused("Cannot decide a case: an open one was required, got one closed: reopen it");
  }
  if (about.decisions.some((one) => one.id === wish.decisionId)) {
    return refused("Cannot decide a case: this very decision is recorded already");
  }
  const issue = learnIssue(wish, nowMs);
  if (issue) return refused(issue);
  return {
    ok: true,
    value: {
      type: "decided",
      ...wish,
      ...signing,
      deviationIds: about.sightings.map((one) => one.deviationId).toSorted(),
      expiresWallTime: new Date(nowMs + validS * 1000).toISOString(),
      follows: lastComplete(about)?.id ?? null,
    },
  };
}

/** decided → decided, with one more person behind the decision in force. */
export function second(
  about: Case,
  decisionId: string,
  by: Actor,
  confirmation: Assertion | undefined,
  nowMs: number,
): Result<CaseAct> {
  const decision = lastDecision(about);
  if (!decision || decision.id !== decisionId || about.state !== "decided") {
    return refused("Cannot agree with a decision: the one in force was required");
  }
  if (by.kind !== "person") return refused("Cannot agree with a decision: a person was required");
  if (decision.agreements.some((one) => one.by.id === by.id)) {
    return refused("Cannot agree with a decision: somebody else than its author was required");
  }
  if (peopleMissing(decision) === 0) {
    return refused("Cannot agree with a decision: enough people stand behind it already");
  }
  if (Date.parse(decision.expiresWallTime) <= nowMs) {
    return refused("Cannot agree with a decision: one in force was required, this one has expired");
  }
  return { ok: true, value: { type: "seconded", decisionId, confirmation } };
}

/** An attack must never teach the guard, and what isn't understood can't. */
function learnIssue(wish: DecisionWish, nowMs: number): string | null {
  const { determination, learn } = wish;
  if (learn.mode === "no") return null;
  if (determination === "threat-confirmed" || determination === "needs-more") {
    return `Cannot learn from a case: 'expected' or 'benign-change' was required, got '${determination}'`;
  }
  if (learn.mode === "yes") return null;
  const aheadMs = Date.parse(learn.untilWallTime) - nowMs;
  if (aheadMs <= 0) return "Cannot learn until then: an instant ahead was required, got one past";
  if (aheadMs > LEARN_DAYS_MAX * DAY_MS) {
    return `Cannot learn until then: at most ${LEARN_DAYS_MAX} days ahead were required, got more`;
  }
  return null;
}

/** decided → closed, with an answer to 'was this a change or an incident?'. */
export function close(about: Case, nature: Nature, note: string): Result<CaseAct> {
  const decision = lastDecision(about);
  if (about.state !== "decided" || !decision) {
    return refused(`Cannot close a case: a decided one was required, got one ${about.state}`);
  }
  if (decision.determination === "needs-more") {
    return refused("Cannot close a case: a final determination was required, got 'needs more'");
  }
  if (peopleMissing(decision) > 0) {
    return refused(
      "Cannot close a case: a second person's word on its decision was required first",
    );
  }
  if (nature === "change" && decision.determination === "threat-confirmed") {
    return refused("Cannot close a confirmed threat as a change: 'incident' was required");
  }
  return { ok: true, value: { type: "closed", nature, note } };
}

/** A note on a case in any state; nothing else changes. */
export function comment(about: Case, commentId: string, text: string): Result<CaseAct> {
  if (about.comments.length >= CASE_COMMENTS_MAX) {
    return refused(`Cannot comment a case: at most ${CASE_COMMENTS_MAX} comments were required`);
  }
  return { ok: true, value: { type: "commented", commentId, text } };
}

/** closed → another case, new, that names this one. */
export function reopen(about: Case): Result<CaseAct> {
  if (about.state !== "closed") {
    return refused(`Cannot reopen a case: a closed one was required, got one ${about.state}`);
  }
  const { id: reopens, address, sightings } = about;
  return { ok: true, value: { type: "opened", address, sightings, reopens, follows: null } };
}

/** Records what the edge made of a decision; null if that is recorded already. */
export function answer(
  about: Case,
  decisionId: string,
  outcome: Pick<DecisionOutcome, "result" | "detail">,
): Result<CaseAct | null> {
  const decision = about.decisions.find((one) => one.id === decisionId);
  if (!decision) {
    return refused(`Cannot record an outcome: a decision of this case was required`);
  }
  if (decision.outcome) return { ok: true, value: null };
  const type = outcome.result === "applied" ? "decision-applied" : "decision-refused";
  return { ok: true, value: { type, decisionId, detail: outcome.detail } };
}

/**
 * Adds a deviation to an open case, or a later revision of one to its case, whatever its state;
 * null if there is nothing to add.
 */
export function join(about: Case, sighting: Sighting): CaseAct | null {
  const known = about.sightings.find((one) => one.deviationId === sighting.deviationId);
  if (known ? known.revision >= sighting.revision : !isOpen(about)) return null;
  return { type: "joined", sighting };
}

/** Whether a later revision makes a closed case's deviation so much graver that it needs its own. */
export function outgrows(about: Case, sighting: Sighting): boolean {
  const known = about.sightings.find((one) => one.deviationId === sighting.deviationId);
  return about.state === "closed" && known !== undefined && known.revision < sighting.revision &&
    worsens(sighting, about);
}
