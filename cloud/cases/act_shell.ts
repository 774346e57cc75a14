import type { Assertion } from "../../shared/assertion.ts";
import { type Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { FoundCase } from "../read_model/found_case.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import type { Case } from "./case.ts";
import type { Actor, CaseAct } from "./case_event.ts";
import type { CaseLog } from "./case_log_shell.ts";
import type { Outcome } from "./desk.ts";
import { questionOf } from "./question.ts";

/** Somebody else, or the printer's guard, may write to the case at the same moment, not for ever. */
const TRIES = 4;

type Refusal = Exclude<Outcome, { type: "done" }>;
interface Proposal {
  type: "proposed";
  about: Case;
  act: CaseAct;
  lastSequence: number;
}

/** How an act on a case is held against the case as it is, recorded and written down. */
export type Acting = ReturnType<typeof acting>;

export function acting(cases: CaseQueries, log: CaseLog, audit: AuditLog) {
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

  return { proposed, recorded, act };
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
