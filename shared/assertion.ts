import { base64url, type JWK } from "jose";
import { z } from "zod";
import { reasonOf } from "./reason.ts";
import { refused, type Result } from "./result.ts";

const Base64Url = (charsMax: number) => z.string().min(1).max(charsMax).regex(/^[A-Za-z0-9_-]+$/);

/** What a passkey signed (WebAuthn level 3, section 7.2), as it came from the browser. */
export const Assertion = z.strictObject({
  credentialId: Base64Url(1400),
  authenticatorData: Base64Url(2000),
  clientDataJSON: Base64Url(4000),
  signature: Base64Url(2000),
});
export type Assertion = z.infer<typeof Assertion>;

/** What an assertion has to be about. */
export interface Expected {
  /** Base64url. */
  challenge: string;
  rpId: string;
  origins: readonly string[];
}

const ClientData = z.object({
  type: z.literal("webauthn.get"),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

const HEAD_BYTES = 37;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/**
 * Checks that a passkey signed this challenge, on a page of the expected origin, with its person
 * present and verified. The authenticator's count of uses is left alone: who keeps no state of it
 * can't judge it, and a challenge that is used once needs none.
 *
 * @param publicJwk the passkey's public key: P-256, Ed25519 or RSA
 */
export async function verifyAssertion(
  assertion: Assertion,
  publicJwk: JWK,
  expected: Expected,
): Promise<Result<null>> {
  const parts = decoded(assertion);
  if (!parts) {
    return refused("Cannot believe a passkey: base64url was required, got something else");
  }
  const { clientData, authenticatorData, signature } = parts;
  const issue = clientIssue(clientData, expected) ??
    await authenticatorIssue(authenticatorData, expected.rpId);
  if (issue) return refused(`Cannot believe a passkey: ${issue}`);
  const signed = joined(authenticatorData, await sha256(clientData));
  const holds = await signatureHolds(signature, signed, publicJwk);
  return holds.ok && !holds.value
    ? refused("Cannot believe a passkey: its own signature was required, got another")
    : holds.ok
    ? { ok: true, value: null }
    : holds;
}

/** Its parts in bytes; null where a text of the right letters has a length that no bytes have. */
function decoded({ clientDataJSON, authenticatorData, signature }: Assertion) {
  try {
    return {
      clientData: base64url.decode(clientDataJSON),
      authenticatorData: base64url.decode(authenticatorData),
      signature: base64url.decode(signature),
    };
  } catch {
    return null;
  }
}

function clientIssue(bytes: Uint8Array, { challenge, origins }: Expected): string | null {
  const read = ClientData.safeParse(jsonOf(bytes));
  if (!read.success) return "an assertion's client data were required, got something else";
  const { data } = read;
  if (data.challenge !== challenge) return "this decision's digest was required as challenge";
  if (!origins.includes(data.origin)) {
    return `a page of ${origins.join(" or ")} was required, got '${data.origin.slice(0, 100)}'`;
  }
  return data.crossOrigin ? "a page of its own was required, got one within another's" : null;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

async function authenticatorIssue(bytes: Uint8Array, rpId: string): Promise<string | null> {
  if (bytes.length < HEAD_BYTES) return `${HEAD_BYTES} bytes or more were required of its data`;
  const wanted = await sha256(new TextEncoder().encode(rpId));
  if (wanted.some((byte, n) => byte !== bytes[n])) return `the name '${rpId}' was required`;
  const flags = bytes[32]!;
  if (!(flags & USER_PRESENT)) return "a person's touch was required, got none";
  return flags & USER_VERIFIED ? null : "a verified person was required, got none";
}

/** By the key's own kind; what the message claims is never asked. */
async function signatureHolds(
  signature: Uint8Array,
  signed: Uint8Array<ArrayBuffer>,
  jwk: JWK,
): Promise<Result<boolean>> {
  const kind = `${jwk.kty} ${jwk.crv ?? ""}`.trim();
  const algorithm = ALGORITHMS[kind];
  if (!algorithm) {
    return refused(`Cannot believe a passkey: P-256, Ed25519 or RSA was required, got '${kind}'`);
  }
  const raw = kind === "EC P-256" ? rawOf(signature) : new Uint8Array(signature);
  if (!raw) return { ok: true, value: false };
  try {
    const { kty, crv, x, y, n, e } = jwk;
    const key = { kty, crv, x, y, n, e } as JsonWebKey;
    const imported = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
    return { ok: true, value: await crypto.subtle.verify(algorithm, imported, raw, signed) };
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot believe a passkey: a whole public key was required, got: ${reason}`);
  }
}

type Algorithm = { name: string; namedCurve?: string; hash?: string };
const ALGORITHMS: Record<string, Algorithm> = {
  "EC P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  "OKP Ed25519": { name: "Ed25519" },
  "RSA": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};

const INTEGER_BYTES = 32;

/** ECDSA-Sig-Value (RFC 3279, DER) as WebCrypto wants it: r and s, 32 bytes each; null if malformed. */
function rawOf(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const raw = new Uint8Array(2 * INTEGER_BYTES);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  let at = 2;
  for (const end of [INTEGER_BYTES, 2 * INTEGER_BYTES]) {
    const length = der[at + 1] ?? 0;
    const bytes = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || bytes.length !== length || length === 0) return null;
    const trimmed = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    if (trimmed.length > INTEGER_BYTES) return null;
    raw.set(trimmed, end - trimmed.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
