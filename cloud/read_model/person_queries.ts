import type { DatabaseSync } from "node:sqlite";
import { nameKey } from "../auth/name_key.ts";
import { Person } from "../auth/records.ts";
import { latestRecords, recordById, recordOf, type Versioned, versionedOf } from "./auth_rows.ts";

/** What may be asked about the people who have an account. */
export function personQueries(database: DatabaseSync) {
  const named = database.prepare(
    "SELECT body FROM auth_record WHERE type = 'person' AND name_key = ?",
  );
  const ofProvider = database.prepare(
    `SELECT body, sequence FROM auth_record WHERE type = 'person'
     AND body ->> '$.provider.issuer' = ? AND body ->> '$.provider.subject' = ?`,
  );
  const anyAdmin = database.prepare(
    `SELECT 1 FROM auth_record WHERE type = 'person' AND body ->> 'role' = 'admin'
     AND body ->> 'leftWallTime' IS NULL LIMIT 1`,
  );
  return {
    person: recordById(database, "person", Person),
    people: latestRecords(database, "person", Person),
    personNamed(name: string): Person | null {
      const row = named.get(nameKey(name));
      return row ? recordOf(row, Person) : null;
    },
    /** Who an identity provider's subject is here. */
    personByProvider: (issuer: string, subject: string): Versioned<Person> | null =>
      versionedOf(ofProvider.get(issuer, subject), Person),
    /** Whether there is anybody who may say who may do what. */
    anyAdmin: () => anyAdmin.get() !== undefined,
  };
}
