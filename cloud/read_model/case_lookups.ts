import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";

/** A case, and the sequence that its next event must be written upon. */
export interface FoundCase {
  about: Case;
  lastSequence: number;
}

/** Reads the columns `body` and `last_sequence` of a case's row. */
export function caseOfRow(row: Record<string, unknown> | undefined): FoundCase | null {
  if (!row) return null;
  return { about: JSON.parse(String(row.body)) as Case, lastSequence: Number(row.last_sequence) };
}

/** What ingest and the courier ask of the read model about cases. */
export function caseLookups(database: DatabaseSync) {
  const ofDeviation = database.prepare(
    `SELECT body, last_sequence FROM case_row JOIN deviation_case ON case_id = case_row.id
     WHERE deviation_id = ?`,
  );
  const ofPrinter = database.prepare(
    `SELECT body FROM case_row WHERE site = ? AND device = ? AND printer = ?
     ORDER BY updated_at DESC LIMIT ?`,
  );
  const ofDecision = database.prepare("SELECT case_id FROM decision WHERE id = ?");
  const unsent = database.prepare(
    `SELECT decision.id, case_id FROM decision LEFT JOIN sent ON decision_id = decision.id
     WHERE decision_id IS NULL AND outcome IS NULL AND expires_at > ? LIMIT 256`,
  );
  return {
    caseOfDeviation: (id: string): FoundCase | null => caseOfRow(ofDeviation.get(id)),

    /** A printer's cases, the last changed first. */
    casesOfPrinter({ site, device, printer }: Address, limit: number): Case[] {
      return ofPrinter.all(site, device, printer, limit).map((row) =>
        JSON.parse(String(row.body)) as Case
      );
    },

    caseIdOfDecision(id: string): string | null {
      return (ofDecision.get(id)?.case_id as string | undefined) ?? null;
    },

    /** Decisions that are recorded, still valid, and not yet with the broker. */
    unsentDecisions(now: string): { decisionId: string; caseId: string }[] {
      return unsent.all(now).map((row) => ({
        decisionId: String(row.id),
        caseId: String(row.case_id),
      }));
    },
  };
}
