import { type Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import type { Case } from "./case.ts";
import type { Actor, CaseAct, Nature } from "./case_event.ts";
import type { CaseLog } from "./case_log_shell.ts";
import { derivedId } from "./derived_id.ts";
import { acknowledge, close, comment, decide, type DecisionWish, reopen } from "./transition.ts";

/** What became of an act on a case. */
export type Outcome =
  /** Recorded, and in the read model; `caseId` is another one after a reopening. */
  | { type: "done"; caseId: string; sequence: number }
  | { type: "missing" }
  /** The case has changed since the person looked at it. */
  | { type: "stale" }
  | { type: "refused"; issue: string };

export interface DeskOptions {
  /** How long the edge may act on a decision that asks for a response, s. */
  actWithinS: number;
  /** The same for one that only teaches, s. */
  learnWithinS: number;
}

/** Whether a decision could be recorded as it is wished. */
export type Check = Exclude<Outcome, { type: "done" }> | { type: "possible" };

/** Where people act on cases. `seen` is the sequence of the case's last event that they saw. */
export interface Desk {
  acknowledge(caseId: string, actor: Actor, seen: number | null): Promise<Outcome>;
  /** What `decide` would say now, with nothing recorded. */
  checkDecision(caseId: string, seen: number | null, wish: DecisionWish): Check;
  decide(
    caseId: string,
    actor: Actor,
    seen: number | null,
    wish: DecisionWish,
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
  comment(caseId: string, actor: Actor, text: string): Promise<Outcome>;
}

/** Somebody else may write to the case at the same moment, but not for ever. */
const COMMENT_TRIES = 4;

export function caseDesk(
  cases: CaseQueries,
  log: CaseLog,
  audit: AuditLog,
  /** Called when a decision has been recorded. */
  deliver: () => Promise<void>,
  options: DeskOptions,
  now: () => Date,
): Desk {
  function proposed(
    caseId: string,
    seen: number | null,
    propose: (about: Case) => Result<CaseAct>,
  ): Exclude<Outcome, { type: "done" }> | { type: "proposed"; act: CaseAct; lastSequence: number } {
    const found = cases.caseById(caseId);
    if (!found) return { type: "missing" };
    const result = propose(found.about);
    if (seen !== null && seen !== found.lastSequence) return { type: "stale" };
    if (!result.ok) return { type: "refused", issue: result.issue };
    return { type: "proposed", act: result.value, lastSequence: found.lastSequence };
  }

  async function act(
    caseId: string,
    actor: Actor,
    seen: number | null,
    propose: (about: Case) => Result<CaseAct>,
  ): Promise<Outcome> {
    const found = proposed(caseId, seen, propose);
    if (found.type !== "proposed") return found;
    const written = await log.write(caseId, found.act, actor, found.lastSequence);
    if (written.type === "conflict") return { type: "stale" };
    await audit.write(actor, `case-${found.act.type}`, caseId, detailOf(found.act));
    return { type: "done", caseId, sequence: written.sequence };
  }

  function decided(wish: DecisionWish): (about: Case) => Result<CaseAct> {
    const { actWithinS, learnWithinS } = options;
    const validS = wish.response === "none" ? learnWithinS : actWithinS;
    return (about) => decide(about, wish, now().getTime(), validS);
  }

  return {
    acknowledge: (caseId, actor, seen) => act(caseId, actor, seen, acknowledge),

    checkDecision(caseId, seen, wish) {
      const found = proposed(caseId, seen, decided(wish));
      return found.type === "proposed" ? { type: "possible" } : found;
    },

    async decide(caseId, actor, seen, wish) {
      const before = cases.caseById(caseId);
      // The same form sent twice is one decision.
      if (before?.about.decisions.some((one) => one.id === wish.decisionId)) {
        return { type: "done", caseId, sequence: before.lastSequence };
      }
      if (cases.caseIdOfDecision(wish.decisionId)) {
        return { type: "refused", issue: "This decision belongs to another case" };
      }
      const outcome = await act(caseId, actor, seen, decided(wish));
      if (outcome.type === "done") await deliver();
      return outcome;
    },

    close: (caseId, actor, seen, nature, note) =>
      act(caseId, actor, seen, (about) => close(about, nature, note)),

    async comment(caseId, actor, text) {
      let outcome: Outcome = { type: "stale" };
      for (let tried = 0; tried < COMMENT_TRIES && outcome.type === "stale"; tried++) {
        outcome = await act(caseId, actor, null, (about) => comment(about, text));
      }
      return outcome;
    },

    async reopen(caseId, actor) {
      const found = cases.caseById(caseId);
      if (!found) return { type: "missing" };
      const proposed = reopen(found.about);
      if (!proposed.ok) return { type: "refused", issue: proposed.issue };
      const again = derivedId("reopened", caseId);
      const written = await log.write(again, proposed.value, actor, 0);
      if (written.type === "conflict") {
        return { type: "refused", issue: `This case was reopened already, as ${again}` };
      }
      await audit.write(actor, "case-reopened", caseId, again);
      return { type: "done", caseId: again, sequence: written.sequence };
    },
  };
}

function detailOf(act: CaseAct): string {
  if (act.type === "decided") {
    return `${act.determination}, response ${act.response}, learn ${act.learn.mode}: ${act.reason}`;
  }
  if (act.type === "commented") return act.text;
  return act.type === "closed" ? `${act.nature}: ${act.note}` : "";
}
