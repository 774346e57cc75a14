import { DatabaseSync } from "node:sqlite";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { carryOver } from "./carry_over.ts";
import { DELIVERED_LAYOUT } from "./delivered.ts";
import { OUTCOMES_LAYOUT } from "./kept_outcomes.ts";
import { TOLD_LAYOUT } from "./told_severity.ts";
import { UNCONFIRMED_LAYOUT } from "./unconfirmed.ts";

/** Corrupt files that are kept for an inquiry; older ones are removed. */
const KEPT_CORRUPT_MAX = 2;

/** The layout that this code writes; a file of another layout is moved aside like a corrupt one. */
const LAYOUT_VERSION = 1;

const LAYOUT = `
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_id TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    revision INTEGER NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('threat', 'deviation', 'presence')),
    subject TEXT NOT NULL,
    bytes BLOB NOT NULL,
    queued_age_s REAL NOT NULL,
    parked TEXT
  ) STRICT;
  CREATE INDEX message_about ON message (about, revision);
  CREATE INDEX message_parked ON message (seq) WHERE parked IS NOT NULL;
  CREATE TABLE deviation (
    id TEXT PRIMARY KEY,
    printer TEXT NOT NULL,
    identity TEXT NOT NULL,
    record TEXT NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deviation_identity ON deviation (printer, identity, touched);
  CREATE INDEX deviation_touched ON deviation (touched);
  CREATE TABLE decision (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('intended', 'done')),
    record TEXT NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE lesson (
    printer TEXT NOT NULL,
    identity TEXT NOT NULL,
    record TEXT NOT NULL,
    touched INTEGER NOT NULL,
    PRIMARY KEY (printer, identity)
  ) STRICT;
  CREATE TABLE hold (printer TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE counter (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT;
  INSERT INTO counter VALUES ('age_s', 0), ('dropped', 0), ('bytes', 0), ('starts', 0);
  CREATE TRIGGER message_in AFTER INSERT ON message BEGIN
    UPDATE counter SET value = value + LENGTH(NEW.bytes) WHERE name = 'bytes';
  END;
  CREATE TRIGGER message_out AFTER DELETE ON message BEGIN
    UPDATE counter SET value = value - LENGTH(OLD.bytes) WHERE name = 'bytes';
  END;
  PRAGMA user_version = ${LAYOUT_VERSION};
`;

const IN_MEMORY = ":memory:";

/** What is wrong with the file: only `corrupt` may be answered by moving it aside. */
export type StoreFault = "corrupt" | "full" | "locked" | "other";

/** What the operating system says of a disk that takes nothing (errno(3)). */
const DISK_CODES = ["EROFS", "ENOSPC", "EIO", "EDQUOT"];

