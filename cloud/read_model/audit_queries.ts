import type { DatabaseSync } from "node:sqlite";
import type { AuditNote, AuditRow } from "../auth/records.ts";

/** What may be asked of the audit log. */
export type AuditQueries = ReturnType<typeof auditQueries>;

export function auditQueries(database: DatabaseSync) {
  const rows = database.prepare("SELECT body FROM audit ORDER BY sequence DESC LIMIT ?");
  const due = database.prepare("SELECT body FROM audit_due ORDER BY number LIMIT ?");
  const isDue = database.prepare("SELECT 1 AS yes FROM audit_due WHERE id = ?");
  return {
    /** The last rows, the last first. */
    rows: (limit: number): AuditRow[] =>
      rows.all(limit).map((row) => JSON.parse(String(row.body)) as AuditRow),
    /** Acts that were stored and whose row isn't known yet, the oldest first. */
    due: (limit: number): AuditNote[] =>
      due.all(limit).map((row) => JSON.parse(String(row.body)) as AuditNote),
    isDue: (id: string): boolean => isDue.get(id) !== undefined,
  };
}
