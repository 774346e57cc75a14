import type { Assertion } from "../../shared/assertion.ts";
import type { Decision } from "../../shared/decision.ts";
import { type Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { FoundCase } from "../read_model/case_lookups.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import type { Case } from "./case.ts";
import type { Actor, CaseAct, Nature } from "./case_event.ts";
import type { CaseLog } from "./case_log_shell.ts";
import { composeDecision } from "../decisions/compose.ts";
import { derivedId } from "./derived_id.ts";
import { questionOf } from "./question.ts";
import {
  acknowledge,
  close,
  comment,
  decide,
  type DecisionWish,
  reopen,
  second,
} from "./transition.ts";

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

/** Somebody else, or the printer's guard, may write to the case at the same moment, not for ever. */
const TRIES = 4;

type Refusal = Exclude<Outcome, { type: "done" }>;
interface Proposal {
  type: "proposed";
  about: Case;
  act: CaseAct;
  lastSequence: number;
}

export function caseDesk(
  cases: CaseQueries,
  log: CaseLog,
  audit: AuditLog,
  /** Called when a decision has been recorded. */
  deliver: () => Promise<void>,
  options: DeskOptions,
  now: () => Date,
): Desk {
  /** Whether what a person saw asked something else than the case does now. */
  function isOutOfDate({ about, lastSequence }: FoundCase, seen: number): boolean {
    if (seen === lastSequence) return false;
    const then = seen < lastSequence ? cases.caseAt(about.id, seen) : null;
    return then === null || questionOf(then) !== questionOf(about);
  }

  function proposed(
    caseId: string,
    seen: number | null,
    propose: (about: Case) => Result<CaseAct>,
  ): Refusal | Proposal {
    const found = cases.caseById(caseId);
    if (!found) return { type: "missing" };
    const result = propose(found.about);
    if (seen !== null && isOutOfDate(found, seen)) return { type: "stale" };
    if (!result.ok) return { type: "refused", issue: result.issue };
    return { type: "proposed", ...found, act: result.value };
  }

  /** What an act has become that is in the read model already. */
  function recorded(caseId: string, is: (about: Case) => boolean): Outcome | null {
    const found = cases.caseById(caseId);
    return found && is(found.about) ? { type: "done", caseId, sequence: found.lastSequence } : null;
  }

  /** @param already whether the same act, sent twice, is recorded meanwhile */
  async function act(
    caseId: string,
    actor: Actor,
    seen: number | null,
    propose: (about: Case) => Result<CaseAct>,
    at?: string,
    already: () => Outcome | null = () => null,
  ): Promise<Outcome> {
    for (let tried = 0; tried < TRIES; tried++) {
      const found = proposed(caseId, seen, propose);
      if (found.type !== "proposed") return found;
      const note = audit.note(actor, `case-${found.act.type}`, caseId, detailOf(found.act));
      const written = await log.write(caseId, found.act, actor, found.lastSequence, { at, note });
      if (written.type === "written") {
        await audit.chain(note);
        return { type: "done", caseId, sequence: written.sequence };
      }
      const twin = already();
      if (twin) return twin;
    }
    return { type: "stale" };
  }

  function decided(
    wish: DecisionWish,
    at: string,
    confirmation?: Assertion,
  ): (about: Case) => Result<CaseAct> {
    const { actWithinS, learnWithinS, twoPeople } = options;
    const validS = wish.response === "none" ? learnWithinS : actWithinS;
    const two = twoPeople === "always" || (twoPeople === "responses" && wish.response !== "none");
    const signing = { confirmation, peopleRequired: two ? 2 : 1 };
    return (about) => decide(about, wish, Date.parse(at), validS, signing);
  }

  return {
    acknowledge: (caseId, actor, seen) => act(caseId, actor, seen, acknowledge),

    checkDecision(caseId, actor, seen, wish, at = now().toISOString()) {
      const found = proposed(caseId, seen, decided(wish, at));
      if (found.type !== "proposed") return found;
      if (found.act.type !== "decided") {
        throw new TypeError("Cannot check: a decision was required");
      }
      const { decisionId: id, ...act } = found.act;
      const draft = composeDecision(found.about, { ...act, id, by: actor, at });
      return { type: "possible", draft, lastSequence: found.lastSequence };
    },

    async decide(caseId, actor, seen, wish, signed) {
      // The same form sent twice is one decision, be it at the same moment.
      const already = () =>
        recorded(caseId, ({ decisions }) => decisions.some(({ id }) => id === wish.decisionId));
      const before = already();
      if (before) return before;
      if (cases.caseIdOfDecision(wish.decisionId)) {
        return { type: "refused", issue: "This decision belongs to another case" };
      }
      const at = signed?.at ?? now().toISOString();
      const proposal = decided(wish, at, signed?.confirmation);
      const outcome = await act(caseId, actor, seen, proposal, at, already);
      if (outcome.type === "done") await deliver();
      return outcome.type === "stale" ? already() ?? outcome : outcome;
    },

    async second(caseId, actor, seen, decisionId, confirmation) {
      const nowMs = now().getTime();
      const agreed = (about: Case) => second(about, decisionId, actor, confirmation, nowMs);
      const outcome = await act(caseId, actor, seen, agreed);
      if (outcome.type === "done") await deliver();
      return outcome;
    },

    close: (caseId, actor, seen, nature, note) =>
      act(caseId, actor, seen, (about) => close(about, nature, note)),

    async comment(caseId, actor, commentId, text) {
      const already = () =>
        recorded(caseId, ({ comments }) => comments.some(({ id }) => id === commentId));
      return already() ??
        await act(
          caseId,
          actor,
          null,
          (about) => comment(about, commentId, text),
          undefined,
          already,
        );
    },

    async reopen(caseId, actor) {
      const found = cases.caseById(caseId);
      if (!found) return { type: "missing" };
      const proposed = reopen(found.about);
      if (!proposed.ok) return { type: "refused", issue: proposed.issue };
      const again = derivedId("reopened", caseId);
      const note = audit.note(actor, "case-reopened", caseId, again);
      const written = await log.write(again, proposed.value, actor, 0, { note });
      if (written.type === "conflict") {
        return { type: "refused", issue: `This case was reopened already, as ${again}` };
      }
      await audit.chain(note);
      return { type: "done", caseId: again, sequence: written.sequence };
    },
  };
}

function detailOf(act: CaseAct): string {
  if (act.type === "seconded") return `${act.decisionId}, ${signedBy(act.confirmation)}`;
  if (act.type === "decided") {
    const { determination, response, learn, reason, confirmation } = act;
    return `${determination}, response ${response}, learn ${learn.mode}, ${
      signedBy(confirmation)
    }: ${reason}`;
  }
  if (act.type === "commented") return act.text;
  return act.type === "closed" ? `${act.nature}: ${act.note}` : "";
}

function signedBy(confirmation: Assertion | undefined): string {
  return confirmation ? "by passkey" : "by the site's key";
}
