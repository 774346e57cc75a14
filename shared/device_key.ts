import { base64url, type JWK } from "jose";
import type { SigningKey } from "./signing.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PUBLIC_TEXT = /^U[A-Z2-7]{55}$/;
const SEED_TEXT = /^SU[A-Z2-7]{56}$/;
const KEY_BYTES = 32;

/** The bytes behind a text in base32 (RFC 4648, no padding). */
function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor(text.length * 5 / 8));
  let [value, bits, at] = [0, 0, 0];
  for (const char of text) {
    value = (value << 5 | ALPHABET.indexOf(char)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >> bits & 0xff;
  }
  return bytes;
}

/**
 * A device's NATS key as a public JWK: both are Ed25519, so what the broker knows a device by also
 * signs what the device says.
 *
 * @param text the public nkey, `U…`: one byte of kind, the key, two of checksum
 * @throws {RangeError} if it is none
 */
export function devicePublicJwk(text: string): JWK {
  if (!PUBLIC_TEXT.test(text)) {
    throw new RangeError(
      `Cannot read a device's key: a public nkey 'U…' was required, got '${text}'`,
    );
  }
  const x = base64url.encode(fromBase32(text).subarray(1, 1 + KEY_BYTES));
  return { kty: "OKP", crv: "Ed25519", x, kid: text };
}

/**
 * A device's key for signing what it says; its id is the public nkey.
 *
 * @param seed the nkey seed, `SU…`: two bytes of kind, the key, two of checksum
 * @param publicText its public half, `U…`
 * @throws {RangeError} if either is none
 */
export function deviceSigningKey(seed: string, publicText: string): SigningKey {
  if (!SEED_TEXT.test(seed)) {
    throw new RangeError("Cannot read a device's seed: an nkey seed 'SU…' was required");
  }
  const publicJwk = devicePublicJwk(publicText);
  const d = base64url.encode(fromBase32(seed).subarray(2, 2 + KEY_BYTES));
  return { kid: publicText, publicJwk, privateJwk: { ...publicJwk, d } };
}
