import type { DatabaseSync } from "node:sqlite";

/** The store's counters of fixed names; those of bytes are kept by triggers. */
export type CounterName = "age_s" | "dropped" | "bytes" | "unconfirmed bytes" | "starts";

export function counter(db: DatabaseSync, name: CounterName): number {
  return Number(db.prepare("SELECT value FROM counter WHERE name = ?").get(name)?.value ?? 0);
}

export function setCounter(db: DatabaseSync, name: CounterName, value: number): void {
  db.prepare("UPDATE counter SET value = ? WHERE name = ?").run(value, name);
}

/** Adds to a counter. */
export function count(db: DatabaseSync, name: CounterName, more: number): void {
  db.prepare("UPDATE counter SET value = value + ? WHERE name = ?").run(more, name);
}
