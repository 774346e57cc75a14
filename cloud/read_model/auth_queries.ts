import type { DatabaseSync } from "node:sqlite";
import { nameKey } from "../auth/name_key.ts";
import { ApiToken, Certificate, Invitation, Passkey, Person, Session } from "../auth/records.ts";

export type AuthQueries = ReturnType<typeof authQueries>;

/** A record with the sequence that a later version of it must be written upon. */
export interface Versioned<T> {
  record: T;
  sequence: number;
}

/** What may be asked of the read model about who may do what. */
export function authQueries(database: DatabaseSync) {
  const one = database.prepare("SELECT body, sequence FROM auth_record WHERE type = ? AND id = ?");
  const named = database.prepare(
    "SELECT body FROM auth_record WHERE type = 'person' AND name_key = ?",
  );
  const ofProvider = database.prepare(
    `SELECT body, sequence FROM auth_record WHERE type = 'person'
     AND body ->> '$.provider.issuer' = ? AND body ->> '$.provider.subject' = ?`,
  );
  const passkey = database.prepare(
    "SELECT body, sequence FROM auth_record WHERE type = 'passkey' AND name_key = ?",
  );
  const tokens = database.prepare(
    `SELECT body FROM auth_record WHERE type = 'token' AND person_id = ?
     AND body ->> 'revokedWallTime' IS NULL ORDER BY sequence DESC`,
  );
  const certificate = database.prepare(
    "SELECT body FROM auth_record WHERE type = 'certificate' AND name_key = ?",
  );
  const passkeys = database.prepare(
    `SELECT body FROM auth_record WHERE type = 'passkey' AND person_id = ?
     AND body ->> 'removedWallTime' IS NULL ORDER BY sequence`,
  );
  const anyAdmin = database.prepare(
    `SELECT 1 FROM auth_record WHERE type = 'person' AND body ->> 'role' = 'admin'
     AND body ->> 'leftWallTime' IS NULL LIMIT 1`,
  );
  const sessions = database.prepare(
    "SELECT body FROM auth_record WHERE type = 'session' AND person_id = ? ORDER BY sequence DESC",
  );
  const all = database.prepare(
    "SELECT body FROM auth_record WHERE type = ? ORDER BY sequence DESC LIMIT ?",
  );
  const forget = database.prepare(
    "DELETE FROM auth_record WHERE type = 'session' AND body ->> 'expiresWallTime' < ?",
  );
  function versioned<T>(
    type: string,
    id: string,
    parse: (value: unknown) => T,
  ): Versioned<T> | null {
    const row = one.get(type, id);
    if (!row) return null;
    return { record: parse(JSON.parse(String(row.body))), sequence: Number(row.sequence) };
  }
  return {
    person: (id: string) => versioned("person", id, (value) => Person.parse(value)),
    invitation: (id: string) => versioned("invitation", id, (value) => Invitation.parse(value)),
    token: (id: string) => versioned("token", id, (value) => ApiToken.parse(value)),
    session: (id: string) => versioned("session", id, (value) => Session.parse(value)),
    personNamed(name: string): Person | null {
      const row = named.get(nameKey(name));
      return row ? Person.parse(JSON.parse(String(row.body))) : null;
    },
    /** Who an identity provider's subject is here. */
    personByProvider(issuer: string, subject: string): Versioned<Person> | null {
      const row = ofProvider.get(issuer, subject);
      if (!row) return null;
      const record = Person.parse(JSON.parse(String(row.body)));
      return { record, sequence: Number(row.sequence) };
    },
    /** A passkey that is still in use, by what the authenticator calls it. */
    passkeyOf(credentialId: string): Versioned<Passkey> | null {
      const row = passkey.get(credentialId);
      if (!row) return null;
      const record = Passkey.parse(JSON.parse(String(row.body)));
      return record.removedWallTime === null ? { record, sequence: Number(row.sequence) } : null;
    },
    /** What a root key says of a passkey, if it was asked to. */
    certificateOf(credentialId: string): Certificate | null {
      const row = certificate.get(credentialId);
      return row ? Certificate.parse(JSON.parse(String(row.body))) : null;
    },
    passkeysOf: (personId: string): Passkey[] =>
      passkeys.all(personId).map((row) => Passkey.parse(JSON.parse(String(row.body)))),
    passkey: (id: string) => versioned("passkey", id, (value) => Passkey.parse(value)),
    /** Whether there is anybody who may say who may do what. */
    anyAdmin: () => anyAdmin.get() !== undefined,
    sessionsOf: (personId: string): Session[] =>
      sessions.all(personId).map((row) => Session.parse(JSON.parse(String(row.body)))),
    certificate: (id: string) => versioned("certificate", id, (value) => Certificate.parse(value)),
    people: (limit: number): Person[] =>
      all.all("person", limit).map((row) => Person.parse(JSON.parse(String(row.body)))),
    /** A person's own tokens that aren't revoked, the latest first. */
    tokensOf: (personId: string): ApiToken[] =>
      tokens.all(personId).map((row) => ApiToken.parse(JSON.parse(String(row.body)))),
    tokens: (limit: number): ApiToken[] =>
      all.all("token", limit).map((row) => ApiToken.parse(JSON.parse(String(row.body)))),
    /** Sessions that ended before `now` say nothing any more. */
    forgetEndedSessions: (now: string) => void forget.run(now),
  };
}
