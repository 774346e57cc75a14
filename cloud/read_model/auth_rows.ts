import type { DatabaseSync } from "node:sqlite";

/** A record with the sequence that a later version of it must be written upon. */
export interface Versioned<T> {
  record: T;
  sequence: number;
}

/** The schema of a kind of record. */
interface Form<T> {
  parse(value: unknown): T;
}

type Row = Record<string, unknown>;

/** Reads the column `body`. */
export function recordOf<T>(row: Row, form: Form<T>): T {
  return form.parse(JSON.parse(String(row.body)));
}

/** Reads the columns `body` and `sequence`, where there is a row. */
export function versionedOf<T>(row: Row | undefined, form: Form<T>): Versioned<T> | null {
  return row ? { record: recordOf(row, form), sequence: Number(row.sequence) } : null;
}

/** Looks records of one type up by their id. */
export function recordById<T>(database: DatabaseSync, type: string, form: Form<T>) {
  const one = database.prepare("SELECT body, sequence FROM auth_record WHERE type = ? AND id = ?");
  return (id: string): Versioned<T> | null => versionedOf(one.get(type, id), form);
}

/** The latest records of one type. */
export function latestRecords<T>(database: DatabaseSync, type: string, form: Form<T>) {
  const all = database.prepare(
    "SELECT body FROM auth_record WHERE type = ? ORDER BY sequence DESC LIMIT ?",
  );
  return (limit: number): T[] => all.all(type, limit).map((row) => recordOf(row, form));
}
