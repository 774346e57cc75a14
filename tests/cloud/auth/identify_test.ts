import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newPerson, newSession, newToken } from "../../../cloud/auth/accounts.ts";
import { identifySession, identifyToken, TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { ApiToken, Session } from "../../../cloud/auth/records.ts";
import type { AuthQueries } from "../../../cloud/read_model/auth_queries.ts";

const tests = suite("sessions and tokens");
const NOW = new Date("2026-10-05T21:00:00.000Z");
const VALID_S = 3600;
const mira = newPerson(crypto.randomUUID(), "Mira", "expert", null, NOW);
const actor = { kind: "person", id: mira.id, name: mira.name } as const;
const session = newSession(mira.id, "a browser", "password", NOW, VALID_S);
const token = newToken("script", ["read"], actor, NOW, VALID_S);
const after = (s: number) => new Date(NOW.getTime() + s * 1000);

/** An account book that holds this session and this token alone. */
function book(held: Session, given: ApiToken): AuthQueries {
  const found = <T>(record: T, is: boolean) => is ? { record, sequence: 1 } : null;
  return {
    session: (id: string) => found(held, id === held.id),
    token: (id: string) => found(given, id === given.id),
    person: (id: string) => found(mira, id === mira.id),
  } as unknown as AuthQueries;
}

function known(
  cookie: string,
  bearer: string,
  at: Date,
  auth = book(session.record, token.record),
) {
  return [
    identifySession(auth, cookie, at)?.actor.name ?? null,
    identifyToken(auth, bearer, at)?.actor.name ?? null,
  ];
}

const BEARER = `${TOKEN_PREFIX}${token.credential}`;

tests("are good until they run out, and no moment longer", () => {
  assert.equal(known(session.credential, BEARER, NOW), ["Mira", "script"]);
  assert.equal(known(session.credential, BEARER, after(VALID_S - 1)), ["Mira", "script"]);
  assert.equal(known(session.credential, BEARER, after(VALID_S)), [null, null]);
});

tests("are worth nothing once they were ended", () => {
  const revokedWallTime = NOW.toISOString();
  const ended = book({ ...session.record, revokedWallTime }, { ...token.record, revokedWallTime });
  assert.equal(known(session.credential, BEARER, NOW, ended), [null, null]);
});

tests("open nothing with another secret, nor one in the other's place", () => {
  const other = (credential: string) => `${credential.slice(0, -2)}xx`;
  assert.equal(known(other(session.credential), other(BEARER), NOW), [null, null]);
  assert.equal(known(token.credential, TOKEN_PREFIX + session.credential, NOW), [null, null]);
  assert.equal(known("", "", NOW), [null, null]);
});

tests.run();
