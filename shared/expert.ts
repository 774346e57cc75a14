import { base64url, CompactSign, compactVerify, importJWK, type JWK } from "jose";
import { z } from "zod";
import { Assertion } from "./assertion.ts";
import { Token, Uuid, WallTime } from "./ids.ts";
import { reasonOf } from "./reason.ts";
import { refused, type Result } from "./result.ts";
import type { SigningKey } from "./signing.ts";

/** The NATS header that carries what experts' own passkeys signed, beside the aggregator's JWS. */
export const CONFIRMATIONS_HEADER = "Printwarden-Confirmations";
/** Two people at most confirm one decision. */
export const CONFIRMATIONS_MAX = 2;
const CONFIRMATIONS_CHARS_MAX = 24_000;

const Coordinate = z.string().min(1).max(1400).regex(/^[A-Za-z0-9_-]+$/);

/** A passkey's public key. */
export const PasskeyJwk = z.union([
  z.strictObject({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: Coordinate,
    y: Coordinate,
  }),
  z.strictObject({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: Coordinate }),
  z.strictObject({ kty: z.literal("RSA"), n: Coordinate, e: Coordinate }),
]);
export type PasskeyJwk = z.infer<typeof PasskeyJwk>;

/** What a site's root key says of an expert: this passkey is this person's. */
export const ExpertClaims = z.strictObject({
  version: z.literal(1),
  site: Token,
  personId: Uuid,
  name: z.string().min(1).max(200),
  credentialId: Coordinate,
  publicJwk: PasskeyJwk,
  rpId: z.string().min(1).max(253),
  origins: z.array(z.string().min(1).max(300)).min(1).max(8),
  fromWallTime: WallTime,
  untilWallTime: WallTime,
});
export type ExpertClaims = z.infer<typeof ExpertClaims>;

const TYPE = "printwarden-expert";

/** Signs an expert's certificate with a site's root key, as a compact JWS. */
export async function signExpert(claims: ExpertClaims, root: SigningKey): Promise<string> {
  const body = new TextEncoder().encode(JSON.stringify(ExpertClaims.parse(claims)));
  return await new CompactSign(body)
    .setProtectedHeader({ alg: "EdDSA", kid: root.kid, typ: TYPE })
    .sign(await importJWK(root.privateJwk, "EdDSA"));
}

/** Reads an expert's certificate that one of the pinned root keys signed. */
export async function readExpert(
  certificate: string,
  roots: ReadonlyMap<string, JWK>,
): Promise<Result<ExpertClaims>> {
  try {
    const { payload } = await compactVerify(certificate, async ({ kid }) => {
      const jwk = roots.get(kid ?? "");
      if (!jwk) throw new Error(`root key '${kid}' is not pinned here`);
      return await importJWK(jwk, "EdDSA");
    }, { algorithms: ["EdDSA", "Ed25519"] });
    const claims = ExpertClaims.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    if (claims.success) return { ok: true, value: claims.data };
    return refused("Cannot read an expert's certificate: its claims were required, got others");
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot read an expert's certificate: a pinned root's was required: ${reason}`);
  }
}

/** One person's confirmation of a decision. */
export const Confirmation = z.strictObject({
  certificate: z.string().min(1).max(8000),
  assertion: Assertion,
});
export type Confirmation = z.infer<typeof Confirmation>;

const Confirmations = z.array(Confirmation).max(CONFIRMATIONS_MAX);

export function encodeConfirmations(confirmations: readonly Confirmation[]): string {
  return base64url.encode(JSON.stringify(Confirmations.parse(confirmations)));
}

/** Reads the header; an absent one carries none. */
export function decodeConfirmations(header: string): Result<Confirmation[]> {
  if (header === "") return { ok: true, value: [] };
  const issue = refused("Cannot read confirmations: at most two of them were required, got other");
  if (header.length > CONFIRMATIONS_CHARS_MAX) return issue;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(base64url.decode(header));
    const read = Confirmations.safeParse(JSON.parse(text));
    return read.success ? { ok: true, value: read.data } : issue;
  } catch {
    return issue;
  }
}
