import { decisionDigest } from "../../../shared/decision_digest.ts";
import type { Decision } from "../../../shared/decision.ts";
import { encodeConfirmations, type ExpertClaims, signExpert } from "../../../shared/expert.ts";
import { makeSigningKey, type SigningKey } from "../../../shared/signing.ts";
import { type Authenticator, type Bend, makeAuthenticator } from "../../authenticator.ts";

export const ORIGIN = "https://prints.example.org";
const RP_ID = "prints.example.org";

/** An expert: a person with an authenticator, for whom a site's root key vouches. */
export interface Expert {
  personId: string;
  key: Authenticator;
  certificate: string;
}

export async function expertOf(
  root: SigningKey,
  more: Partial<ExpertClaims> = {},
  key?: Authenticator,
): Promise<Expert> {
  const made = key ?? await makeAuthenticator(ORIGIN);
  const personId = more.personId ?? crypto.randomUUID();
  const { kty, crv, x, y, n, e } = made.publicJwk;
  const publicJwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }));
  const claims: ExpertClaims = {
    version: 1,
    site: "s1",
    personId,
    name: "Mira",
    credentialId: made.credentialId,
    publicJwk,
    rpId: RP_ID,
    origins: [ORIGIN],
    fromWallTime: "2026-01-01T00:00:00.000Z",
    untilWallTime: "2027-01-01T00:00:00.000Z",
    ...more,
  };
  return { personId, key: made, certificate: await signExpert(claims, root) };
}

/** One person's confirmation of a decision; each part may be bent. */
export async function confirmationOf(expert: Expert, decision: Decision, bend: Bend = {}) {
  const challenge = await decisionDigest(decision);
  const { id, response } = await expert.key.get({ challenge, rpId: RP_ID }, bend);
  const { authenticatorData, clientDataJSON, signature } = response;
  return {
    certificate: expert.certificate,
    assertion: { credentialId: id, authenticatorData, clientDataJSON, signature },
  };
}

export async function headerOf(...each: Promise<Awaited<ReturnType<typeof confirmationOf>>>[]) {
  return encodeConfirmations(await Promise.all(each));
}

/** A root key, and the pinned roots that believe it. */
export async function rooted() {
  const root = await makeSigningKey();
  return { root, roots: new Map([[root.kid, root.publicJwk]]) };
}
