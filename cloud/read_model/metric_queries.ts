import type { DatabaseSync } from "node:sqlite";

/** One number with what it is counted by. */
export interface Counted {
  labels: Record<string, string>;
  value: number;
}

/** What a monitoring system asks of the read model: numbers alone. */
export function metricQueries(database: DatabaseSync) {
  const counted = (sql: string, names: readonly string[]) => {
    const statement = database.prepare(sql);
    return (): Counted[] =>
      statement.all().map((row) => ({
        labels: Object.fromEntries(names.map((name) => [name, String(row[name] ?? "none")])),
        value: Number(row.number),
      }));
  };
  const one = (sql: string) => {
    const statement = database.prepare(sql);
    return (): number => Number(statement.get()?.number ?? 0);
  };
  const cursors = database.prepare("SELECT stream, sequence FROM cursor");
  return {
    openCases: counted(
      // By name, so that the index finds the few that are open among all that ever were.
      `SELECT state, verdict, COUNT(*) AS number FROM case_row
       WHERE state IN ('new', 'acknowledged', 'decided') GROUP BY state, verdict`,
      ["state", "verdict"],
    ),
    decisions: counted(
      "SELECT outcome, COUNT(*) AS number FROM decision GROUP BY outcome",
      ["outcome"],
    ),
    refused: counted(
      "SELECT stream, COUNT(*) AS number FROM refused GROUP BY stream",
      ["stream"],
    ),
    alerts: one("SELECT COUNT(*) AS number FROM alert_event"),
    deliveries: counted(
      "SELECT state, COUNT(*) AS number FROM delivery GROUP BY state",
      ["state"],
    ),
    deviations: one("SELECT COUNT(*) AS number FROM deviation"),
    waiting: one("SELECT COUNT(*) AS number FROM waiting"),
    auditRows: one("SELECT COUNT(*) AS number FROM audit"),
    /** How far each stream stands in the read model. */
    cursors: (): Map<string, number> =>
      new Map(cursors.all().map((row) => [String(row.stream), Number(row.sequence)])),
  };
}
