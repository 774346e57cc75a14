import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import type { DayRecord, InsightRecord, PrintRecord, WearRecord } from "../insights/records.ts";

/** No report is made of more of each. */
const ROWS_MAX = 100_000;

export type InsightQueries = ReturnType<typeof insightQueries>;

/** What may be asked of the read model about prints, times and wear. */
export function insightQueries(database: DatabaseSync) {
  const one = database.prepare(
    "SELECT 1 FROM insight WHERE type = ? AND site = ? AND device = ? AND printer = ? AND key = ?",
  );
  const since = database.prepare(
    "SELECT body FROM insight WHERE type = ? AND at >= ? ORDER BY at DESC LIMIT ?",
  );
  const confirmed = database.prepare(
    `SELECT body FROM case_row WHERE determination = 'threat-confirmed' AND updated_at >= ?
     ORDER BY updated_at DESC LIMIT ?`,
  );
  const rows = <T>(type: InsightRecord["type"], from: string): T[] =>
    since.all(type, from, ROWS_MAX).reverse().map((row) => JSON.parse(String(row.body)) as T);
  return {
    has: (type: InsightRecord["type"], { site, device, printer }: Address, key: string): boolean =>
      one.get(type, site, device, printer, key) !== undefined,

    /** Prints that ended at `from` (UTC) or later, the oldest first. */
    prints: (from: string) => rows<PrintRecord>("print", from),
    /** Counters by day, from that day on, the oldest first. */
    days: (from: string) => rows<DayRecord>("day", from.slice(0, 10)),
    wear: (from: string) => rows<WearRecord>("wear", from.slice(0, 10)),
    /** Confirmed threats in which something happened at `from` (UTC) or later. */
    confirmedThreats: (from: string): Case[] =>
      confirmed.all(from, ROWS_MAX).map((row) => JSON.parse(String(row.body)) as Case),
  };
}
