import type { Assertion } from "../../shared/assertion.ts";
import type { Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import { composeDecision } from "../decisions/compose.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { type Acting, acting } from "./act_shell.ts";
import type { Case } from "./case.ts";
import type { CaseAct } from "./case_event.ts";
import type { CaseLog } from "./case_log_shell.ts";
import { derivedId } from "./derived_id.ts";
import type { Desk, DeskOptions } from "./desk.ts";
import {
  acknowledge,
  close,
  comment,
  decide,
  type DecisionWish,
  reopen,
  second,
} from "./transition.ts";

/** @param deliver called when a decision has been recorded */
export function caseDesk(
  cases: CaseQueries,
  log: CaseLog,
  audit: AuditLog,
  deliver: () => Promise<void>,
  options: DeskOptions,
  now: () => Date,
): Desk {
  const way = acting(cases, log, audit);
  return {
    acknowledge: (caseId, actor, seen) => way.act(caseId, actor, seen, acknowledge),
    ...deciding(way, cases, deliver, options, now),
    ...ending(way),
    ...reopening(cases, log, audit),
  };
}

/** Making a decision, and standing behind another's. */
function deciding(
  { proposed, recorded, act }: Acting,
  cases: CaseQueries,
  deliver: () => Promise<void>,
  options: DeskOptions,
  now: () => Date,
): Pick<Desk, "checkDecision" | "decide" | "second"> {
  return {
    checkDecision(caseId, actor, seen, wish, at = now().toISOString()) {
      const found = proposed(caseId, seen, decided(options, wish, at));
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
      const proposal = decided(options, wish, at, signed?.confirmation);
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
  };
}

/** What a wish becomes on a case as it is then. */
function decided(
  { actWithinS, learnWithinS, twoPeople }: DeskOptions,
  wish: DecisionWish,
  at: string,
  confirmation?: Assertion,
): (about: Case) => Result<CaseAct> {
  const validS = wish.response === "none" ? learnWithinS : actWithinS;
  const two = twoPeople === "always" || (twoPeople === "responses" && wish.response !== "none");
  const signing = { confirmation, peopleRequired: two ? 2 : 1 };
  return (about) => decide(about, wish, Date.parse(at), validS, signing);
}

/** What is said of a case, and its end. */
function ending({ recorded, act }: Acting): Pick<Desk, "close" | "comment"> {
  return {
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
  };
}

/** A closed case is taken up again as another one, which names it. */
function reopening(cases: CaseQueries, log: CaseLog, audit: AuditLog): Pick<Desk, "reopen"> {
  return {
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
