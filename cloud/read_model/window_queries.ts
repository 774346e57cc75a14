import type { DatabaseSync } from "node:sqlite";
import type { MaintenanceWindow } from "../printers/maintenance_window.ts";

/** A maintenance window, and the sequence that its next event must be written upon. */
export interface FoundWindow {
  window: MaintenanceWindow;
  sequence: number;
}

type Row = Record<string, unknown>;

const windowOf = (row: Row): FoundWindow => ({
  window: JSON.parse(String(row.body)) as MaintenanceWindow,
  sequence: Number(row.sequence),
});

/** What may be asked of the read model about maintenance windows. */
export function windowQueries(database: DatabaseSync) {
  const windows = database.prepare(
    "SELECT body, sequence FROM maintenance WHERE until_ms > ? ORDER BY until_ms DESC LIMIT 200",
  );
  const window = database.prepare("SELECT body, sequence FROM maintenance WHERE id = ?");
  return {
    /** Windows that end or ended after an instant, the last to end first. */
    windowsAfter: (atMs: number): MaintenanceWindow[] =>
      windows.all(atMs).map((row) => windowOf(row).window),

    window(id: string): FoundWindow | null {
      const row = window.get(id);
      return row ? windowOf(row) : null;
    },
  };
}
