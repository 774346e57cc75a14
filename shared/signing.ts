import {
  base64url,
  calculateJwkThumbprint,
  exportJWK,
  FlattenedSign,
  flattenedVerify,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import { reasonOf } from "./reason.ts";
import { refused, type Result } from "./result.ts";

/** The NATS header that carries a detached JWS (RFC 7515 appendix F, EdDSA) over the body. */
export const SIGNATURE_HEADER = "Printwarden-Signature";

/** A signing key: the private JWK stays where it was made. */
export interface SigningKey {
  kid: string;
  privateJwk: JWK;
  publicJwk: JWK;
}

/** Makes an Ed25519 key; its id is the RFC 7638 thumbprint of its public half. */
export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("Ed25519", { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return { kid, privateJwk: await exportJWK(privateKey), publicJwk };
}

/**
 * Signs a body; the result is `header..signature`, the body itself travels beside it.
 *
 * @param claims more that is signed along in the header, which whoever doesn't know it passes over
 */
export async function signDetached(
  body: Uint8Array,
  key: SigningKey,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const jws = await new FlattenedSign(body)
    .setProtectedHeader({ ...claims, alg: "EdDSA", kid: key.kid })
    .sign(key.privateJwk);
  return `${jws.protected}..${jws.signature}`;
}

/**
 * Checks a detached signature over `body` against the pinned public keys, by key id.
 * Gives the id of the key that signed.
 */
export async function verifyDetached(
  body: Uint8Array,
  signature: string,
  pinned: ReadonlyMap<string, JWK>,
): Promise<Result<string>> {
  const [, header, mac] = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)$/.exec(signature) ?? [];
  if (!header || !mac) {
    return refused("Cannot verify a signature: 'header..signature' was required, got another form");
  }
  try {
    const checked = await flattenedVerify(
      { protected: header, payload: base64url.encode(body), signature: mac },
      async (protectedHeader) => {
        const jwk = pinned.get(protectedHeader?.kid ?? "");
        if (!jwk) throw new Error(`key '${protectedHeader?.kid}' is not pinned here`);
        return await importJWK(jwk, "EdDSA");
      },
      { algorithms: ["EdDSA", "Ed25519"] },
    );
    return { ok: true, value: checked.protectedHeader?.kid ?? "" };
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot verify a signature: a pinned key's was required, got: ${reason}`);
  }
}
