import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { noteHeaders } from "../auth/audit_log.ts";
import type { AuditNote } from "../auth/records.ts";
import type { Appended, Broker } from "../broker/broker.ts";
import { caseSubject, STREAMS } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import { type Actor, type CaseAct, type CaseEvent, readCaseEvent } from "./case_event.ts";

/** Where an event of a case was written, or that somebody else wrote to that case first. */
export type Written = { type: "written"; sequence: number } | { type: "conflict" };

/** Writes events of cases. */
export interface CaseLog {
  /**
   * Writes an event; it stands in the read model when this resolves.
   *
   * @param lastSequence the case's last event that the writer knows of; 0 for a new case
   * @param more.at when it happened, if somebody has signed that already; by default now
   * @param more.note the row of the audit log that the event's message carries
   */
  write(
    caseId: string,
    act: CaseAct,
    actor: Actor,
    lastSequence: number,
    more?: { at?: string; note?: AuditNote },
  ): Promise<Written>;
  /** The same for what a replica bundles under its lead, without waiting for the read model. */
  bundle(caseId: string, act: CaseAct, lastSequence: number, lead: number): Promise<Appended>;
}

/** The actor behind whatever the aggregator does by itself. */
export const AGGREGATOR: Actor = { kind: "aggregator", id: "aggregator", name: "Printwarden" };

export function caseLog(broker: Broker, projector: Projector, now: () => Date): CaseLog {
  function append(
    about: Pick<CaseEvent, "caseId" | "act" | "actor" | "lead"> & { at?: string },
    lastSubjectSequence: number,
    note?: AuditNote,
  ): Promise<Appended> {
    const read = readCaseEvent({
      contractVersion: CONTRACT_VERSION,
      id: crypto.randomUUID(),
      ...about,
      at: about.at ?? now().toISOString(),
    });
    if (!read.ok) throw new TypeError(read.issue);
    const event = read.value;
    const bytes = new TextEncoder().encode(JSON.stringify(event));
    return broker.append(caseSubject(event.caseId), bytes, {
      id: event.id,
      lastSubjectSequence,
      headers: noteHeaders(note),
    });
  }

  return {
    async write(caseId, act, actor, lastSequence, { at, note } = {}) {
      const appended = await append({ caseId, act, actor, at }, lastSequence, note);
      if (appended.type === "conflict") {
        const last = await broker.last(STREAMS.cases, caseSubject(caseId));
        if (last) await projector.reached(STREAMS.cases, last.sequence);
        return appended;
      }
      await projector.reached(STREAMS.cases, appended.sequence);
      return { type: "written", sequence: appended.sequence };
    },
    bundle: (caseId, act, lastSequence, lead) =>
      append({ caseId, act, actor: AGGREGATOR, lead }, lastSequence),
  };
}
