import { refused, type Result } from "../../shared/result.ts";
import type { Case, CaseDecision, Mark } from "./case.ts";
import type { CaseAct, CaseEvent, Sighting } from "./case_event.ts";
import { gravest, worsens } from "./gravity.ts";

type Opened = Extract<CaseAct, { type: "opened" }>;
type Decided = Extract<CaseAct, { type: "decided" }>;
type Seconded = Extract<CaseAct, { type: "seconded" }>;
type Outcome = Extract<CaseAct, { type: "decision-applied" | "decision-refused" }>;

/**
 * Adds one event to a case. The event is a fact: nothing is decided again here, and what was legal
 * when it was written stays so. Only a broken order (no case to add to, or a second opening) is
 * refused.
 */
export function applyEvent(before: Case | null, event: CaseEvent): Result<Case> {
  const { act } = event;
  if (act.type === "opened") {
    if (before) return refused(`Cannot open case '${event.caseId}': it is open already`);
    return { ok: true, value: opened(event, act) };
  }
  if (!before) return refused(`Cannot fold '${act.type}': an opened case was required, got none`);
  return { ok: true, value: { ...changed(before, event), updatedAt: event.at } };
}

/** A case from all its events in order. */
export function foldCase(events: readonly CaseEvent[]): Result<Case> {
  let state: Case | null = null;
  for (const event of events) {
    const next = applyEvent(state, event);
    if (!next.ok) return next;
    state = next.value;
  }
  return state ? { ok: true, value: state } : refused("Cannot fold a case: no event came");
}

function changed(before: Case, event: CaseEvent): Case {
  const { act, actor: by, at } = event;
  switch (act.type) {
    case "opened":
      return before;
    case "joined":
      return joined(before, act.sighting, at);
    case "acknowledged":
      return { ...before, state: "acknowledged", acknowledged: { by, at } };
    case "decided":
      return {
        ...before,
        state: "decided",
        acknowledged: before.acknowledged ?? { by, at },
        decisions: [...before.decisions, decision(event, act)],
      };
    case "seconded":
      return {
        ...before,
        decisions: before.decisions.map((one) => seconded(one, act, { by, at })),
      };
    case "decision-applied":
    case "decision-refused":
      return { ...before, decisions: before.decisions.map((one) => answered(one, act, at)) };
    case "commented":
      return {
        ...before,
        comments: [...before.comments, { id: act.commentId, by, at, text: act.text }],
      };
    case "closed":
      return { ...before, state: "closed", closed: { by, at, nature: act.nature, note: act.note } };
  }
}

function opened(event: CaseEvent, act: Opened): Case {
  const [first, ...rest] = act.sightings;
  if (!first) throw new TypeError("Cannot open a case: a sighting was required, got none");
  return {
    id: event.caseId,
    address: act.address,
    state: "new",
    openedAt: event.at,
    updatedAt: event.at,
    graveSince: event.at,
    ...lead([first, ...rest]),
    sightings: act.sightings,
    acknowledged: null,
    decisions: [],
    comments: [],
    closed: null,
    reopens: act.reopens,
    follows: act.follows,
  };
}

function lead(sightings: readonly [Sighting, ...Sighting[]]) {
  const { verdict, severity, probability, kind, summary, causeTitle, deviationId } = gravest(
    sightings,
  );
  return {
    verdict,
    severity,
    probability,
    kind,
    summary,
    title: causeTitle,
    leadDeviationId: deviationId,
  };
}

/**
 * A deviation that makes a case graver makes it new again, even a decided one: what the decision
 * was made on is no longer so, and somebody must look. Earlier decisions stay recorded.
 */
function joined(before: Case, sighting: Sighting, at: string): Case {
  const known = before.sightings.find((one) => one.deviationId === sighting.deviationId);
  if (known && known.revision >= sighting.revision) return before;
  const others = before.sightings.filter((one) => one !== known);
  const gravity = lead([sighting, ...others]);
  const same = gravity.verdict === before.verdict && gravity.severity === before.severity;
  const graveSince = same ? before.graveSince : at;
  const after = { ...before, ...gravity, graveSince, sightings: [...others, sighting] };
  const calledBack = before.state !== "closed" && worsens(after, before);
  return calledBack ? { ...after, state: "new", acknowledged: null } : after;
}

function decision(event: CaseEvent, act: Decided): CaseDecision {
  return {
    id: act.decisionId,
    by: event.actor,
    at: event.at,
    deviationIds: act.deviationIds,
    determination: act.determination,
    response: act.response,
    learn: act.learn,
    reason: act.reason,
    expiresWallTime: act.expiresWallTime,
    ...(act.follows === undefined ? {} : { follows: act.follows }),
    agreements: [{ by: event.actor, at: event.at, confirmation: act.confirmation ?? null }],
    peopleRequired: act.peopleRequired ?? 1,
    outcome: null,
  };
}

function seconded(one: CaseDecision, act: Seconded, mark: Mark): CaseDecision {
  if (one.id !== act.decisionId) return one;
  return {
    ...one,
    agreements: [...one.agreements, { ...mark, confirmation: act.confirmation ?? null }],
  };
}

function answered(one: CaseDecision, act: Outcome, at: string): CaseDecision {
  if (one.id !== act.decisionId || one.outcome) return one;
  const result = act.type === "decision-applied" ? "applied" : "refused";
  return { ...one, outcome: { result, detail: act.detail, at } };
}
