import { getLogger } from "@logtape/logtape";
import * as oidc from "openid-client";
import { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";
import { type Issued, newPerson } from "./accounts.ts";
import { claimedRoles } from "./claimed_roles.ts";
import { type Door, strangerAt, type Visit } from "./door.ts";
import { isLoopback, type ProviderConfig } from "./provider_config.ts";
import { TOO_OFTEN } from "./asked.ts";
import type { Person, Session } from "./records.ts";
import { roleWords } from "./role_words.ts";
import { makeSecret, secretDigest, secretMatches } from "./secrets.ts";

/** How long somebody may take at the provider, s. */
export const ROUND_TRIP_S = 600;
const ANSWER_MS = 10_000;

const Flow = z.strictObject({
  verifier: z.string(),
  next: z.string(),
  redirectUri: z.string(),
  /** What the browser that began has to show again: nobody ends another's flow. */
  browserDigest: z.string(),
});

/** Signs people in by an identity provider of their organisation (OpenID Connect). */
export interface Provider {
  /** What the button says. */
  name: string;
  /** Where to send the browser, and the secret that it keeps in a cookie until it comes back. */
  begin(
    redirectUri: string,
    next: string,
    visit: Visit,
  ): Promise<Result<{ url: string; browserSecret: string }>>;
  /** @param backUrl the address that the browser came back with */
  finish(
    backUrl: URL,
    browserSecret: string,
    visit: Visit,
  ): Promise<Result<{ session: Issued<Session>; next: string }>>;
}

const AWAY = "The identity provider doesn't answer; please try again";
const NOT_GOOD = "Signing in at the identity provider didn't work; please try again";

export function provider(door: Door, config: ProviderConfig, secret: string | undefined): Provider {
  const logger = getLogger(["printwarden", "auth"]);
  let known: oidc.Configuration | null = null;

  /** Asked for once it is needed, and again if that failed: a provider may be away at the start. */
  async function discovered(): Promise<oidc.Configuration> {
    const issuer = new URL(config.issuer);
    const execute = isLoopback(issuer.hostname) ? [oidc.allowInsecureRequests] : [];
    const options = { execute, timeout: ANSWER_MS / 1000 };
    known ??= await oidc.discovery(issuer, config.clientId, secret, undefined, options);
    return known;
  }

  async function claimsOf(backUrl: URL, flow: z.infer<typeof Flow>, state: string, nonce: string) {
    const configuration = await discovered();
    const answer = new URL(flow.redirectUri);
    answer.search = backUrl.search;
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
      pkceCodeVerifier: flow.verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    if (config.roleClaim in claims) return claims;
    if (!configuration.serverMetadata().userinfo_endpoint) return claims;
    const more = await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return { ...more, ...claims };
  }

  async function visitor(
    backUrl: URL,
    browserSecret: string,
  ): Promise<Result<{ person: Person; next: string }>> {
    const state = backUrl.searchParams.get("state") ?? "";
    const flow = await door.challenges.take(state, "provider", Flow);
    if (!flow.ok) return flow;
    if (!secretMatches(browserSecret, flow.value.about.browserDigest)) return refused(NOT_GOOD);
    try {
      const { challenge, about } = flow.value;
      const claims = await claimsOf(backUrl, about, state, challenge);
      const person = await personOf(door, config, claims);
      return person.ok ? { ok: true, value: { person: person.value, next: about.next } } : person;
    } catch (error) {
      logger.warn("Cannot sign somebody in by {name}: {error}", { name: config.name, error });
      return refused(NOT_GOOD);
    }
  }

  return {
    name: config.name,

    async begin(redirectUri, next, { peer }) {
      if (door.limits.askWaitS(peer, door.now().getTime()) > 0) return refused(TOO_OFTEN);
      const verifier = oidc.randomPKCECodeVerifier();
      const browserSecret = makeSecret();
      const flow = { verifier, next, redirectUri, browserDigest: secretDigest(browserSecret) };
      const { id, challenge } = await door.challenges.issue("provider", flow, ROUND_TRIP_S);
      try {
        const url = oidc.buildAuthorizationUrl(await discovered(), {
          redirect_uri: redirectUri,
          scope: config.scope,
          state: id,
          nonce: challenge,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        });
        return { ok: true, value: { url: url.href, browserSecret } };
      } catch (error) {
        logger.warn("Cannot reach the identity provider {name}: {error}", {
          name: config.name,
          error,
        });
        return refused(AWAY);
      }
    },

    async finish(backUrl, browserSecret, visit) {
      const nowMs = door.now().getTime();
      if (door.limits.peerWaitS(visit.peer, nowMs) > 0) {
        return refused("Too many failed tries; please wait");
      }
      const known = await visitor(backUrl, browserSecret);
      if (!known.ok) {
        door.limits.peerFailed(visit.peer, nowMs);
        await door.audit.write(strangerAt(visit.peer), "sign-in-failed", config.name, known.issue);
        return known;
      }
      const session = await door.welcome(known.value.person, visit, "provider");
      return { ok: true, value: { session, next: known.value.next } };
    },
  };
}

type Claims = Record<string, unknown> & { sub: string };

/**
 * The person behind a provider's claims, made or brought up to date: the provider's word on their
 * roles counts anew at each sign-in. Somebody of the same name who is known here already is another.
 */
async function personOf(
  { auth, accounts, audit, now }: Door,
  config: ProviderConfig,
  claims: Claims,
): Promise<Result<Person>> {
  const by = { kind: "aggregator", id: "provider", name: config.name } as const;
  const roles = claimedRoles(claims[config.roleClaim], config.roles);
  const found = auth.personByProvider(config.issuer, claims.sub);
  if (found?.record.leftWallTime) return refused("This account was closed here");
  if (!roles) {
    if (found) {
      const record = { ...found.record, role: null, grants: [] };
      const note = audit.note(by, "roles-changed", record.id, roleWords(record));
      await accounts.write(record, found.sequence, note);
      await audit.chain(note);
    }
    return refused("Your organisation gives you no role here; please ask whoever looks after this");
  }
  const before = found?.record;
  const same = before && JSON.stringify([before.role, before.grants]) ===
      JSON.stringify([roles.role, roles.grants]);
  if (before && same) return { ok: true, value: before };
  const made = before ?? {
    ...newPerson(crypto.randomUUID(), freeName(auth, claims), roles, null, now()),
    provider: { issuer: config.issuer, subject: claims.sub },
  };
  const person: Person = { ...made, ...roles };
  const act = before ? "roles-changed" : "joined";
  const note = audit.note(by, act, person.id, roleWords(person));
  const written = await accounts.write(person, found?.sequence ?? 0, note);
  if (!written.ok) return written;
  await audit.chain(note);
  return { ok: true, value: person };
}

/** What the provider calls them, made plain, and different from everybody else's name. */
function freeName(auth: Door["auth"], claims: Claims): string {
  const told = [claims.name, claims.preferred_username, claims.email].find((one) =>
    typeof one === "string" && one.trim().length >= 2
  );
  const plain = String(told ?? "Somebody").replaceAll(/[\p{Cc}\p{Cf}<>]/gu, "").trim();
  const name = plain.length >= 2 ? plain.slice(0, 50) : "Somebody";
  let tried = name;
  for (let number = 2; auth.personNamed(tried); number++) tried = `${name} (${number})`;
  return tried;
}
