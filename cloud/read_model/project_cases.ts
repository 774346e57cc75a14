import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import { type Case, isOpen, lastDecision } from "../cases/case.ts";
import { LEAD_SUBJECT } from "../broker/streams.ts";
import { type CaseAct, CaseEvent, type Sighting } from "../cases/case_event.ts";
import { applyEvent } from "../cases/fold.ts";
import { severityRank } from "../cases/gravity.ts";
import { Lead } from "../cases/lead.ts";
import { jsonOf } from "./json.ts";

/** Folds case events into rows; gives the id of the case that changed. */
export function caseProjection(database: DatabaseSync) {
  const read = database.prepare("SELECT body FROM case_row WHERE id = ?");
  const addEvent = database.prepare("INSERT OR IGNORE INTO case_event VALUES (?, ?, ?)");
  const bind = database.prepare(
    "INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const unwait = database.prepare("DELETE FROM waiting WHERE deviation_id = ? AND revision <= ?");
  const addDecision = database.prepare("INSERT OR IGNORE INTO decision VALUES (?, ?, ?, NULL)");
  const answer = database.prepare("UPDATE decision SET outcome = ? WHERE id = ?");
  const skip = database.prepare("UPDATE case_row SET last_sequence = ? WHERE id = ?");
  const passedOver = database.prepare("INSERT OR REPLACE INTO passed_over VALUES (?, ?)");
  const leads = leadProjection(database);
  const write = database.prepare(
    `INSERT OR REPLACE INTO case_row VALUES (${Array(23).fill("?").join(", ")})`,
  );

  function see({ id, address: { site, device, printer } }: Case, one: Sighting): void {
    const { deviationId, revision, identity, causeId } = one;
    bind.run(deviationId, id, revision, site, device, printer, identity, causeId);
    unwait.run(deviationId, revision);
  }

  function sideTables(about: Case, act: CaseAct): void {
    if (act.type === "opened") {
      for (const one of act.sightings) see(about, one);
    } else if (act.type === "joined") {
      see(about, act.sighting);
    } else if (act.type === "decided") {
      addDecision.run(act.decisionId, about.id, act.expiresWallTime);
    } else if (act.type === "decision-applied" || act.type === "decision-refused") {
      answer.run(act.type === "decision-applied" ? "applied" : "refused", act.decisionId);
    }
  }

  function apply(event: CaseEvent, sequence: number): Result<string> {
    const issue = leads.issueOf(event);
    if (issue) return refused(issue);
    const { caseId } = event;
    const before = read.get(caseId)?.body;
    const after = applyEvent(
      typeof before === "string" ? JSON.parse(before) as Case : null,
      event,
    );
    if (!after.ok) return after;
    addEvent.run(sequence, caseId, JSON.stringify(event));
    sideTables(after.value, event.act);
    write.run(...caseColumns(after.value, sequence));
    return { ok: true, value: caseId };
  }

  /** What the case's next event must be written upon, though this one isn't part of it. */
  function passOver(caseId: string, sequence: number): void {
    if (Number(skip.run(sequence, caseId).changes) === 0) passedOver.run(caseId, sequence);
  }

  return function project(
    subject: string,
    sequence: number,
    bytes: Uint8Array,
  ): Result<string | null> {
    if (subject === LEAD_SUBJECT) return leads.project(sequence, bytes);
    const event = CaseEvent.safeParse(jsonOf(bytes));
    const caseId = subject.slice(subject.lastIndexOf(".") + 1);
    const applied = !event.success
      ? refused(`Cannot read a case event: ${event.error.message}`)
      : event.data.caseId !== caseId
      ? refused(`Case '${event.data.caseId}' has another subject`)
      : apply(event.data, sequence);
    if (!applied.ok) passOver(caseId, sequence);
    return applied;
  };
}

/** Knows who leads at this point of the stream. */
function leadProjection(database: DatabaseSync) {
  const read = database.prepare("SELECT sequence FROM lead");
  const write = database.prepare("INSERT OR REPLACE INTO lead VALUES (1, ?)");
  let current = Number(read.get()?.sequence ?? 0);
  return {
    project(sequence: number, bytes: Uint8Array): Result<null> {
      const lead = Lead.safeParse(jsonOf(bytes));
      if (!lead.success) return refused(`Cannot read a lead: ${lead.error.message}`);
      write.run(sequence);
      current = sequence;
      return { ok: true, value: null };
    },
    /** Why an event that a replica wrote by itself doesn't count, if it doesn't. */
    issueOf(event: CaseEvent): string | null {
      const bundled = event.act.type === "opened" || event.act.type === "joined";
      if (!bundled || event.actor.kind !== "aggregator") return null;
      const lead = event.lead ?? 0;
      return lead === current
        ? null
        : `Cannot bundle a deviation: lead ${current} was required, got ${lead}, which has ended`;
    },
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
