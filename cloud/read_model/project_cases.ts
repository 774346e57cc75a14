import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Case } from "../cases/case.ts";
import { LEAD_SUBJECT } from "../broker/streams.ts";
import { type CaseAct, type CaseEvent, readCaseEvent, type Sighting } from "../cases/case_event.ts";
import { applyEvent } from "../cases/fold.ts";
import { worsens } from "../cases/gravity.ts";
import { Lead } from "../cases/lead.ts";
import { caseColumns, searchText } from "./case_columns.ts";
import { jsonOf, textOf } from "./json.ts";

/**
 * Folds case events into rows; `project` gives the id of the case that changed, and `finish` must
 * follow before the transaction ends.
 */
export function caseProjection(database: DatabaseSync) {
  const folding = new Map<string, Folding>();
  const read = database.prepare(
    "SELECT body, number, stirred, last_sequence FROM case_row WHERE id = ?",
  );
  const addEvent = database.prepare("INSERT OR IGNORE INTO case_event VALUES (?, ?, ?)");
  const bind = database.prepare(
    `INSERT OR REPLACE INTO sighting VALUES (${Array(12).fill("?").join(", ")})`,
  );
  const addSource = database.prepare("INSERT OR IGNORE INTO source VALUES (?, ?, ?)");
  const unwait = database.prepare("DELETE FROM waiting WHERE deviation_id = ? AND revision <= ?");
  const addDecision = database.prepare("INSERT OR IGNORE INTO decision VALUES (?, ?, ?, NULL, ?)");
  const answer = database.prepare("UPDATE decision SET outcome = ? WHERE id = ?");
  const skip = database.prepare("UPDATE case_row SET last_sequence = ? WHERE id = ?");
  const passedOver = database.prepare("INSERT OR REPLACE INTO passed_over VALUES (?, ?)");
  const leads = leadProjection(database);
  const write = database.prepare(
    `INSERT OR REPLACE INTO case_row VALUES (${Array(25).fill("?").join(", ")})`,
  );

  const index = database.prepare("INSERT OR REPLACE INTO case_text (rowid, text) VALUES (?, ?)");

  function see(
    { id, address: { site, device, printer } }: Case,
    one: Sighting,
    eventSequence: number,
  ): void {
    const { deviationId, revision, sequence } = one;
    if (sequence) addSource.run(sequence, deviationId, revision);
    bind.run(
      deviationId,
      id,
      revision,
      site,
      device,
      printer,
      one.identity,
      one.causeId,
      eventSequence,
      one.bootId,
      one.detectedEventS,
      Date.parse(one.wallTime),
    );
    unwait.run(deviationId, revision);
  }

  function sideTables(about: Case, act: CaseAct, sequence: number): void {
    if (act.type === "opened") {
      for (const one of act.sightings) see(about, one, sequence);
    } else if (act.type === "joined") {
      see(about, act.sighting, sequence);
    } else if (act.type === "decided") {
      addDecision.run(act.decisionId, about.id, act.expiresWallTime, sequence);
    } else if (act.type === "decision-applied" || act.type === "decision-refused") {
      answer.run(act.type === "decision-applied" ? "applied" : "refused", act.decisionId);
    }
  }

  function load(caseId: string): Folding | null {
    const row = read.get(caseId);
    if (!row) return null;
    const about = JSON.parse(String(row.body)) as Case;
    const [number, stirred] = [Number(row.number), Number(row.stirred)];
    return { about, loaded: about, number, stirred, sequence: Number(row.last_sequence) };
  }

  function apply(event: CaseEvent, text: string, sequence: number): Result<string> {
    const issue = leads.issueOf(event);
    if (issue) return refused(issue);
    const { caseId, act } = event;
    const known = folding.get(caseId) ?? load(caseId);
    const before = known?.about ?? null;
    const after = applyEvent(before, event);
    if (!after.ok) return after;
    addEvent.run(sequence, caseId, text);
    sideTables(after.value, act, sequence);
    folding.set(caseId, {
      about: after.value,
      loaded: known?.loaded ?? null,
      number: known?.number ?? sequence,
      stirred: !known || stirs(before, after.value, act) ? sequence : known.stirred,
      sequence,
    });
    return { ok: true, value: caseId };
  }

  /** What the case's next event must be written upon, though this one isn't part of it. */
  function passOver(caseId: string, sequence: number): void {
    const known = folding.get(caseId);
    if (known) known.sequence = sequence;
    else if (Number(skip.run(sequence, caseId).changes) === 0) passedOver.run(caseId, sequence);
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
    if (!applied.ok) passOver(caseId, sequence);
    return applied;
  }

  /** Writes the rows of all cases that have changed since, each once. */
  function finish(): void {
    for (const { about, loaded, number, stirred, sequence } of folding.values()) {
      write.run(...caseColumns(about, sequence, number, stirred));
      const text = searchText(about);
      if (!loaded || text !== searchText(loaded)) index.run(number, text);
    }
    folding.clear();
  }

  return { project, finish };
}

/** A case whose events of one transaction are being added up. */
interface Folding {
  about: Case;
  /** As the tables have it; null for one that they don't know yet. */
  loaded: Case | null;
  number: number;
  stirred: number;
  sequence: number;
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

/** Whether people who had seen the case should look again. */
function stirs(before: Case | null, after: Case, act: CaseAct): boolean {
  return before === null || act.type === "decision-refused" || worsens(after, before);
}
