import { CONTRACT_VERSION } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { caseSubject, STREAMS } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import type { Actor, CaseAct } from "./case_event.ts";
import { CaseEvent } from "./case_event.ts";

/** Where an event of a case was written, or that somebody else wrote to that case first. */
export type Written = { type: "written"; sequence: number } | { type: "conflict" };

/** Writes events of cases; each stands in the read model when `write` resolves. */
export interface CaseLog {
  /** @param lastSequence the case's last event that the writer knows of; 0 for a new case */
  write(caseId: string, act: CaseAct, actor: Actor, lastSequence: number): Promise<Written>;
}

/** The actor behind whatever the aggregator does by itself. */
export const AGGREGATOR: Actor = { kind: "aggregator", id: "aggregator", name: "Printwarden" };

export function caseLog(broker: Broker, projector: Projector, now: () => Date): CaseLog {
  return {
    async write(caseId, act, actor, lastSequence) {
      const event: CaseEvent = CaseEvent.parse({
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        caseId,
        at: now().toISOString(),
        actor,
        act,
      });
      const subject = caseSubject(caseId);
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      const appended = await broker.append(subject, bytes, {
        id: event.id,
        lastSubjectSequence: lastSequence,
      });
      if (appended.type === "conflict") {
        const last = await broker.last(STREAMS.cases, subject);
        if (last) await projector.reached(STREAMS.cases, last.sequence);
        return appended;
      }
      await projector.reached(STREAMS.cases, appended.sequence);
      return { type: "written", sequence: appended.sequence };
    },
  };
}
