import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import type { PrinterEvent } from "../printers/printer_event.ts";
import { addressColumns } from "./address_columns.ts";
import { standingQueries } from "./standing_queries.ts";
import { windowQueries } from "./window_queries.ts";

export type PrinterQueries = ReturnType<typeof printerQueries>;

/** What may be asked of the read model about printers: how they stand, their past, their windows. */
export function printerQueries(database: DatabaseSync) {
  return {
    ...standingQueries(database),
    ...historyQueries(database),
    ...windowQueries(database),
  };
}

/** A printer's past. */
function historyQueries(database: DatabaseSync) {
  const history = database.prepare(
    `SELECT body FROM printer_event WHERE site = ? AND device = ? AND printer = ?
     ORDER BY sequence DESC LIMIT ?`,
  );
  const label = database.prepare(
    `SELECT body ->> 'label' AS label FROM printer WHERE site = ? AND device = ? AND printer = ?`,
  );
  const cases = database.prepare(
    `SELECT body FROM case_row WHERE site = ? AND device = ? AND printer = ?
     ORDER BY seen_at DESC LIMIT ?`,
  );
  return {
    /** A printer's history, the last first. */
    history: (address: Address, limit: number): PrinterEvent[] =>
      history.all(...addressColumns(address), limit).map((row) =>
        JSON.parse(String(row.body)) as PrinterEvent
      ),

    /** A printer's cases, the last seen first. */
    cases: (address: Address, limit: number): Case[] =>
      cases.all(...addressColumns(address), limit).map((row) =>
        JSON.parse(String(row.body)) as Case
      ),

    label: (address: Address): string => String(label.get(...addressColumns(address))?.label ?? ""),
  };
}
