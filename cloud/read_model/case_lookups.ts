import type { DatabaseSync } from "node:sqlite";
import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import type { Sighting } from "../cases/case_event.ts";

/** A case, and the sequence that its next event must be written upon. */
export interface FoundCase {
  about: Case;
  lastSequence: number;
}

/** A deviation that waits for its case. */
export interface Waiting {
  address: Address;
  sighting: Sighting;
}

/** A deviation looks for its case among so many of the latest akin ones of its printer. */
const SIGHTINGS_LOOKED_AT = 32;

/** Reads the columns `body` and `last_sequence` of a case's row. */
export function caseOfRow(row: Record<string, unknown> | undefined): FoundCase | null {
  if (!row) return null;
  return { about: JSON.parse(String(row.body)) as Case, lastSequence: Number(row.last_sequence) };
}

/** What ingest and the courier ask of the read model about cases. */
export function caseLookups(database: DatabaseSync) {
  const ofDeviation = database.prepare(
    `SELECT body, last_sequence FROM sighting JOIN case_row ON case_row.id = case_id
     WHERE deviation_id = ?`,
  );
  const near = (key: string) =>
    `SELECT case_id, boot_id, detected_event_s, wall_ms FROM (SELECT * FROM sighting
       WHERE site = ?1 AND device = ?2 AND printer = ?3 AND ${key}
       ORDER BY event_sequence DESC LIMIT ${SIGHTINGS_LOOKED_AT})`;
  const akin = database.prepare(
    `SELECT body, last_sequence FROM case_row WHERE id IN (SELECT case_id FROM (
       ${near("identity = ?4")} UNION ALL ${near("cause_id = ?5")}
     ) WHERE CASE boot_id WHEN ?6 THEN abs(detected_event_s - ?7) <= ?9
       ELSE abs(wall_ms - ?8) <= ?9 * 1000 END) ORDER BY updated_at DESC`,
  );
  const waiting = database.prepare(
    `SELECT site, device, printer, sighting FROM waiting
     WHERE (site, device, printer) > (?, ?, ?)
     ORDER BY site, device, printer, sequence LIMIT ?`,
  );
  const unwait = database.prepare("DELETE FROM waiting WHERE deviation_id = ? AND revision <= ?");
  const passedOver = database.prepare("SELECT last_sequence FROM passed_over WHERE case_id = ?");
  const lead = database.prepare("SELECT sequence FROM lead");
  const event = database.prepare("SELECT 1 AS yes FROM case_event WHERE sequence = ?");
  const ofDecision = database.prepare("SELECT case_id FROM decision WHERE id = ?");
  const unsent = database.prepare(
    `SELECT decision.sequence, decision.id, case_id
     FROM decision LEFT JOIN sent ON decision_id = decision.id
     WHERE decision_id IS NULL AND outcome IS NULL AND expires_at > ? AND decision.sequence > ?
     ORDER BY decision.sequence LIMIT 256`,
  );
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

    /**
     * Deviations that no case knows yet, printer by printer, each printer's in their order.
     *
     * @param after those of the printers behind this one; null for all
     */
    waitingAfter(after: Address | null, limit: number): Waiting[] {
      const { site, device, printer } = after ?? { site: "", device: "", printer: "" };
      return waiting.all(site, device, printer, limit).map((row) => ({
        address: { site: row.site, device: row.device, printer: row.printer } as Address,
        sighting: JSON.parse(String(row.sighting)) as Sighting,
      }));
    },

    /** Lets a deviation wait no more; without its case's event that holds until the next rebuild. */
    forgetWaiting({ deviationId, revision }: Sighting): void {
      unwait.run(deviationId, revision);
    },

    /** What a new case's first event must be written upon: 0, unless something was refused there. */
    openingSequence: (caseId: string) => Number(passedOver.get(caseId)?.last_sequence ?? 0),

    /** Whether this message of the stream is part of its case. */
    hasEvent: (sequence: number): boolean => event.get(sequence) !== undefined,

    /** Whose bundling counts at this point of the stream; 0 before anybody led. */
    currentLead: () => Number(lead.get()?.sequence ?? 0),

    caseIdOfDecision(id: string): string | null {
      return (ofDecision.get(id)?.case_id as string | undefined) ?? null;
    },

    /**
     * Some of the decisions that are recorded, still valid, and not yet with the broker, in the order
     * in which they were recorded.
     *
     * @param after where the last one that was looked at was recorded; 0 for the first
     */
    unsentDecisions(
      now: string,
      after: number,
    ): { sequence: number; decisionId: string; caseId: string }[] {
      return unsent.all(now, after).map((row) => ({
        sequence: Number(row.sequence),
        decisionId: String(row.id),
        caseId: String(row.case_id),
      }));
    },
  };
}
