import type { Broker, Stored } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import { jsonOf } from "../read_model/json.ts";
import { AUDIT_START, rowDigest } from "./audit_log.ts";
import { AuditRow } from "./records.ts";

/** What a walk along the audit log found; `head` names its last row and is worth noting elsewhere. */
export type AuditCheck =
  | { ok: true; rows: number; head: string }
  | AuditBreak;

/** The first row that isn't what it was, by its place in the log, from 1. */
export interface AuditBreak {
  ok: false;
  rows: number;
  sequence: number;
  issue: string;
}

/** A row's place and digest, noted elsewhere earlier on. */
export interface KnownRow {
  sequence: number;
  digest: string;
}

type Log = Pick<Broker, "head" | "tail">;
const ALTERED = "the row was altered";

/** Every row from the first on, up to the last that stood there when the walk began. */
export async function* auditRows(broker: Log, signal: AbortSignal): AsyncGenerator<Stored> {
  const { lastSequence, empty } = await broker.head(STREAMS.audit);
  if (empty) return;
  for await (const message of broker.tail(STREAMS.audit, 0, signal)) {
    yield message;
    if (message.sequence >= lastSequence) return;
  }
}

/**
 * Walks the whole chain and names the first row that was altered, removed or put in. Each row holds
 * the digest of the one before it. Where a row doesn't fit the one before, the row after tells which
 * of the two is still as it was. Whoever rewrites every row to the very end leaves a chain that
 * holds: that is found by a row that was noted elsewhere.
 */
export async function checkAudit(
  broker: Log,
  signal: AbortSignal,
  known: KnownRow | null = null,
): Promise<AuditCheck> {
  let last = AUDIT_START;
  let rows = 0;
  let misfit: AuditBreak | null = null;
  const broken = (sequence: number, issue: string) =>
    ({ ok: false, rows, sequence, issue }) as const;
  for await (const message of auditRows(broker, signal)) {
    const row = AuditRow.safeParse(jsonOf(message.bytes)).data;
    if (misfit) return row?.previous === last ? misfit : broken(rows, ALTERED);
    if (message.sequence !== rows + 1) return broken(rows + 1, `row ${rows + 1} is missing`);
    if (!row) return broken(rows + 1, "the row can't be read");
    const fits = row.previous === last;
    last = rowDigest(message.bytes);
    rows++;
    if (known?.sequence === rows && known.digest !== last) {
      return broken(rows, "the row isn't the one that was noted");
    }
    if (!fits) misfit = broken(Math.max(1, rows - 1), ALTERED);
  }
  if (misfit) return { ...misfit, issue: "this row or the one after it, the last, was altered" };
  if (known && known.sequence > rows) return broken(rows + 1, "the row that was noted is missing");
  return { ok: true, rows, head: last };
}
