import { getLogger } from "@logtape/logtape";
import { createHash } from "node:crypto";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { AUDIT_HEADER, type Broker } from "../broker/broker.ts";
import { AUDIT_SUBJECT, STREAMS } from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { AuditNote, AuditRow } from "./records.ts";

/** What the first row names as the one before it. */
export const AUDIT_START = "0".repeat(64);
const TRIES_MAX = 10;
/** An act's writer has this long to write its row itself; the leader writes what is missing then. */
export const OWN_ROW_MS = 3_000;

/** The row that the next one follows. */
export interface AuditHead {
  sequence: number;
  digest: string;
}

/** Writes down every act of a person, each row chained to the one before it. */
export interface AuditLog {
  /** Writes a row for what leaves no message of its own, such as a failed sign-in. */
  write(actor: Actor, act: string, target: string, detail: string): Promise<void>;
  /**
   * What an act's own message carries, so that the act and its row are one write: whoever dies
   * between the two has left the row where the leading replica finds it.
   */
  note(actor: Actor, act: string, target: string, detail: string): AuditNote;
  /** Chains the row of an act that was stored; where that fails now, the leader does it soon. */
  chain(note: AuditNote): Promise<void>;
}

/** SHA-256 of a row as stored, hexadecimal. */
export function rowDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The header with which an act's message carries its row. */
export function noteHeaders(note: AuditNote | undefined): Record<string, string> {
  if (!note) return {};
  const text = JSON.stringify(AuditNote.parse(note));
  return { [AUDIT_HEADER]: new TextEncoder().encode(text).toBase64({ alphabet: "base64url" }) };
}

/** The last row that the broker has. */
export async function auditHead(broker: Pick<Broker, "last">): Promise<AuditHead> {
  const found = await broker.last(STREAMS.audit, AUDIT_SUBJECT);
  return found
    ? { sequence: found.sequence, digest: rowDigest(found.bytes) }
    : { sequence: 0, digest: AUDIT_START };
}

/**
 * Writes a row upon `head`.
 *
 * @returns the new head; null if it has to be looked up, with `stored` saying whether the row stands
 */
export async function appendRow(
  broker: Pick<Broker, "append">,
  note: AuditNote,
  head: AuditHead,
): Promise<{ stored: boolean; head: AuditHead | null }> {
  const row = AuditRow.parse({ ...note, previous: head.digest });
  const bytes = new TextEncoder().encode(JSON.stringify(row));
  const how = { id: note.id, lastSubjectSequence: head.sequence };
  const appended = await broker.append(AUDIT_SUBJECT, bytes, how);
  if (appended.type === "conflict") return { stored: false, head: null };
  // A row that somebody else had written already may name another one before it.
  if (appended.again) return { stored: true, head: null };
  return { stored: true, head: { sequence: appended.sequence, digest: rowDigest(bytes) } };
}

/** The chain holds with several writers too: each row names the sequence that it follows. */
export function auditLog(broker: Pick<Broker, "append" | "last">, now: () => Date): AuditLog {
  const logger = getLogger(["printwarden", "audit"]);
  let last: AuditHead | null = null;
  let queue: Promise<void> = Promise.resolve();

  async function append(note: AuditNote, carried: boolean): Promise<void> {
    for (let tried = 0; tried < TRIES_MAX; tried++) {
      const late = now().getTime() - Date.parse(note.at) >= OWN_ROW_MS;
      // Somebody else has written meanwhile: it may have been the leader, and this very row.
      if (carried && late && !last) return;
      const { stored, head } = await appendRow(broker, note, last ?? await auditHead(broker));
      last = head;
      if (stored) return;
    }
    throw new Error(`Cannot write the audit log: another writer was first ${TRIES_MAX} times`);
  }

  function inTurn(note: AuditNote, carried: boolean): Promise<void> {
    const mine = queue.then(() => append(note, carried));
    queue = mine.catch(() => {
      last = null;
    });
    return mine;
  }

  const note: AuditLog["note"] = (actor, act, target, detail) => ({
    contractVersion: CONTRACT_VERSION,
    id: crypto.randomUUID(),
    at: now().toISOString(),
    actor,
    act,
    target: target.slice(0, 200),
    detail: detail.slice(0, 1200),
  });

  return {
    note,
    write: (...about) => inTurn(note(...about), false),
    async chain(carried) {
      try {
        await inTurn(carried, true);
      } catch (error) {
        logger.warn("An act's row waits for the leader to write it: {error}", { error });
      }
    },
  };
}
