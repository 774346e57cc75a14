import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Sighting } from "../cases/case_event.ts";
import { addressOf } from "./address_columns.ts";

/** A deviation that waits for its case. */
export interface Waiting {
  address: Address;
  sighting: Sighting;
}

/** What ingest asks about deviations that wait for their case. */
export function waitingQueries(database: DatabaseSync) {
  const waiting = database.prepare(
    `SELECT site, device, printer, sighting FROM waiting
     WHERE (site, device, printer) > (?, ?, ?)
     ORDER BY site, device, printer, sequence LIMIT ?`,
  );
  const unwait = database.prepare("DELETE FROM waiting WHERE deviation_id = ? AND revision <= ?");
  return {
    /**
     * Deviations that no case knows yet, printer by printer, each printer's in their order.
     *
     * @param after those of the printers behind this one; null for all
     */
    waitingAfter(after: Address | null, limit: number): Waiting[] {
      const { site, device, printer } = after ?? { site: "", device: "", printer: "" };
      return waiting.all(site, device, printer, limit).map((row) => ({
        address: addressOf(row),
        sighting: JSON.parse(String(row.sighting)) as Sighting,
      }));
    },

    /** Lets a deviation wait no more; without its case's event that holds until the next rebuild. */
    forgetWaiting({ deviationId, revision }: Sighting): void {
      unwait.run(deviationId, revision);
    },
  };
}
