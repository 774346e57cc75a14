import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Case } from "../cases/case.ts";
import { LEAD_SUBJECT } from "../broker/streams.ts";
import { type CaseEvent, readCaseEvent } from "../cases/case_event.ts";
import { applyEvent } from "../cases/fold.ts";
import { worsens } from "../cases/gravity.ts";
import { caseEventTables } from "./case_event_tables.ts";
import { foldedRows } from "./folded_rows.ts";
import { jsonOf, textOf } from "./json.ts";
import { leadProjection } from "./lead_projection.ts";

/**
 * Folds case events into rows; `project` gives the id of the case that changed, and `finish` must
 * follow before the transaction ends.
 */
export function caseProjection(database: DatabaseSync) {
  const leads = leadProjection(database);
  const events = caseEventTables(database);
  const rows = foldedRows(database);

  function apply(event: CaseEvent, text: string, sequence: number): Result<string> {
    const issue = leads.issueOf(event);
    if (issue) return refused(issue);
    const { caseId, act } = event;
    const known = rows.find(caseId);
    const before = known?.about ?? null;
    const after = applyEvent(before, event);
    if (!after.ok) return after;
    events.add(after.value, act, text, sequence);
    rows.change(caseId, {
      about: after.value,
      loaded: known?.loaded ?? null,
      number: known?.number ?? sequence,
      stirred: !known || stirs(before, after.value, event) ? sequence : known.stirred,
      sequence,
    });
    return { ok: true, value: caseId };
  }

  function project(subject: string, sequence: number, bytes: Uint8Array): Result<string | null> {
    if (subject === LEAD_SUBJECT) return leads.project(sequence, bytes);
    const text = textOf(bytes);
    const event = readCaseEvent(jsonOf(text));
    const caseId = subject.slice(subject.lastIndexOf(".") + 1);
    const applied = !event.ok
      ? event
      : event.value.caseId !== caseId
      ? refused(`Case '${event.value.caseId}' has another subject`)
      : apply(event.value, text!, sequence);
    if (!applied.ok) rows.passOver(caseId, sequence);
    return applied;
  }

  return { project, finish: rows.finish };
}

/** Whether people who had seen the case should look again. */
function stirs(before: Case | null, after: Case, { act, actor }: CaseEvent): boolean {
  if (before === null || act.type === "decision-refused") return true;
  return (act.type === "commented" && actor.kind === "aggregator") || worsens(after, before);
}
