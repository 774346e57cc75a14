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
