import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Sighting } from "../cases/case_event.ts";
import { caseOfRow, type FoundCase } from "./found_case.ts";

/** A deviation looks for its case among so many of the latest akin ones of its printer. */
const SIGHTINGS_LOOKED_AT = 32;

/** What whoever bundles asks of the read model about cases. */
export function caseLookups(database: DatabaseSync) {
  const ofDeviation = database.prepare(
    `SELECT body, last_sequence FROM sighting JOIN case_row ON case_row.id = case_id
     WHERE deviation_id = ?`,
  );
  const akin = prepareAkin(database);
  const passedOver = database.prepare("SELECT last_sequence FROM passed_over WHERE case_id = ?");
  const lead = database.prepare("SELECT sequence FROM lead");
  const event = database.prepare("SELECT 1 AS yes FROM case_event WHERE sequence = ?");
  return {
    caseOfDeviation: (id: string): FoundCase | null => caseOfRow(ofDeviation.get(id)),

    /**
     * A printer's cases with a deviation of the same identity or cause near in time, the last
     * changed first.
     *
     * @param windowS how far apart two deviations of one case may lie, s
     */
    akinCases(address: Address, sighting: Sighting, windowS: number): FoundCase[] {
      const { site, device, printer } = address;
      const { identity, causeId, bootId, detectedEventS, wallTime } = sighting;
      const key = [site, device, printer, identity, causeId] as const;
      const rows = akin.all(...key, bootId, detectedEventS, Date.parse(wallTime), windowS);
      return rows.map((row) => caseOfRow(row)!);
    },

    /** What a new case's first event must be written upon: 0, unless something was refused there. */
    openingSequence: (caseId: string) => Number(passedOver.get(caseId)?.last_sequence ?? 0),

    /** Whether this message of the stream is part of its case. */
    hasEvent: (sequence: number): boolean => event.get(sequence) !== undefined,

    /** Whose bundling counts at this point of the stream; 0 before anybody led. */
    currentLead: () => Number(lead.get()?.sequence ?? 0),
  };
}

/** Cases with a deviation of the same identity or cause: by boot and seconds, or by wall time. */
function prepareAkin(database: DatabaseSync) {
  const near = (key: string) =>
    `SELECT case_id, boot_id, detected_event_s, wall_ms FROM (SELECT * FROM sighting
       WHERE site = ?1 AND device = ?2 AND printer = ?3 AND ${key}
       ORDER BY event_sequence DESC LIMIT ${SIGHTINGS_LOOKED_AT})`;
  return database.prepare(
    `SELECT body, last_sequence FROM case_row WHERE id IN (SELECT case_id FROM (
       ${near("identity = ?4")} UNION ALL ${near("cause_id = ?5")}
     ) WHERE CASE boot_id WHEN ?6 THEN abs(detected_event_s - ?7) <= ?9
       ELSE abs(wall_ms - ?8) <= ?9 * 1000 END) ORDER BY updated_at DESC`,
  );
}
