import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DELIVERED_LAYOUT } from "./delivered.ts";
import { OUTCOMES_LAYOUT } from "./kept_outcomes.ts";
import { LAYOUT, LAYOUT_VERSION } from "./store_layout.ts";
import { TOLD_LAYOUT } from "./told_severity.ts";
import { UNCONFIRMED_LAYOUT } from "./unconfirmed.ts";

/** In place of a file: what is written lasts as long as the process. */
export const IN_MEMORY = ":memory:";

/**
 * Opens the database of what must last, and makes its tables where there are none.
 *
 * @param bytesMax bound of the outbox, bytes
 * @throws {Error} if it can't be opened or written, or is corrupt
 */
export function openDatabase(file: string, bytesMax: number): DatabaseSync {
  // Node says why a file can't be written; SQLite would only say that it can't be opened.
  if (file !== IN_MEMORY) closeSync(openSync(file, "a", 0o600));
  const db = new DatabaseSync(file);
  try {
    if (file !== IN_MEMORY) chmodSync(file, 0o600);
    db.exec(pragmas(bytesMax));
    const { user_version: version } = db.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${LAYOUT} COMMIT;`);
    else if (version !== LAYOUT_VERSION) {
      throw new Error(`file is not a database of layout ${LAYOUT_VERSION}, got ${version}`);
    }
    db.exec(DELIVERED_LAYOUT + OUTCOMES_LAYOUT + TOLD_LAYOUT + UNCONFIRMED_LAYOUT);
    const check = db.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (check.quick_check !== "ok") throw new Error(`malformed: ${check.quick_check}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function pragmas(bytesMax: number): string {
  // Rows and indices need about a quarter on top of the messages; this is the file's hard ceiling.
  const pagesMax = Math.ceil(bytesMax * 1.5 / 4096) + 256;
  // A short log: on a full disk a long one would itself take the room that moving it needs.
  return `
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 64;
    PRAGMA journal_size_limit = 524288;
    PRAGMA max_page_count = ${pagesMax};
  `;
}
