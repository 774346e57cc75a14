import type { DatabaseSync } from "node:sqlite";
import type { SentDecision } from "../cases/unrecorded.ts";

/** A decision that is recorded and not yet with the broker. */
export interface UnsentDecision {
  /** Where it was recorded. */
  sequence: number;
  decisionId: string;
  caseId: string;
}

/** What the courier asks about recorded decisions. */
export function decisionQueries(database: DatabaseSync) {
  const ofDecision = database.prepare("SELECT case_id FROM decision WHERE id = ?");
  const unsent = database.prepare(
    `SELECT decision.sequence, decision.id, decision.case_id
     FROM decision LEFT JOIN sent ON decision_id = decision.id
     WHERE decision_id IS NULL AND outcome IS NULL AND expires_at > ? AND decision.sequence > ?
     ORDER BY decision.sequence LIMIT 256`,
  );
  const sent = database.prepare(
    `SELECT case_id AS caseId, determination, decided_at AS decidedAt FROM sent
     WHERE decision_id = ?`,
  );
  return {
    sentDecision: (id: string) => (sent.get(id) as SentDecision | undefined) ?? null,

    caseIdOfDecision(id: string): string | null {
      return (ofDecision.get(id)?.case_id as string | undefined) ?? null;
    },

    /**
     * Some of the decisions that are recorded, still valid, and not yet with the broker, in the order
     * in which they were recorded.
     *
     * @param after where the last one that was looked at was recorded; 0 for the first
     */
    unsentDecisions(now: string, after: number): UnsentDecision[] {
      return unsent.all(now, after).map((row) => ({
        sequence: Number(row.sequence),
        decisionId: String(row.id),
        caseId: String(row.case_id),
      }));
    },
  };
}
