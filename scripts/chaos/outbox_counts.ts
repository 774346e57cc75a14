import { DatabaseSync } from "node:sqlite";

/** What an agent's outbox says of itself once the agent has ended. */
export interface OutboxCounts {
  /** Messages given up for want of room or for age. */
  dropped: number;
  /** Messages that wait still. */
  waiting: number;
}

/** Reads them out of the agent's own file; nobody else may have it open. */
export function outboxCounts(file: string): OutboxCounts {
  const store = new DatabaseSync(file, { readOnly: true });
  try {
    const number = (sql: string) => Number(store.prepare(sql).get()?.n ?? 0);
    return {
      dropped: number("SELECT value AS n FROM counter WHERE name = 'dropped'"),
      waiting: number("SELECT COUNT(*) AS n FROM message"),
    };
  } finally {
    store.close();
  }
}
