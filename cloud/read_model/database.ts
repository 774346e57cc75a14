import { DatabaseSync } from "node:sqlite";
import { beginBuilding } from "./building.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** Opens the read model's file, or starts an empty one if it is missing, broken or out of date. */
export function openDatabase(file: string): DatabaseSync {
  const existing = tryOpen(file);
  if (existing) return existing;
  const database = startFile(file);
  settings(database);
  database.exec(`BEGIN;${SCHEMA};PRAGMA user_version = ${SCHEMA_VERSION};COMMIT`);
  return database;
}

/**
 * The same, but an empty one is still to be built: quickly, by one connection alone, and without a
 * way back should that fail half-way. It counts as a read model after `finishBuilding` only.
 */
export function openToBuild(file: string): DatabaseSync {
  const existing = tryOpen(file);
  if (existing) return existing;
  const database = startFile(file);
  beginBuilding(database);
  return database;
}

function startFile(file: string): DatabaseSync {
  if (file !== ":memory:") removeFiles(file);
  return new DatabaseSync(file);
}

function tryOpen(file: string): DatabaseSync | null {
  if (file === ":memory:") return null;
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file);
    settings(database);
    const row = database.prepare("PRAGMA user_version").get();
    if (row?.user_version === SCHEMA_VERSION) return database;
  } catch {
    // A file that SQLite can't read holds nothing that the streams don't: it is made anew.
  }
  database?.close();
  return null;
}

/** How a finished read model is kept. */
export function settings(database: DatabaseSync): void {
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;" +
      "PRAGMA cache_size = -65536;" +
      "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
  );
}

function removeFiles(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.removeSync(file + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
