import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import { AuditNote, AuditRow } from "../auth/records.ts";
import type { Stored } from "../broker/broker.ts";
import { type StreamName, STREAMS } from "../broker/streams.ts";
import { jsonOf } from "./json.ts";

/** What devices write: nothing in it says what a person did. */
const OF_DEVICES: ReadonlySet<StreamName> = new Set([STREAMS.deviations, STREAMS.presence]);

/** Writes rows of the audit log into the tables, and which acts still lack theirs. */
export function auditProjection(database: DatabaseSync) {
  const write = database.prepare("INSERT OR IGNORE INTO audit VALUES (?, ?, ?)");
  const done = database.prepare("DELETE FROM audit_due WHERE id = ?");
  const known = database.prepare("SELECT 1 AS yes FROM audit WHERE id = ?");
  const expect = database.prepare("INSERT OR IGNORE INTO audit_due (id, body) VALUES (?, ?)");
  return {
    project(message: Stored): Result<string> {
      const row = AuditRow.safeParse(jsonOf(message.bytes));
      if (!row.success) return refused(`Cannot read an audit row: ${row.error.message}`);
      const { id } = row.data;
      write.run(message.sequence, id, JSON.stringify(row.data));
      done.run(id);
      return { ok: true, value: id };
    },
    /** Remembers the row that an act's message carries; the log may have it before or after. */
    expect({ stream, note: encoded }: Stored): Result<null> {
      if (OF_DEVICES.has(stream)) {
        return refused("Cannot take an audit row: one of an act was required, got one of a device");
      }
      const note = AuditNote.safeParse(carried(encoded));
      if (!note.success) return refused(`Cannot read a carried row: ${note.error.message}`);
      if (!known.get(note.data.id)) expect.run(note.data.id, JSON.stringify(note.data));
      return { ok: true, value: null };
    },
  };
}

function carried(encoded: string): unknown {
  try {
    return jsonOf(Uint8Array.fromBase64(encoded, { alphabet: "base64url" }));
  } catch {
    return undefined;
  }
}
