import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import { Presence } from "../../shared/presence.ts";
import { addressOf } from "./address_columns.ts";
import { type Promised, withheldOf } from "./withheld.ts";

/** A printer as its guard last described it. */
export interface PrinterView {
  address: Address;
  /** When the broker stored that, ms since 1970. */
  seenMs: number;
  presence: Presence;
  openCases: number;
  /** Revisions of deviations that its guard delivered and that never arrived. */
  withheld: number;
  /** Deviations that came under its name and were refused here, for their signature or form. */
  refused: number;
}

/** A message that was refused, and why. */
export interface RefusedRow {
  stream: string;
  sequence: number;
  storedMs: number;
  subject: string;
  issue: string;
  sizeBytes: number;
}

/** What may be asked of the read model about printers, refusals and acts. */
export function fleetQueries(database: DatabaseSync) {
  const printers = database.prepare(
    `SELECT site, device, printer, stored_ms, printer.body, COALESCE(number, 0) AS open_cases,
       promised.body AS promised, COALESCE(revisions, 0) AS arrived,
       (SELECT COUNT(*) FROM refused_revision AS one WHERE one.site = printer.site
        AND one.device = printer.device AND one.printer = printer.printer) AS refused
     FROM printer LEFT JOIN promised USING (site, device, printer)
     LEFT JOIN arrived USING (site, device, printer) LEFT JOIN (
       SELECT site, device, printer, COUNT(*) AS number FROM case_row
       WHERE state IN ('new', 'acknowledged') GROUP BY site, device, printer
     ) USING (site, device, printer)
     ORDER BY site, device, printer LIMIT ?`,
  );
  const labels = database.prepare(
    "SELECT printer, body ->> 'label' AS label FROM printer ORDER BY site, device, printer LIMIT ?",
  );
  const sites = database.prepare("SELECT DISTINCT site FROM printer ORDER BY site LIMIT 500");
  const refused = database.prepare(
    `SELECT stream, sequence, stored_ms AS storedMs, subject, issue, size_bytes AS sizeBytes
     FROM refused ORDER BY stored_ms DESC, sequence DESC LIMIT ?`,
  );
  const refusedCount = database.prepare("SELECT COUNT(*) AS number FROM refused");
  return {
    printers(limit: number): PrinterView[] {
      return printers.all(limit).map((row) => ({
        address: addressOf(row),
        seenMs: Number(row.stored_ms),
        presence: Presence.parse(JSON.parse(String(row.body))),
        openCases: Number(row.open_cases),
        withheld: withheldOf(
          typeof row.promised === "string" ? JSON.parse(row.promised) as Promised : null,
          Number(row.arrived),
        ),
        refused: Number(row.refused),
      }));
    },
    /** Printer tokens with the name that people gave them. */
    labels: (limit: number): [string, string][] =>
      labels.all(limit).map((row) => [String(row.printer), String(row.label)]),
    sites: (): string[] => sites.all().map((row) => String(row.site)),
    refused: (limit: number) => refused.all(limit) as unknown as RefusedRow[],
    refusedCount: () => Number(refusedCount.get()?.number ?? 0),
  };
}
