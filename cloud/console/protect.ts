import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie } from "hono/cookie";
import { NONCE, secureHeaders } from "hono/secure-headers";
import { COMMAND_BYTES_MAX } from "../../shared/codec.ts";
import { identifySession, identifyToken, type Identity } from "../auth/identify.ts";
import { sitesOf } from "../auth/rights.ts";
import type { Ctx, Env, Parts } from "./context.ts";

/** No form and no JSON body but a job's is larger, in bytes. */
const BODY_BYTES_MAX = 32_768;
const JOB_PATH = /^\/api\/v1\/printers\/[^/]+\/[^/]+\/[^/]+\/job$/;
/** A job that is too large to travel is still read, so that its sender is told what to do. */
const JOB_BYTES_MAX = 4 * COMMAND_BYTES_MAX;

/** The session's cookie; the prefix (RFC 6265bis) only holds over TLS. */
export function cookieName(parts: Parts): string {
  return parts.publicUrl?.startsWith("https:") ? "__Host-pw-session" : "pw-session";
}

/** Nothing runs or loads but what this very answer names. */
export function headers(parts: Parts): MiddlewareHandler {
  return secureHeaders({
    strictTransportSecurity: parts.publicUrl?.startsWith("https:") ?? false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    referrerPolicy: "same-origin",
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  });
}

/**
 * Bounds what is read of a body. On a job's address nothing is read for who may not register one:
 * they are told that, rather than that the job was too large.
 */
export function limitBody(
  refuse: (c: Ctx) => Response | Promise<Response>,
): MiddlewareHandler<Env> {
  const onError = (c: Context) => refuse(c as Ctx);
  const usual = bodyLimit({ maxSize: BODY_BYTES_MAX, onError });
  const job = bodyLimit({ maxSize: JOB_BYTES_MAX, onError });
  return (c, next) => {
    if (!JOB_PATH.test(c.req.path)) return usual(c, next);
    return c.get("identity")?.mayRegister ? job(c, next) : next();
  };
}

/**
 * Refuses requests for a name that isn't ours: a page elsewhere whose name was pointed here (DNS
 * rebinding) would otherwise count as the same origin.
 */
export function knownHost(parts: Parts): MiddlewareHandler<Env> {
  const own = parts.publicUrl === null ? null : new URL(parts.publicUrl).hostname;
  return async (c, next) => {
    const { hostname } = new URL(c.req.url);
    const literal = /^[0-9.]+$/.test(hostname) || hostname.startsWith("[");
    if (!literal && hostname !== "localhost" && hostname !== own) {
      return c.text("This console isn't reached by that name; see console.publicUrl", 421);
    }
    await next();
  };
}

/** Whether a request that changes something comes from a page of this console. */
export function fromOwnPage(c: Ctx, parts: Parts): boolean {
  const origin = c.req.header("Origin");
  const own = new URL(c.req.url).origin;
  if (origin) return origin === own || origin === originOf(parts.publicUrl);
  return c.req.header("Sec-Fetch-Site") === "same-origin";
}

function originOf(url: string | null): string | null {
  return url === null ? null : new URL(url).origin;
}

/** Finds out who asks: by bearer token, else by the session's cookie; and of what moment. */
export function identify(parts: Parts): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set("position", parts.position());
    c.set("identity", identityOf(c, parts));
    await next();
  };
}

/** Who asks, if anybody who is known. */
export function identityOf(c: Ctx, parts: Parts): Identity | null {
  const bearer = /^Bearer (\S{1,200})$/.exec(c.req.header("Authorization") ?? "")?.[1];
  if (bearer) return identifyToken(parts.model.auth, bearer, parts.now());
  const cookie = getCookie(c, cookieName(parts));
  return cookie ? identifySession(parts.model.auth, cookie, parts.now()) : null;
}

/** Whether whoever opened a long answer may still see what they did: sessions and rights end. */
export function identifyAgain(c: Ctx, parts: Parts): boolean {
  const [then, now] = [c.get("identity"), identityOf(c, parts)];
  if (!then || !now) return false;
  return JSON.stringify(sitesOf(then.rights)) === JSON.stringify(sitesOf(now.rights));
}

/** The network address that asks, for limits and the audit log. */
export function peerOf(c: Ctx): string {
  return c.env?.remoteAddr?.hostname ?? "unknown";
}

/** Whom the proxy in front speaks for: what it added last; what came before it anybody may write. */
export function behindProxy(c: Ctx): Env["Bindings"] {
  const told = c.req.header("X-Forwarded-For")?.split(",").at(-1)?.trim().slice(0, 100);
  return { ...c.env, remoteAddr: { hostname: told || peerOf(c) } };
}
