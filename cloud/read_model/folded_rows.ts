import type { DatabaseSync } from "node:sqlite";
import type { Case } from "../cases/case.ts";
import { caseColumns, searchText } from "./case_columns.ts";

/** A case whose events of one transaction are being added up. */
export interface Folding {
  about: Case;
  /** As the tables have it; null for one that they don't know yet. */
  loaded: Case | null;
  number: number;
  stirred: number;
  sequence: number;
}

/** The rows of cases, each written once in a transaction, however many events it brings them. */
export function foldedRows(database: DatabaseSync) {
  const folding = new Map<string, Folding>();
  const read = database.prepare(
    "SELECT body, number, stirred, last_sequence FROM case_row WHERE id = ?",
  );
  const skip = database.prepare("UPDATE case_row SET last_sequence = ? WHERE id = ?");
  const passedOver = database.prepare("INSERT OR REPLACE INTO passed_over VALUES (?, ?)");
  const write = database.prepare(
    `INSERT OR REPLACE INTO case_row VALUES (${Array(25).fill("?").join(", ")})`,
  );
  const index = database.prepare("INSERT OR REPLACE INTO case_text (rowid, text) VALUES (?, ?)");

  function load(caseId: string): Folding | null {
    const row = read.get(caseId);
    if (!row) return null;
    const about = JSON.parse(String(row.body)) as Case;
    const [number, stirred] = [Number(row.number), Number(row.stirred)];
    return { about, loaded: about, number, stirred, sequence: Number(row.last_sequence) };
  }

  return {
    find: (caseId: string): Folding | null => folding.get(caseId) ?? load(caseId),

    change(caseId: string, changed: Folding): void {
      folding.set(caseId, changed);
    },

    /** What the case's next event must be written upon, though this one isn't part of it. */
    passOver(caseId: string, sequence: number): void {
      const known = folding.get(caseId);
      if (known) known.sequence = sequence;
      else if (Number(skip.run(sequence, caseId).changes) === 0) passedOver.run(caseId, sequence);
    },

    /** Writes the rows of all cases that have changed since, each once. */
    finish(): void {
      for (const { about, loaded, number, stirred, sequence } of folding.values()) {
        write.run(...caseColumns(about, sequence, number, stirred));
        const text = searchText(about);
        if (!loaded || text !== searchText(loaded)) index.run(number, text);
      }
      folding.clear();
    },
  };
}
