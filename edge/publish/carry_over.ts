import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * What an agent that begins in memory has to know of before: which decisions were applied, which
 * holds and lessons there are. Not the deviations: a decision upon one of them, applied in memory
 * alone, would be forgotten by the next start, and could then be applied again.
 */
const CARRIED = ["decision", "hold", "lesson"] as const;

/**
 * Reads what must be known out of a store on a disk that takes nothing, into one in memory. SQLite
 * can't follow a write-ahead log on a disk that is read-only, so it reads a copy, made for a moment.
 *
 * @param file the store; where there is none, there is nothing to know
 * @param spareFolder on a disk that does take something, such as one in memory
 * @returns false if it could not be read: then decisions of before are unknown
 */
export function carryOver(file: string, spareFolder: string, into: DatabaseSync): boolean {
  const aside = join(spareFolder, "store-read");
  try {
    if (!isThere(file)) return true;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    const copy = join(aside, "edge.db");
    copyFileSync(file, copy);
    if (isThere(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    copyRows(copy, into);
    return true;
  } catch {
    return false;
  } finally {
    removeQuietly(aside);
  }
}

/** @throws {Error} if that can't be told */
function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function copyRows(file: string, into: DatabaseSync): void {
  const from = new DatabaseSync(file);
  try {
    from.exec("PRAGMA locking_mode = EXCLUSIVE");
    into.exec("BEGIN");
    for (const table of CARRIED) {
      for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) insert(into, table, row);
    }
    into.exec("COMMIT");
  } catch (error) {
    if (into.isTransaction) into.exec("ROLLBACK");
    throw error;
  } finally {
    from.close();
  }
}

function insert(into: DatabaseSync, table: string, row: Record<string, SQLInputValue>): void {
  const names = Object.keys(row);
  into.prepare(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  ).run(...Object.values(row));
}

function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A disk that takes nothing has taken no copy either.
  }
}
