import type { DatabaseSync } from "node:sqlite";
import { Severity } from "../../shared/verdict.ts";

/**
 * How grave each deviation was when it was last told: a table beside the records, as a release of
 * before reads those strictly and would forget any that holds one field more. The revision tells
 * whether such a release has told something since. It may be run again.
 */
export const TOLD_LAYOUT = `
  CREATE TABLE IF NOT EXISTS told (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    severity TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS told_out AFTER DELETE ON deviation BEGIN
    DELETE FROM told WHERE id = OLD.id;
  END;
`;

/** Keeps how grave a deviation was told to be, in the transaction that keeps its record. */
export function keepTold(
  db: DatabaseSync,
  id: string,
  revision: number,
  severity: Severity,
): void {
  db.prepare(
    `INSERT INTO told (id, revision, severity) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, severity = excluded.severity`,
  ).run(id, revision, severity);
}

/** How grave a deviation's revision was told to be; undefined where nobody kept it. */
export function toldSeverity(
  db: DatabaseSync,
  id: string,
  revision: number,
): Severity | undefined {
  const row = db.prepare("SELECT severity FROM told WHERE id = ? AND revision = ?")
    .get(id, revision);
  return Severity.safeParse(row?.severity).data;
}

/** Whether a deviation became graver than it was told to be [pure]; unknown isn't graver. */
export function isGraver(now: Severity, told: Severity | undefined): boolean {
  const { options } = Severity;
  return told !== undefined && options.indexOf(now) > options.indexOf(told);
}
