import type { DatabaseSync } from "node:sqlite";
import { DecisionOutcome } from "../../shared/presence.ts";

/** A printer's latest outcomes that are told again after a restart; as many as a presence holds. */
export const OUTCOMES_MAX = 16;

/** What the store's layout has besides for them; it may be run again. */
export const OUTCOMES_LAYOUT = `
  CREATE TABLE IF NOT EXISTS outcome (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    printer TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
`;

/** Keeps what became of a decision, in the transaction that puts it into the outbox. */
export function keepOutcome(db: DatabaseSync, printer: string, outcome: DecisionOutcome): void {
  db.prepare("INSERT INTO outcome (printer, body) VALUES (?, ?)")
    .run(printer, JSON.stringify(outcome));
  db.prepare(
    `DELETE FROM outcome WHERE printer = ?1 AND number NOT IN
     (SELECT number FROM outcome WHERE printer = ?1 ORDER BY number DESC LIMIT ?2)`,
  ).run(printer, OUTCOMES_MAX);
}

/** A printer's latest outcomes, oldest first. */
export function outcomesOf(db: DatabaseSync, printer: string): DecisionOutcome[] {
  const rows = db.prepare("SELECT body FROM outcome WHERE printer = ? ORDER BY number").all(
    printer,
  );
  return rows.flatMap(({ body }) => {
    const read = DecisionOutcome.safeParse(JSON.parse(String(body)));
    return read.success ? [read.data] : [];
  });
}
