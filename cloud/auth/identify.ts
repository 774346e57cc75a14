import type { AuthQueries } from "../read_model/auth_queries.ts";
import type { Actor } from "../cases/case_event.ts";
import type { ApiToken } from "./records.ts";
import {
  may,
  maySomewhere,
  NO_RIGHTS,
  type Rights,
  rightsOfPerson,
  rightsOfToken,
} from "./rights.ts";
import { secretMatches, splitCredential } from "./secrets.ts";

/** Somebody known, and what they may do; the booleans tell whether they may at any site. */
export interface Identity {
  actor: Actor;
  rights: Rights;
  /** May read cases, printers and what was refused. */
  mayRead: boolean;
  /** May acknowledge, comment and announce changes. */
  mayOperate: boolean;
  mayDecide: boolean;
  /** May say what a printer is going to print. */
  mayRegister: boolean;
  /** May say who may do what: only at every site. */
  mayAdminister: boolean;
  /** May read /metrics. */
  mayMeasure: boolean;
  /** The session that they came with; null for a token. */
  sessionId: string | null;
}

function identity(actor: Actor, rights: Rights, sessionId: string | null): Identity {
  return {
    actor,
    rights,
    mayRead: maySomewhere(rights, "view"),
    mayOperate: maySomewhere(rights, "operate"),
    mayDecide: maySomewhere(rights, "decide"),
    mayRegister: maySomewhere(rights, "register"),
    mayAdminister: rights.everywhere.has("administer"),
    mayMeasure: maySomewhere(rights, "measure"),
    sessionId,
  };
}

/** The same person as they are at one site. */
export function atSite(known: Identity, site: string): Identity {
  const { rights } = known;
  return {
    ...known,
    mayOperate: may(rights, "operate", site),
    mayDecide: may(rights, "decide", site),
    mayRegister: may(rights, "register", site),
  };
}

/** Who a session's cookie belongs to; null unless it is known, unexpired and not revoked. */
export function identifySession(auth: AuthQueries, cookie: string, now: Date): Identity | null {
  const credential = splitCredential(cookie);
  const session = credential && auth.session(credential.id)?.record;
  if (!session || !secretMatches(credential.secret, session.digest)) return null;
  if (session.revokedWallTime !== null || Date.parse(session.expiresWallTime) <= now.getTime()) {
    return null;
  }
  const person = auth.person(session.personId)?.record;
  if (!person) return null;
  const actor: Actor = { kind: "person", id: person.id, name: person.name };
  const rights = rightsOfPerson(person);
  return maySomewhere(rights, "view") ? identity(actor, rights, session.id) : null;
}

/** Prefix of API tokens, so that a leaked one is recognised by those who search for such. */
export const TOKEN_PREFIX = "pwt_";

/** Who a bearer token belongs to; null unless it is known, unexpired and not revoked. */
export function identifyToken(auth: AuthQueries, bearer: string, now: Date): Identity | null {
  if (!bearer.startsWith(TOKEN_PREFIX)) return null;
  const credential = splitCredential(bearer.slice(TOKEN_PREFIX.length));
  const token = credential && auth.token(credential.id)?.record;
  if (!token || !secretMatches(credential.secret, token.digest)) return null;
  const rights = tokenRights(auth, token, now);
  // Whoever made it may have lost every right since.
  if (!rights || (rights.everywhere.size === 0 && rights.bySite.size === 0)) return null;
  return identity({ kind: "token", id: token.id, name: token.name }, rights, null);
}

/** Null once a token has ended, or whoever made it is unknown. */
function tokenRights(auth: AuthQueries, token: ApiToken, now: Date): Rights | null {
  if (token.revokedWallTime !== null || Date.parse(token.expiresWallTime) <= now.getTime()) {
    return null;
  }
  if (token.createdBy.kind !== "person") return rightsOfToken(token, null);
  const maker = auth.person(token.createdBy.id)?.record;
  return maker ? rightsOfToken(token, rightsOfPerson(maker)) : null;
}

/** What somebody may do now, by what the record of their act calls them. */
export function rightsOf(auth: AuthQueries, actor: Actor, now: Date): Rights {
  if (actor.kind === "person") {
    const person = auth.person(actor.id)?.record;
    return person ? rightsOfPerson(person) : NO_RIGHTS;
  }
  if (actor.kind !== "token") return NO_RIGHTS;
  const token = auth.token(actor.id)?.record;
  return token ? tokenRights(auth, token, now) ?? NO_RIGHTS : NO_RIGHTS;
}
