import { DatabaseSync } from "node:sqlite";

/** What a table shows of itself to who may see some sites only. `?` stands for their names. */
type Shown =
  /** Rows whose column `site` is one of them. */
  | "site"
  /** Rows whose column `case_id` is a case that is shown. */
  | "case"
  /** Everything: it says nothing about any site by itself. */
  | "all"
  | "nothing";

/**
 * How each table is shown. What isn't named here shows nothing, so that a new table can't tell a
 * stranger anything before somebody has thought about it.
 */
export const SHOWN: Readonly<Record<string, Shown>> = {
  cursor: "all",
  case_row: "site",
  // Contentless and asked only for the numbers of cases, which `case_row` then shows or doesn't.
  case_text: "all",
  case_event: "case",
  sighting: "site",
  waiting: "site",
  lead: "nothing",
  passed_over: "nothing",
  deviation: "site",
  source: "nothing",
  signer: "site",
  refused: "nothing",
  refused_revision: "site",
  printer: "site",
  arrived: "site",
  promised: "site",
  decision: "case",
  sent: "case",
  auth_record: "nothing",
  // A person's own, and asked for by their id.
  review: "all",
  review_all: "all",
  views: "all",
  audit: "nothing",
  audit_due: "nothing",
  printer_event: "site",
  printer_standing: "site",
  maintenance: "site",
  insight: "site",
  alert_record: "all",
  alert_event: "all",
  alert_lane: "all",
  alert_told: "all",
  alert_held: "all",
  delivery: "all",
};

const NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * Opens the read model's file a second time, so that each query sees only what belongs to these
 * sites: a view in front of each table, of the same name. Lists, counts, searches and look-ups by
 * an id need not know of it, and can't forget it. It can't write.
 */
export function openScoped(file: string, sites: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 2000");
  const tables = database.prepare(
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ).all().map((row) => String(row.name));
  const ours = sites.map((site) => `'${site.replaceAll("'", "''")}'`).join(", ");
  for (const table of tables) {
    if (!NAME.test(table)) {
      throw new RangeError(`Cannot scope table '${table}': a plain name needed`);
    }
    const where = conditionOf(SHOWN[table] ?? shownOfPart(table), ours);
    if (where !== null) hide(database, table, where);
  }
  return database;
}

/** A full-text index keeps its parts in tables of its own, which no query of ours names. */
function shownOfPart(table: string): Shown {
  const whole = /^(.+)_(data|idx|content|docsize|config)$/.exec(table)?.[1];
  return whole !== undefined && SHOWN[whole] === "all" ? "all" : "nothing";
}

function conditionOf(shown: Shown, sites: string): string | null {
  switch (shown) {
    case "all":
      return null;
    case "nothing":
      return "FALSE";
    case "site":
      // The plus keeps SQLite on the index that fits the question rather than the sites.
      return `+site IN (${sites})`;
    case "case":
      return `EXISTS (SELECT 1 FROM main.case_row AS seen
        WHERE seen.id = case_id AND seen.site IN (${sites}))`;
  }
}

/** Statements that write may still be prepared; running one is refused. */
function hide(database: DatabaseSync, table: string, where: string): void {
  database.exec(`CREATE TEMP VIEW "${table}" AS SELECT * FROM main."${table}" WHERE ${where}`);
  for (const verb of ["INSERT", "UPDATE", "DELETE"]) {
    database.exec(
      `CREATE TEMP TRIGGER "${table}_${verb}" INSTEAD OF ${verb} ON "${table}"
       BEGIN SELECT RAISE(ABORT, 'read only'); END`,
    );
  }
}
