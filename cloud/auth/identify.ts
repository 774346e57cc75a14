import type { AuthQueries } from "../read_model/auth_queries.ts";
import type { Actor } from "../cases/case_event.ts";
import type { Role, TokenScope } from "./records.ts";
import { secretMatches, splitCredential } from "./secrets.ts";

/** Somebody known, and what they may do. */
export interface Identity {
  actor: Actor;
  /** May read cases, printers and what was refused. */
  mayRead: boolean;
  mayDecide: boolean;
  /** May say what a printer is going to print. */
  mayRegister: boolean;
  mayAdminister: boolean;
  /** May read /metrics. */
  mayMeasure: boolean;
  /** The session that they came with; null for a token. */
  sessionId: string | null;
}

const DECIDING: readonly Role[] = ["expert", "admin"];
const REGISTERING: readonly Role[] = ["operator", ...DECIDING];

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
  return {
    actor: { kind: "person", id: person.id, name: person.name },
    mayRead: true,
    mayDecide: DECIDING.includes(person.role),
    mayRegister: REGISTERING.includes(person.role),
    mayAdminister: person.role === "admin",
    mayMeasure: true,
    sessionId: session.id,
  };
}

/** Prefix of API tokens, so that a leaked one is recognised by those who search for such. */
export const TOKEN_PREFIX = "pwt_";

/** Who a bearer token belongs to; null unless it is known, unexpired and not revoked. */
export function identifyToken(auth: AuthQueries, bearer: string, now: Date): Identity | null {
  if (!bearer.startsWith(TOKEN_PREFIX)) return null;
  const credential = splitCredential(bearer.slice(TOKEN_PREFIX.length));
  const token = credential && auth.token(credential.id)?.record;
  if (!token || !secretMatches(credential.secret, token.digest)) return null;
  if (token.revokedWallTime !== null || Date.parse(token.expiresWallTime) <= now.getTime()) {
    return null;
  }
  const scopes: readonly TokenScope[] = token.scopes;
  return {
    actor: { kind: "token", id: token.id, name: token.name },
    mayRead: scopes.includes("read") || scopes.includes("decide"),
    mayDecide: scopes.includes("decide"),
    mayRegister: scopes.includes("job") || scopes.includes("decide"),
    mayAdminister: false,
    mayMeasure: scopes.includes("metrics") || scopes.includes("read"),
    sessionId: null,
  };
}
