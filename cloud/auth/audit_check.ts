import type { Broker } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import { jsonOf } from "../read_model/json.ts";
import { AUDIT_START, rowDigest } from "./audit_log.ts";
import { AuditRow } from "./records.ts";

/** What a walk along the audit log found; `head` names its last row and is worth noting elsewhere. */
export type AuditCheck =
  | { ok: true; rows: number; head: string }
  | { ok: false; rows: number; sequence: number; issue: string };

/** Walks the whole chain and stops at the first row that doesn't follow from the one before it. */
export async function checkAudit(broker: Broker, signal: AbortSignal): Promise<AuditCheck> {
  const { lastSequence, empty } = await broker.head(STREAMS.audit);
  let previous = AUDIT_START;
  let rows = 0;
  if (empty) return { ok: true, rows, head: previous };
  for await (const message of broker.tail(STREAMS.audit, 0, signal)) {
    const row = AuditRow.safeParse(jsonOf(message.bytes));
    const broken = (issue: string) =>
      ({ ok: false, rows, sequence: message.sequence, issue }) as const;
    if (!row.success) return broken("the row can't be read");
    if (message.sequence !== rows + 1) return broken(`row ${rows + 1} is missing`);
    if (row.data.previous !== previous) return broken("the row before it was altered or removed");
    previous = rowDigest(message.bytes);
    rows++;
    if (message.sequence >= lastSequence) break;
  }
  return { ok: true, rows, head: previous };
}
