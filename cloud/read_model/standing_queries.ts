import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { PrinterState } from "../../shared/presence.ts";
import type { UnannouncedChange } from "../printers/guard_case.ts";
import { type GuardMake, makeOf } from "../printers/guard_change.ts";
import type { Standing } from "../printers/standing.ts";
import { addressColumns, addressOf } from "./address_columns.ts";

/** A printer's standing, and the sequence that its next event must be written upon (0: none). */
export interface FoundStanding {
  standing: Standing | null;
  sequence: number;
}

/** As much of a printer as its watch needs. */
export interface WatchedPrinter extends FoundStanding {
  address: Address;
  label: string;
  state: PrinterState;
  seenMs: number;
  make: GuardMake;
  bootId: string;
}

type Row = Record<string, unknown>;

const standingOf = (row: Row | undefined): FoundStanding => ({
  standing: typeof row?.standing === "string" ? JSON.parse(row.standing) as Standing : null,
  sequence: Number(row?.sequence ?? 0),
});

/** What may be asked of the read model about how printers stand. */
export function standingQueries(database: DatabaseSync) {
  const watched = database.prepare(
    `SELECT site, device, printer, printer.stored_ms AS seen_ms,
       printer.body ->> 'state' AS state, printer.body ->> 'label' AS label,
       printer.body ->> 'bootId' AS boot_id, printer.body -> 'versions' AS versions,
       printer.body -> 'digests' AS digests,
       printer_standing.body AS standing, printer_standing.sequence AS sequence
     FROM printer LEFT JOIN printer_standing USING (site, device, printer) LIMIT ?`,
  );
  const one = database.prepare(
    `SELECT body AS standing, sequence FROM printer_standing
     WHERE site = ? AND device = ? AND printer = ?`,
  );
  const troubled = database.prepare(
    `SELECT site, device, printer, body AS standing, sequence FROM printer_standing
     WHERE trouble = 1 LIMIT ?`,
  );
  const unannounced = database.prepare(
    `SELECT site, device, printer, body -> 'unannounced' AS changes FROM printer_standing
     WHERE body ->> 'unannounced' IS NOT NULL LIMIT ?`,
  );
  return {
    /** Every printer that has ever shown a sign of life. */
    watched: (limit: number): WatchedPrinter[] =>
      watched.all(limit).map((row) => ({
        ...standingOf(row),
        address: addressOf(row),
        label: String(row.label ?? ""),
        state: String(row.state) as PrinterState,
        seenMs: Number(row.seen_ms),
        bootId: String(row.boot_id),
        make: makeOf({
          versions: JSON.parse(String(row.versions)),
          digests: JSON.parse(String(row.digests)),
        }),
      })),

    /** Printers' last changes of their guards that nobody had announced. */
    unannounced: (limit: number): { address: Address; change: UnannouncedChange }[] =>
      unannounced.all(limit).flatMap((row) => {
        const changes = JSON.parse(String(row.changes)) as UnannouncedChange[];
        return changes.map((change) => ({ address: addressOf(row), change }));
      }),

    standing: (address: Address): FoundStanding => standingOf(one.get(...addressColumns(address))),

    inTrouble: (limit: number): { address: Address; standing: Standing }[] =>
      troubled.all(limit).map((row) => ({
        address: addressOf(row),
        standing: standingOf(row).standing!,
      })),
  };
}
