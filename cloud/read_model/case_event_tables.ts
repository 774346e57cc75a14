import type { DatabaseSync } from "node:sqlite";
import type { Case } from "../cases/case.ts";
import type { CaseAct, Sighting } from "../cases/case_event.ts";

/**
 * Writes the tables that are looked up by an event's own content: which deviation belongs to which
 * case, and what became of each decision.
 */
export function caseEventTables(database: DatabaseSync) {
  const addEvent = database.prepare("INSERT OR IGNORE INTO case_event VALUES (?, ?, ?)");
  const addDecision = database.prepare("INSERT OR IGNORE INTO decision VALUES (?, ?, ?, NULL, ?)");
  const answer = database.prepare("UPDATE decision SET outcome = ? WHERE id = ?");
  const see = sightingTables(database);
  return {
    /** @param about the case as it is after the event */
    add(about: Case, act: CaseAct, text: string, sequence: number): void {
      addEvent.run(sequence, about.id, text);
      if (act.type === "opened") {
        for (const one of act.sightings) see(about, one, sequence);
      } else if (act.type === "joined") {
        see(about, act.sighting, sequence);
      } else if (act.type === "decided") {
        addDecision.run(act.decisionId, about.id, act.expiresWallTime, sequence);
      } else if (act.type === "decision-applied" || act.type === "decision-refused") {
        answer.run(act.type === "decision-applied" ? "applied" : "refused", act.decisionId);
      }
    },
  };
}

/** A deviation that a case took in is found by it, and waits for a case no more. */
function sightingTables(database: DatabaseSync) {
  const bind = database.prepare(
    `INSERT OR REPLACE INTO sighting VALUES (${Array(12).fill("?").join(", ")})`,
  );
  const addSource = database.prepare("INSERT OR IGNORE INTO source VALUES (?, ?, ?)");
  const unwait = database.prepare("DELETE FROM waiting WHERE deviation_id = ? AND revision <= ?");
  return ({ id, address }: Case, one: Sighting, eventSequence: number): void => {
    const { deviationId, revision, sequence } = one;
    if (sequence) addSource.run(sequence, deviationId, revision);
    bind.run(
      deviationId,
      id,
      revision,
      address.site,
      address.device,
      address.printer,
      one.identity,
      one.causeId,
      eventSequence,
      one.bootId,
      one.detectedEventS,
      Date.parse(one.wallTime),
    );
    unwait.run(deviationId, revision);
  };
}
