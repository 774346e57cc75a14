import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import { type Case, isOpen, lastDecision } from "../cases/case.ts";
import { type CaseAct, CaseEvent } from "../cases/case_event.ts";
import { applyEvent } from "../cases/fold.ts";
import { severityRank } from "../cases/gravity.ts";
import { jsonOf } from "./json.ts";

/** Folds case events into rows; gives the id of the case that changed. */
export function caseProjection(database: DatabaseSync) {
  const read = database.prepare("SELECT body FROM case_row WHERE id = ?");
  const addEvent = database.prepare("INSERT OR IGNORE INTO case_event VALUES (?, ?, ?)");
  const bind = database.prepare("INSERT OR REPLACE INTO deviation_case VALUES (?, ?)");
  const addDecision = database.prepare("INSERT OR IGNORE INTO decision VALUES (?, ?, ?, NULL)");
  const answer = database.prepare("UPDATE decision SET outcome = ? WHERE id = ?");
  const write = database.prepare(
    `INSERT OR REPLACE INTO case_row VALUES (${Array(23).fill("?").join(", ")})`,
  );

  function sideTables(caseId: string, act: CaseAct): void {
    if (act.type === "opened") {
      for (const one of act.sightings) bind.run(one.deviationId, caseId);
    } else if (act.type === "joined") {
      bind.run(act.sighting.deviationId, caseId);
    } else if (act.type === "decided") {
      addDecision.run(act.decisionId, caseId, act.expiresWallTime);
    } else if (act.type === "decision-applied" || act.type === "decision-refused") {
      answer.run(act.type === "decision-applied" ? "applied" : "refused", act.decisionId);
    }
  }

  return function project(subject: string, sequence: number, bytes: Uint8Array): Result<string> {
    const event = CaseEvent.safeParse(jsonOf(bytes));
    if (!event.success) return refused(`Cannot read a case event: ${event.error.message}`);
    const { caseId, act } = event.data;
    if (!subject.endsWith(`.${caseId}`)) return refused(`Case '${caseId}' has another subject`);
    const before = read.get(caseId)?.body;
    const after = applyEvent(
      typeof before === "string" ? JSON.parse(before) as Case : null,
      event.data,
    );
    if (!after.ok) return after;
    addEvent.run(sequence, caseId, JSON.stringify(event.data));
    sideTables(caseId, act);
    write.run(...caseColumns(after.value, sequence));
    return { ok: true, value: caseId };
  };
}

/** When the case's latest deviation was detected, by the device's own clock (UTC). */
function lastSeenAt(about: Case): string {
  const times = about.sightings.map((one) => new Date(one.wallTime).toISOString());
  return times.reduce((last, next) => next > last ? next : last);
}

/** How soon somebody should look: the list begins with what nobody has looked at. */
function attention(about: Case): number {
  if (about.state === "new") return 0;
  if (isOpen(about)) return 1;
  return about.state === "decided" ? 2 : 3;
}

function caseColumns(about: Case, sequence: number): (string | number | null)[] {
  const decision = lastDecision(about);
  return [
    about.id,
    about.address.site,
    about.address.device,
    about.address.printer,
    about.state,
    about.verdict,
    severityRank(about.severity),
    about.probability,
    about.kind,
    about.title,
    about.summary,
    about.leadDeviationId,
    about.openedAt,
    about.updatedAt,
    lastSeenAt(about),
    attention(about),
    about.sightings.length,
    decision?.determination ?? null,
    decision?.outcome?.result ?? null,
    about.reopens,
    about.follows,
    sequence,
    JSON.stringify(about),
  ];
}
