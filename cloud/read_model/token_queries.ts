import type { DatabaseSync } from "node:sqlite";
import { ApiToken } from "../auth/records.ts";
import { latestRecords, recordById, recordOf } from "./auth_rows.ts";

/** What may be asked about the tokens of programs. */
export function tokenQueries(database: DatabaseSync) {
  const ofPerson = database.prepare(
    `SELECT body FROM auth_record WHERE type = 'token' AND person_id = ?
     AND body ->> 'revokedWallTime' IS NULL ORDER BY sequence DESC`,
  );
  return {
    token: recordById(database, "token", ApiToken),
    tokens: latestRecords(database, "token", ApiToken),
    /** A person's own tokens that aren't revoked, the latest first. */
    tokensOf: (personId: string): ApiToken[] =>
      ofPerson.all(personId).map((row) => recordOf(row, ApiToken)),
  };
}
