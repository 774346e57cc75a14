import { refused, type Result } from "../../shared/result.ts";
import type { Door } from "./door.ts";
import type { AuditNote, AuthRecord } from "./records.ts";

export const CHANGED = "Somebody else has just changed this; look again";

/**
 * Writes a record upon what its author saw, with its audit row as one message, and chains the row.
 *
 * @param sequence of the record's last version; 0 for a new one
 */
export async function recorded(
  { accounts, audit }: Pick<Door, "accounts" | "audit">,
  record: AuthRecord,
  sequence: number,
  note: AuditNote,
): Promise<Result<null>> {
  const written = await accounts.write(record, sequence, note);
  if (!written.ok) return refused(CHANGED);
  await audit.chain(note);
  return { ok: true, value: null };
}
