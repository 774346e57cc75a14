import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Kind } from "../../shared/kinds.ts";
import { reasonOf } from "../../shared/reason.ts";
import type { IrregularityNumbers } from "../finding.ts";
import { DecidedIrregularity, type DecidedLabel } from "./decided.ts";

/** Irregularities kept at most; about 3 KB each. Those without a label go first, oldest first. */
const KEPT_MAX = 2000;
/** Numbers of one irregularity that are larger than this are none of ours, characters. */
const NUMBERS_CHARS_MAX = 16_384;

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS irregularity (
    deviation_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    numbers TEXT NOT NULL,
    label TEXT CHECK (label IN ('threat', 'expected')),
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS irregularity_touched ON irregularity (touched);
`;

/**
 * Irregularities in numbers, kept on this device until an expert says what they were. A file of its
 * own, so that an export can read it while the agent runs. What fails here costs a lesson, never a
 * deviation: every failure is told and survived.
 */
export class LearningFile {
  #db: DatabaseSync | null = null;

  /** @param onTrouble told once for each thing that the file doesn't take */
  constructor(
    file: string,
    private readonly onTrouble: (reason: string) => void,
    private readonly keptMax = KEPT_MAX,
  ) {
    this.#try(() => {
      const db = new DatabaseSync(file);
      chmodSync(file, 0o600);
      db.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;",
      );
      db.exec(LAYOUT);
      this.#db = db;
    });
  }

  /** Keeps the newest numbers of a deviation; what an expert has labelled stays as it was then. */
  note(deviationId: string, kind: Kind, numbers: IrregularityNumbers): void {
    const text = JSON.stringify(numbers);
    if (text.length > NUMBERS_CHARS_MAX) return;
    this.#try(() => {
      this.#db?.prepare(
        `INSERT INTO irregularity (deviation_id, kind, numbers, label, touched)
         VALUES (?, ?, ?, NULL, (SELECT COALESCE(MAX(touched), 0) + 1 FROM irregularity))
         ON CONFLICT (deviation_id) DO UPDATE SET numbers = excluded.numbers, kind = excluded.kind,
         touched = excluded.touched WHERE label IS NULL`,
      ).run(deviationId, kind, text);
      this.#db?.prepare(
        `DELETE FROM irregularity WHERE deviation_id IN
         (SELECT deviation_id FROM irregularity ORDER BY label IS NOT NULL, touched
          LIMIT MAX(0, (SELECT COUNT(*) FROM irregularity) - ?))`,
      ).run(this.keptMax);
    });
  }

  /** Gives a deviation an expert's label, or takes it back. */
  label(deviationId: string, label: DecidedLabel | null): void {
    this.#try(() => {
      this.#db?.prepare("UPDATE irregularity SET label = ? WHERE deviation_id = ?")
        .run(label, deviationId);
    });
  }

  /** Everything that experts have labelled, oldest first. */
  decided(): DecidedIrregularity[] {
    const rows = this.#db?.prepare(
      "SELECT * FROM irregularity WHERE label IS NOT NULL ORDER BY touched",
    ).all() ?? [];
    return rows.flatMap((row) => {
      const { deviation_id: deviationId, kind, label } = row;
      const numbers = JSON.parse(String(row.numbers));
      const read = DecidedIrregularity.safeParse({
        version: 1,
        deviationId,
        kind,
        ...numbers,
        label,
      });
      return read.success ? [read.data] : [];
    });
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onTrouble(reasonOf(error));
    }
  }
}
