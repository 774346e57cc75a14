import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { Token, Uuid } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { type Severity, Verdict } from "../../shared/verdict.ts";
import type { Finding } from "../finding.ts";
import { faultOf } from "./store_fault.ts";
import type { Store } from "./store.ts";
import { isGraver, keepTold, toldSeverity } from "./told_severity.ts";

/** As it is stored; a field more would make a release of before forget it after a roll-back. */
const StoredRecord = z.strictObject({
  id: Uuid,
  printer: Token,
  identity: z.string(),
  bootId: Uuid,
  episode: z.int(),
  startedS: z.number(),
  /** The last moment that it is known of, on the source's clock and in wall time. */
  lastEventS: z.number(),
  lastWallMs: z.number(),
  revision: z.int().min(0),
  verdict: Verdict,
  closed: z.boolean(),
  causeId: z.string(),
  kind: Kind,
});

/** What the edge remembers of a deviation: enough to go on with it, and to know it in a decision. */
export type DeviationRecord = z.infer<typeof StoredRecord> & {
  /** How grave it was told to be; absent where a release of before told it. */
  severity?: Severity;
};

/** Deviations remembered; the least recently touched ones are forgotten first. */
export const RECORDS_MAX = 5000;

/** Identities are cut to the contract's length before anything is looked up by them. */
export const IDENTITY_CHARS_MAX = 160;

/** The moment of a source's clock at which something is reported. */
export interface ReportTime {
  bootId: string;
  eventTimeS: number;
  wallMs: number;
}

/**
 * Whether a finding speaks of the deviation on record [pure]: the same episode told again, as
 * after a restart, or a repeat within the quiet period. After a reboot, when the source's clock
 * began anew, the wall clock has to tell.
 */
export function isSame(
  record: DeviationRecord,
  finding: Pick<Finding, "episode" | "startedS">,
  at: ReportTime,
  quietPeriodS: number,
): boolean {
  if (record.bootId !== at.bootId) {
    const quietMs = at.wallMs - record.lastWallMs;
    return quietMs >= 0 && quietMs <= quietPeriodS * 1000;
  }
  if (record.episode === finding.episode && record.startedS === finding.startedS) return true;
  return finding.startedS <= record.lastEventS + quietPeriodS;
}

/**
 * Whether a finding only repeats what was reported already [pure], as when an agent was killed and
 * reads again what came after its last snapshot. What was reported at a moment holds all that was
 * known of the deviation until then, and within that moment it may only have become graver.
 */
export function isToldAgain(
  record: DeviationRecord | null,
  finding: Pick<Finding, "episode" | "startedS" | "verdict" | "severity" | "phase">,
  at: Pick<ReportTime, "bootId" | "eventTimeS">,
): boolean {
  if (record === null || record.bootId !== at.bootId) return false;
  if (finding.episode > record.episode || finding.startedS > record.startedS) return false;
  if (at.eventTimeS !== record.lastEventS) return at.eventTimeS < record.lastEventS;
  if (isGraver(finding.severity, record.severity)) return false;
  return finding.verdict === record.verdict && (finding.phase === "closed") === record.closed;
}

/** The record as it stands once this finding is reported: the same deviation's next, or a new one's. */
export function nextRecord(
  known: DeviationRecord | null,
  printer: string,
  finding: Finding,
  at: ReportTime,
  quietPeriodS: number,
  newId: () => string,
): DeviationRecord {
  const same = known !== null && isSame(known, finding, at, quietPeriodS) ? known : null;
  return {
    id: same?.id ?? newId(),
    printer,
    identity: finding.identity,
    bootId: at.bootId,
    episode: finding.episode,
    startedS: finding.startedS,
    lastEventS: Math.max(finding.detectedS, finding.endedS ?? 0, at.eventTimeS),
    lastWallMs: at.wallMs,
    revision: (same?.revision ?? 0) + 1,
    verdict: finding.verdict,
    severity: finding.severity,
    closed: finding.phase === "closed",
    causeId: finding.cause.id,
    kind: finding.kind,
  };
}

const CACHED_MAX = 1024;

/** The deviations that this device has reported, by id and by identity. */
export class DeviationRecords {
  /** The latest of each identity: right even while the disk takes nothing. */
  #latest = new Map<string, DeviationRecord>();

  constructor(private readonly store: Store) {}

  /** The latest deviation of an identity, or null. */
  latest(printer: string, identity: string): DeviationRecord | null {
    const cached = this.#latest.get(keyOf(printer, identity));
    if (cached) return cached;
    return this.#read(
      "SELECT record FROM deviation WHERE printer = ? AND identity = ? ORDER BY touched DESC LIMIT 1",
      printer,
      identity,
    );
  }

  /** A deviation of this printer by its id, or null. */
  byId(printer: string, id: string): DeviationRecord | null {
    for (const record of this.#latest.values()) {
      if (record.id === id && record.printer === printer) return record;
    }
    return this.#read("SELECT record FROM deviation WHERE id = ? AND printer = ?", id, printer);
  }

  #read(sql: string, ...values: string[]): DeviationRecord | null {
    try {
      return this.store.read((db) => {
        const row = db.prepare(sql).get(...values);
        const checked = StoredRecord.safeParse(row && JSON.parse(String(row.record)));
        if (!checked.success) return null;
        const severity = toldSeverity(db, checked.data.id, checked.data.revision);
        return severity ? { ...checked.data, severity } : checked.data;
      });
    } catch (error) {
      if (faultOf(error) === "other") throw error;
      return null;
    }
  }

  /** Remembers a record from now on; gives the write that makes it last. */
  remember(record: DeviationRecord): (db: DatabaseSync) => void {
    const key = keyOf(record.printer, record.identity);
    this.#latest.delete(key);
    this.#latest.set(key, record);
    if (this.#latest.size > CACHED_MAX) {
      const oldest = this.#latest.keys().next().value;
      if (oldest !== undefined) this.#latest.delete(oldest);
    }
    return (db) => save(db, record);
  }
}

function keyOf(printer: string, identity: string): string {
  return `${printer} ${identity}`;
}

function save(db: DatabaseSync, { severity, ...record }: DeviationRecord): void {
  db.prepare(
    `INSERT INTO deviation (id, printer, identity, record, touched)
     VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(touched), 0) + 1 FROM deviation))
     ON CONFLICT (id) DO UPDATE SET record = excluded.record, touched = excluded.touched`,
  ).run(record.id, record.printer, record.identity, JSON.stringify(record));
  if (severity) keepTold(db, record.id, record.revision, severity);
  db.prepare(
    "DELETE FROM deviation WHERE touched <= (SELECT MAX(touched) FROM deviation) - ?",
  ).run(RECORDS_MAX);
}
