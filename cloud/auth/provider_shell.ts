import { getLogger } from "@logtape/logtape";
import { randomPKCECodeVerifier } from "openid-client";
import { refused, type Result } from "../../shared/result.ts";
import type { Issued } from "./accounts.ts";
import { type Door, strangerAt, type Visit } from "./door.ts";
import { Flow, providerClient } from "./provider_client_shell.ts";
import type { ProviderConfig } from "./provider_config.ts";
import { personOf } from "./provider_person.ts";
import { TOO_OFTEN } from "./asked.ts";
import type { Person, Session } from "./records.ts";
import { makeSecret, secretDigest, secretMatches } from "./secrets.ts";

/** How long somebody may take at the provider, s. */
export const ROUND_TRIP_S = 600;

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
  const client = providerClient(config, secret);

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
      const claims = await client.claimsOf(backUrl, about, state, challenge);
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
      const verifier = randomPKCECodeVerifier();
      const browserSecret = makeSecret();
      const flow = { verifier, next, redirectUri, browserDigest: secretDigest(browserSecret) };
      const { id, challenge } = await door.challenges.issue("provider", flow, ROUND_TRIP_S);
      try {
        const url = await client.urlFor(flow, id, challenge);
        return { ok: true, value: { url, browserSecret } };
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
