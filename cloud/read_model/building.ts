import type { DatabaseSync } from "node:sqlite";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** Indexes of large tables that nothing asks for while these are built: made in one go after it. */
const LATER = /CREATE (?:UNIQUE )?INDEX \w+ ON (?:case_row|case_event|sighting) [^;]+;/g;

/**
 * Makes empty tables that are filled as fast as the disk takes it: all in one transaction, so that
 * a page of an index, of which each batch touches many, is written once and not with each batch.
 */
export function beginBuilding(database: DatabaseSync): void {
  database.exec(
    "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;" +
      "PRAGMA temp_store = MEMORY;" + SCHEMA.replace(LATER, "") + ";BEGIN",
  );
}

/** Whether the tables are still being built; a file without a version is made anew when opened. */
export function isBuilding(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA user_version").get()?.user_version !== SCHEMA_VERSION;
}

/** Writes a batch whole or not at all; while the tables are built, that holds for all batches. */
export function inTransaction(database: DatabaseSync, write: () => void): void {
  if (isBuilding(database)) return write();
  database.exec("BEGIN");
  try {
    write();
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Makes a read model of what was built, if anything was.
 *
 * @param settings how it is to be kept from now on
 */
export function finishBuilding(
  database: DatabaseSync,
  settings: (database: DatabaseSync) => void,
): void {
  if (!isBuilding(database)) return;
  database.exec(`COMMIT;BEGIN;${SCHEMA.match(LATER)?.join("") ?? ""}COMMIT`);
  // All must be on the disk before the version says that it is.
  database.exec(`PRAGMA synchronous = FULL; BEGIN; PRAGMA user_version = -1; COMMIT`);
  settings(database);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
