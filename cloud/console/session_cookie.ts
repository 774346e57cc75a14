import { deleteCookie, setCookie } from "hono/cookie";
import type { Issued } from "../auth/accounts.ts";
import type { Visit } from "../auth/door.ts";
import type { Session } from "../auth/records.ts";
import type { Ctx, Parts } from "./context.ts";
import { cookieName, peerOf } from "./protect.ts";

/** Gives a browser the cookie of its new session. */
export function giveCookie(c: Ctx, parts: Parts, session: Issued<Session>): void {
  setCookie(c, cookieName(parts), session.credential, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: parts.publicUrl?.startsWith("https:") ?? false,
    maxAge: parts.sessionS,
  });
}

export function takeCookie(c: Ctx, parts: Parts): void {
  deleteCookie(c, cookieName(parts), { path: "/" });
}

/** From where a request comes, as the audit log and the limits know it. */
export function visitOf(c: Ctx): Visit {
  return { peer: peerOf(c), browser: c.req.header("User-Agent") ?? "" };
}

/** Only a place within the console: never another site. */
export function ownPath(next: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}
