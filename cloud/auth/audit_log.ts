import { createHash } from "node:crypto";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { AUDIT_SUBJECT, STREAMS } from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { AuditRow } from "./records.ts";

/** What the first row names as the one before it. */
export const AUDIT_START = "0".repeat(64);
const TRIES_MAX = 10;

/** Writes down every act of a person, each row chained to the one before it. */
export interface AuditLog {
  write(actor: Actor, act: string, target: string, detail: string): Promise<void>;
}

/** SHA-256 of a row as stored, hexadecimal. */
export function rowDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The chain holds with several writers too: each row names the sequence that it follows. */
export function auditLog(broker: Pick<Broker, "append" | "last">, now: () => Date): AuditLog {
  let last: { sequence: number; digest: string } | null = null;
  let queue: Promise<void> = Promise.resolve();

  async function head(): Promise<{ sequence: number; digest: string }> {
    const found = await broker.last(STREAMS.audit, AUDIT_SUBJECT);
    return found
      ? { sequence: found.sequence, digest: rowDigest(found.bytes) }
      : { sequence: 0, digest: AUDIT_START };
  }

  async function append(row: Omit<AuditRow, "previous">): Promise<void> {
    for (let tried = 0; tried < TRIES_MAX; tried++) {
      last ??= await head();
      const chained = AuditRow.parse({ ...row, previous: last.digest });
      const bytes = new TextEncoder().encode(JSON.stringify(chained));
      const appended = await broker.append(AUDIT_SUBJECT, bytes, {
        id: row.id,
        lastSubjectSequence: last.sequence,
      });
      last = appended.type === "conflict"
        ? null
        : { sequence: appended.sequence, digest: rowDigest(bytes) };
      if (last) return;
    }
    throw new Error(`Cannot write the audit log: another writer was first ${TRIES_MAX} times`);
  }

  return {
    write(actor, act, target, detail) {
      const row = {
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        at: now().toISOString(),
        actor,
        act,
        target: target.slice(0, 200),
        detail: detail.slice(0, 1200),
      } as const;
      const mine = queue.then(() => append(row));
      queue = mine.catch(() => {
        last = null;
      });
      return mine;
    },
  };
}
