import { base64url, calculateJwkThumbprint, type JWK } from "jose";
import { z } from "zod";
import { ContractVersion, Token } from "./ids.ts";
import { refused, type Result } from "./result.ts";
import { verifyDetached } from "./signing.ts";

const PREFIX = "pwe_";
const TOKEN_CHARS_MAX = 2_000;

/** Where a device asks to be enrolled, below the console's address. */
export const ENROLMENT_PATH = "/enrol";

/** A public key, written as an nkey of a user. */
export const PublicNkey = z.string().regex(/^U[A-Z2-7]{55}$/);

/** What a one-time token holds. */
export const EnrolmentToken = z.strictObject({
  /** The console's address. */
  url: z.url({ protocol: /^https?$/ }).max(300),
  /** The seed, `SU…`, of the key that signs the request: it is never sent itself. */
  seed: z.string().regex(/^SU[A-Z2-7]{56}$/),
  /** The thumbprint (RFC 7638) of the site's key, which signs the answer. */
  pin: z.string().min(1).max(128),
});
export type EnrolmentToken = z.infer<typeof EnrolmentToken>;

export function writeToken(token: EnrolmentToken): string {
  return PREFIX + base64url.encode(JSON.stringify(EnrolmentToken.parse(token)));
}

/** Reads a token; what it holds is never repeated. */
export function readToken(text: string): Result<EnrolmentToken> {
  const issue = refused("Cannot read the token: 'pwe_…' as it was shown was required, got other");
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX) || trimmed.length > TOKEN_CHARS_MAX) return issue;
  try {
    const bytes = base64url.decode(trimmed.slice(PREFIX.length));
    const read = EnrolmentToken.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return read.success ? { ok: true, value: read.data } : issue;
  } catch {
    return issue;
  }
}

/** What a device sends of itself, signed with its token's key: the public halves of its own. */
export const EnrolmentRequest = z.strictObject({
  contractVersion: ContractVersion,
  /** The broker lets it in by this one. */
  publicKey: PublicNkey,
  /** It signs with this one. */
  signingKey: PublicNkey,
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

const PublicJwk = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).max(128),
});

/** What the device needs to know, signed by the site's key. */
export const EnrolmentAnswer = z.strictObject({
  contractVersion: ContractVersion,
  site: Token,
  /** Who the device is from now on: random, unlike its label. */
  device: Token,
  brokerUrl: z.string().regex(/^tls:\/\/[^\s/]+$/),
  /** The authority of the broker's certificate; null if the system knows it. */
  authorityPem: z.string().max(20_000).nullable(),
  trust: z.strictObject({
    keys: z.array(PublicJwk).min(1).max(256),
    roots: z.array(PublicJwk).max(256),
    expertsRequired: z.int().min(0).max(2),
    /** Absent where jobs needn't be signed by whoever registers them. */
    jobsSigned: z.boolean().optional(),
  }),
});
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswer>;

/**
 * Reads an answer, which must be signed by the very key that the token names: so nobody between
 * device and console can give it another broker, authority or expert.
 */
export async function readAnswer(
  bytes: Uint8Array,
  signature: string,
  pin: string,
): Promise<Result<EnrolmentAnswer>> {
  const required = "Cannot believe the console's answer:";
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refused(`${required} JSON was required, got other`);
  }
  const read = EnrolmentAnswer.safeParse(json);
  if (!read.success) return refused(`${required} the settings of a site were required, got other`);
  const signed = await verifyDetached(bytes, signature, await pinnedBy(read.data, pin));
  return signed.ok ? { ok: true, value: read.data } : refused(`${required} ${signed.issue}`);
}

/** The key with this thumbprint, whatever name it gives itself. */
async function pinnedBy({ trust }: EnrolmentAnswer, pin: string): Promise<Map<string, JWK>> {
  const found = new Map<string, JWK>();
  for (const { kty, crv, x } of trust.keys) {
    const jwk = { kty, crv, x };
    if (await calculateJwkThumbprint(jwk) === pin) found.set(pin, jwk);
  }
  return found;
}
