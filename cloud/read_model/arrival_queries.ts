import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import { refusedRevisions } from "./refused_revisions.ts";

export type ArrivalQueries = ReturnType<typeof arrivalQueries>;

/** What may be asked of the read model about what has come of a printer's deviations. */
export function arrivalQueries(database: DatabaseSync) {
  const taken = database.prepare(
    "SELECT revision FROM deviation WHERE id = ? AND site = ? AND device = ? AND printer = ?",
  );
  const refusals = refusedRevisions(database);
  return {
    /** The highest revision that arrived, believed or refused: to send it again changes neither. */
    highest(address: Address, id: string): number {
      const { site, device, printer } = address;
      const accepted = Number(taken.get(id, site, device, printer)?.revision ?? 0);
      return Math.max(accepted, refusals.highest(address, id));
    },
  };
}