/** Sorts an error of SQLite's by its code (sqlite.org/rescode.html), or where absent by its words. */
export function faultOf(error: unknown): StoreFault {
  if (!(error instanceof Error)) return "other";
  if ("code" in error && DISK_CODES.includes(String(error.code))) return "full";
  const code = "errcode" in error ? Number(error.errcode) & 0xff : NaN;
  const says = (words: RegExp) => words.test(error.message);
  if (code === 11 || code === 26 || says(/malformed|not a database/)) return "corrupt";
  if (code === 13 || code === 10 || code === 8 || says(/full|readonly|I\/O error/)) return "full";
  if (code === 5 || code === 6 || says(/locked/)) return "locked";
  return "other";
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

function tryOpen(file: string, bytesMax: number): DatabaseSync {
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

function removeOldCorrupt(file: string): void {
  const prefix = `${basename(file)}.corrupt-`;
  const numbers = readdirSync(dirname(file))
    .map((name) => name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN)
    .filter(Number.isInteger).sort((a, b) => a - b);
  for (const number of numbers.slice(0, Math.max(0, numbers.length - KEPT_CORRUPT_MAX))) {
    rmSync(join(dirname(file), `${prefix}${number}`), { force: true });
  }
}

function moveAside(file: string): string {
  const prefix = `${basename(file)}.corrupt-`;
  const taken = readdirSync(dirname(file))
    .map((name) => name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0);
  const target = `${file}.corrupt-${Math.max(0, ...taken.filter(Number.isInteger)) + 1}`;
  renameSync(file, target);
  // The write-ahead log belongs to the corrupt file; a new file must not meet it.
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
  removeOldCorrupt(file);
  return target;
}

/**
 * The one SQLite file of what must last at the edge: the outbox, the ids of deviations, decisions
 * taken, lessons and holds. One process at a time: the file is locked. It survives SIGKILL at any
 * point; a corrupt file is moved aside and a new one begun, at start and in the midst of work.
 */
export class Store {
  #db: DatabaseSync;
  /** Whether the disk took nothing at the start: everything then is in memory, until a restart. */
  isInMemory = false;
  /** Whether decisions and holds of before are unknown: it is in memory, and the file unreadable. */
  isForgetful = false;
  /** How often a corrupt file had to be replaced; what it held is lost. */
  resets = 0;

  /**
   * @param file path of the database; its folder is made
   * @param bytesMax bound of the outbox, bytes; the file never grows beyond about 1.5 times that
   * @param onReset told where a corrupt file was moved
   * @param spareFolder where the file may be copied to be read, if its disk takes nothing
   * @throws {Error} if it is locked by another process or can't be opened at all; where the disk
   * is full or may only be read it works in memory
   */
  constructor(
    readonly file: string,
    readonly bytesMax: number,
    private readonly onReset: (movedAside: string) => void,
    private readonly spareFolder: string | null = null,
  ) {
    this.#db = this.#open();
  }

  #open(): DatabaseSync {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      return tryOpen(this.file, this.bytesMax);
    } catch (error) {
      const fault = faultOf(error);
      if (fault === "full") return this.#openInMemory();
      if (fault === "locked") {
        throw new Error(
          `Cannot open '${this.file}': a file that no other agent uses was required, ` +
            `got one in use`,
          { cause: error },
        );
      }
      if (fault !== "corrupt") throw error;
    }
    return this.#begin();
  }

  #openInMemory(): DatabaseSync {
    this.isInMemory = true;
    const db = tryOpen(IN_MEMORY, this.bytesMax);
    this.isForgetful = this.spareFolder === null || !carryOver(this.file, this.spareFolder, db);
    return db;
  }

  #begin(): DatabaseSync {
    const movedAside = moveAside(this.file);
    this.resets += 1;
    this.onReset(movedAside);
    return tryOpen(this.file, this.bytesMax);
  }

  /**
   * Runs `work` as one transaction; on a corrupt file it runs again on a new, empty one.
   *
   * @throws {Error} whatever `work` or SQLite throws besides corruption, such as a full disk
   */
  run<T>(work: (db: DatabaseSync) => T): T {
    return this.#within("BEGIN IMMEDIATE", work);
  }

  /** As `run`, for work that only reads: a disk that takes nothing doesn't stand in its way. */
  read<T>(work: (db: DatabaseSync) => T): T {
    return this.#within("BEGIN", work);
  }

  #within<T>(begin: Begin, work: (db: DatabaseSync) => T): T {
    try {
      return transaction(this.#db, begin, work);
    } catch (error) {
      if (faultOf(error) !== "corrupt") throw error;
    }
    this.#db.close();
    this.#db = this.#begin();
    return transaction(this.#db, begin, work);
  }

  close(): void {
    this.#db.close();
  }
}

type Begin = "BEGIN" | "BEGIN IMMEDIATE";

function transaction<T>(db: DatabaseSync, begin: Begin, work: (db: DatabaseSync) => T): T {
  db.exec(begin);
  try {
    const result = work(db);
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // SQLite has rolled back by itself already, as it does on a full disk.
  }
}
