import * as oidc from "openid-client";
import { z } from "zod";
import { isLoopback, type ProviderConfig } from "./provider_config.ts";

const ANSWER_MS = 10_000;

/** What is kept here of somebody who is on their way to the provider and back. */
export const Flow = z.strictObject({
  verifier: z.string(),
  next: z.string(),
  redirectUri: z.string(),
  /** What the browser that began has to show again: nobody ends another's flow. */
  browserDigest: z.string(),
});
export type Flow = z.infer<typeof Flow>;

/** What a provider says of somebody. */
export type Claims = Record<string, unknown> & { sub: string };

/** What is asked of the identity provider itself. */
export interface ProviderClient {
  /**
   * Where to send the browser.
   *
   * @param state comes back with the browser
   * @param nonce has to stand in the token
   */
  urlFor(flow: Flow, state: string, nonce: string): Promise<string>;
  /** Who came back, by the provider's own word. */
  claimsOf(backUrl: URL, flow: Flow, state: string, nonce: string): Promise<Claims>;
}

/** @throws {Error} of each question, if the provider is away or doesn't vouch for who came back */
export function providerClient(config: ProviderConfig, secret: string | undefined): ProviderClient {
  let known: oidc.Configuration | null = null;

  /** Asked for once it is needed, and again if that failed: a provider may be away at the start. */
  async function discovered(): Promise<oidc.Configuration> {
    const issuer = new URL(config.issuer);
    const execute = isLoopback(issuer.hostname) ? [oidc.allowInsecureRequests] : [];
    const options = { execute, timeout: ANSWER_MS / 1000 };
    known ??= await oidc.discovery(issuer, config.clientId, secret, undefined, options);
    return known;
  }

  return {
    async urlFor({ verifier, redirectUri }, state, nonce) {
      const url = oidc.buildAuthorizationUrl(await discovered(), {
        redirect_uri: redirectUri,
        scope: config.scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return url.href;
    },

    async claimsOf(backUrl, flow, state, nonce) {
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
    },
  };
}
