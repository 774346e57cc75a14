import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Broker } from "../broker/broker.ts";
import {
  certificateSubject,
  invitationSubject,
  passkeySubject,
  personSubject,
  sessionSubject,
  type StreamName,
  STREAMS,
  tokenSubject,
} from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { noteHeaders } from "./audit_log.ts";
import {
  ApiToken,
  type AuditNote,
  AuthRecord,
  type Grant,
  Invitation,
  Person,
  type Role,
  Session,
  type TokenScope,
} from "./records.ts";
import { makeSecret, secretDigest } from "./secrets.ts";

const SUBJECT: Record<AuthRecord["type"], (id: string) => string> = {
  person: personSubject,
  passkey: passkeySubject,
  certificate: certificateSubject,
  invitation: invitationSubject,
  token: tokenSubject,
  session: sessionSubject,
};

/** A new record and the secret that goes with it, which is shown once and never kept. */
export interface Issued<T> {
  record: T;
  /** `<id>.<secret>` */
  credential: string;
}

/** Writes facts about who may do what. */
export interface Accounts {
  /**
   * Writes a record upon the version with `sequence` (0 for a new one).
   *
   * @param note the row of the audit log that the record's message carries
   * @returns where it stands, or null if somebody else changed it first
   */
  write(record: AuthRecord, sequence: number, note?: AuditNote): Promise<Result<number>>;
}

export function accounts(
  broker: Broker,
  written: (stream: StreamName, sequence: number) => Promise<unknown>,
): Accounts {
  return {
    async write(record, sequence, note) {
      const checked = AuthRecord.parse(record);
      const bytes = new TextEncoder().encode(JSON.stringify(checked));
      const appended = await broker.append(SUBJECT[checked.type](checked.id), bytes, {
        id: crypto.randomUUID(),
        lastSubjectSequence: sequence,
        headers: noteHeaders(note),
      });
      if (appended.type === "conflict") return refused("Somebody else changed this first");
      const stream = checked.type === "session" ? STREAMS.sessions : STREAMS.people;
      await written(stream, appended.sequence);
      return { ok: true, value: appended.sequence };
    },
  };
}

function after(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

function issued<T extends { id: string }>(make: (id: string, digest: string) => T): Issued<T> {
  const secret = makeSecret();
  const record = make(crypto.randomUUID(), secretDigest(secret));
  return { record, credential: `${record.id}.${secret}` };
}

/** An invitation for one person with the given role. */
export function newInvitation(
  role: Role | null,
  now: Date,
  validS: number,
  grants: Grant[] = [],
): Issued<Invitation> {
  return issued((id, digest) =>
    Invitation.parse({
      contractVersion: CONTRACT_VERSION,
      type: "invitation",
      id,
      digest,
      role,
      grants,
      expiresWallTime: after(now, validS),
      usedByPersonId: null,
    })
  );
}

/** A token for a script. */
export function newToken(
  name: string,
  scopes: TokenScope[],
  createdBy: Actor,
  now: Date,
  validS: number,
  sites: string[] | null = null,
): Issued<ApiToken> {
  return issued((id, digest) =>
    ApiToken.parse({
      contractVersion: CONTRACT_VERSION,
      type: "token",
      id,
      name,
      digest,
      scopes,
      sites,
      createdBy,
      createdWallTime: now.toISOString(),
      expiresWallTime: after(now, validS),
      revokedWallTime: null,
    })
  );
}

/** A session for a browser that a person has just signed in with. */
export function newSession(
  personId: string,
  browser: string,
  by: Session["by"],
  now: Date,
  validS: number,
): Issued<Session> {
  return issued((id, digest) =>
    Session.parse({
      contractVersion: CONTRACT_VERSION,
      type: "session",
      id,
      digest,
      personId,
      browser: browser.slice(0, 200),
      by,
      createdWallTime: now.toISOString(),
      expiresWallTime: after(now, validS),
      revokedWallTime: null,
    })
  );
}

/** A person with a role everywhere, or with what an invitation holds; a password is hashed already, or null. */
export function newPerson(
  id: string,
  name: string,
  held: Role | Pick<Person, "role" | "grants">,
  password: Person["password"],
  now: Date,
): Person {
  const { role, grants } = typeof held === "string" ? { role: held, grants: [] } : held;
  return Person.parse({
    contractVersion: CONTRACT_VERSION,
    type: "person",
    id,
    name,
    role,
    grants,
    password,
    createdWallTime: now.toISOString(),
  });
}
