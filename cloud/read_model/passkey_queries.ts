import type { DatabaseSync } from "node:sqlite";
import { Certificate, Passkey } from "../auth/records.ts";
import { recordById, recordOf, type Versioned, versionedOf } from "./auth_rows.ts";

/** What may be asked about passkeys, and about what a root key says of them. */
export function passkeyQueries(database: DatabaseSync) {
  const byCredential = database.prepare(
    "SELECT body, sequence FROM auth_record WHERE type = ? AND name_key = ?",
  );
  const ofPerson = database.prepare(
    `SELECT body FROM auth_record WHERE type = 'passkey' AND person_id = ?
     AND body ->> 'removedWallTime' IS NULL ORDER BY sequence`,
  );
  return {
    passkey: recordById(database, "passkey", Passkey),
    certificate: recordById(database, "certificate", Certificate),
    /** A passkey that is still in use, by what the authenticator calls it. */
    passkeyOf(credentialId: string): Versioned<Passkey> | null {
      const found = versionedOf(byCredential.get("passkey", credentialId), Passkey);
      return found?.record.removedWallTime === null ? found : null;
    },
    /** What a root key says of a passkey, if it was asked to. */
    certificateOf(credentialId: string): Certificate | null {
      const row = byCredential.get("certificate", credentialId);
      return row ? recordOf(row, Certificate) : null;
    },
    /** A person's passkeys that are in use. */
    passkeysOf: (personId: string): Passkey[] =>
      ofPerson.all(personId).map((row) => recordOf(row, Passkey)),
  };
}
