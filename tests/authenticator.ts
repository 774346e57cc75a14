/**
 * An authenticator in code: makes ES256, EdDSA or RS256 keys and answers both ceremonies of WebAuthn as a
 * browser hands them on. Each part of an answer can be bent, for what must be refused.
 */
import { type CBORType, encodeCBOR } from "@levischuck/tiny-cbor";

const encoder = new TextEncoder();

const base64url = (bytes: Uint8Array) =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });
const bytesOf = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

const UP = 0x01, UV = 0x04, AT = 0x40;

/** What may be bent in an answer. */
export interface Bend {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  /** Without the person's touch, or without having verified them. */
  flags?: number;
  crossOrigin?: boolean;
  counter?: number;
}

export interface Authenticator {
  credentialId: string;
  publicJwk: JsonWebKey;
  /** Answers `navigator.credentials.create`. */
  create(options: CreateOptions, bend?: Bend): Promise<Registration>;
  /** Answers `navigator.credentials.get`. */
  get(options: GetOptions, bend?: Bend): Promise<Assertion>;
}

type CreateOptions = { challenge: string; rp: { id?: string }; user: { id: string } };
type GetOptions = { challenge: string; rpId?: string };
export type Registration = Awaited<ReturnType<typeof answer<{ attestationObject: string }>>>;
export type Assertion = Awaited<
  ReturnType<typeof answer<{ authenticatorData: string; signature: string }>>
>;

function answer<R>(id: string, clientData: Uint8Array, response: R) {
  return {
    id,
    rawId: id,
    type: "public-key" as const,
    clientExtensionResults: {},
    response: { clientDataJSON: base64url(clientData), ...response },
  };
}

const KEYS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
} as const;

/** Makes an authenticator with one key, which a browser at `origin` uses. */
export async function makeAuthenticator(
  origin: string,
  algorithm: keyof typeof KEYS = "ES256",
): Promise<Authenticator> {
  const keys = await crypto.subtle.generateKey(KEYS[algorithm], true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const publicJwk = await crypto.subtle.exportKey("jwk", keys.publicKey);
  const id = crypto.getRandomValues(new Uint8Array(32));
  const credentialId = base64url(id);
  let uses = 0;

  const clientDataOf = (type: string, challenge: string, bend: Bend) =>
    encoder.encode(JSON.stringify({
      type: bend.type ?? type,
      challenge: bend.challenge ?? challenge,
      origin: bend.origin ?? origin,
      crossOrigin: bend.crossOrigin ?? false,
    }));

  async function authData(rpId: string, flags: number, bend: Bend, more = new Uint8Array()) {
    const head = new Uint8Array(37);
    head.set(await sha256(encoder.encode(bend.rpId ?? rpId)));
    head[32] = bend.flags ?? flags;
    new DataView(head.buffer).setUint32(33, bend.counter ?? ++uses);
    return new Uint8Array([...head, ...more]);
  }

  return {
    credentialId,
    publicJwk,
    async create(options, bend = {}) {
      const key = encodeCBOR(coseOf(publicJwk));
      const length = [id.length >> 8, id.length & 255];
      const attested = new Uint8Array([...new Uint8Array(16), ...length, ...id, ...key]);
      const rpId = options.rp.id ?? "";
      const authenticatorData = await authData(rpId, (bend.flags ?? UP | UV) | AT, {
        ...bend,
        flags: undefined,
      }, attested);
      const attestation = encodeCBOR(
        new Map<string, CBORType>([
          ["fmt", "none"],
          ["attStmt", new Map<string, CBORType>()],
          ["authData", authenticatorData],
        ]),
      );
      const clientData = clientDataOf("webauthn.create", options.challenge, bend);
      return answer(credentialId, clientData, { attestationObject: base64url(attestation) });
    },
    async get(options, bend = {}) {
      const clientData = clientDataOf("webauthn.get", options.challenge, bend);
      const authenticatorData = await authData(options.rpId ?? "", UP | UV, bend);
      const signed = new Uint8Array([...authenticatorData, ...await sha256(clientData)]);
      const how = algorithm === "ES256" ? { name: "ECDSA", hash: "SHA-256" } : KEYS[algorithm].name;
      const raw = new Uint8Array(await crypto.subtle.sign(how, keys.privateKey, signed));
      const signature = algorithm === "ES256" ? derOf(raw) : raw;
      return answer(credentialId, clientData, {
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signature),
      });
    },
  };
}

/** A JWK as COSE_Key (RFC 9052 and 8230): kty 1, alg 3, then what the kind of key needs. */
function coseOf({ kty, x = "", y = "", n = "", e = "" }: JsonWebKey) {
  const parts: [number, number | Uint8Array][] = kty === "EC"
    ? [[1, 2], [3, -7], [-1, 1], [-2, bytesOf(x)], [-3, bytesOf(y)]]
    : kty === "RSA"
    ? [[1, 3], [3, -257], [-1, bytesOf(n)], [-2, bytesOf(e)]]
    : [[1, 1], [3, -8], [-1, 6], [-2, bytesOf(x)]];
  return new Map<number, number | Uint8Array>(parts);
}

/** WebCrypto gives r and s side by side; authenticators wrap them in DER (ECDSA-Sig-Value). */
function derOf(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const trimmed = bytes.subarray(first < 0 ? bytes.length - 1 : first);
    const body = trimmed[0]! & 0x80 ? [0, ...trimmed] : [...trimmed];
    return [0x02, body.length, ...body];
  };
  const body = [...integer(raw.subarray(0, 32)), ...integer(raw.subarray(32))];
  return new Uint8Array([0x30, body.length, ...body]);
}
