import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { carryOver } from "./carry_over.ts";
import { moveAside } from "./corrupt_file.ts";
import { IN_MEMORY, openDatabase } from "./open_database.ts";
import { faultOf } from "./store_fault.ts";

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
      return openDatabase(this.file, this.bytesMax);
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
    const db = openDatabase(IN_MEMORY, this.bytesMax);
    this.isForgetful = this.spareFolder === null || !carryOver(this.file, this.spareFolder, db);
    return db;
  }

  #begin(): DatabaseSync {
    const movedAside = moveAside(this.file);
    this.resets += 1;
    this.onReset(movedAside);
    return openDatabase(this.file, this.bytesMax);
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
