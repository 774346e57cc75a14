import type { DatabaseSync } from "node:sqlite";
import { Session } from "../auth/records.ts";
import { recordById, recordOf } from "./auth_rows.ts";

/** What may be asked about who is signed in. */
export function sessionQueries(database: DatabaseSync) {
  const ofPerson = database.prepare(
    "SELECT body FROM auth_record WHERE type = 'session' AND person_id = ? ORDER BY sequence DESC",
  );
  const forget = database.prepare(
    "DELETE FROM auth_record WHERE type = 'session' AND body ->> 'expiresWallTime' < ?",
  );
  return {
    session: recordById(database, "session", Session),
    sessionsOf: (personId: string): Session[] =>
      ofPerson.all(personId).map((row) => recordOf(row, Session)),
    /** Sessions that ended before `now` say nothing any more. */
    forgetEndedSessions: (now: string) => void forget.run(now),
  };
}
