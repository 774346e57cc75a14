import { Buffer } from "node:buffer";
import { devicePublicJwk } from "../../shared/device_key.ts";

interface Pinned {
  /** The one header that a signature of this device may have. */
  header: string;
  key: Promise<CryptoKey>;
}

/**
 * Checks the signatures of devices over what they say (detached JWS, EdDSA): a few times as fast as
 * a check that must be ready for any header, and there are thousands a second.
 *
 * @returns a function that says what is wrong with a signature, or null
 */
export function deviceSignatures() {
  const pinned = new Map<string, Pinned>();

  function pin(publicKey: string): Pinned {
    const known = pinned.get(publicKey);
    if (known) return known;
    const header = Buffer.from(JSON.stringify({ alg: "EdDSA", kid: publicKey }));
    const jwk = devicePublicJwk(publicKey) as JsonWebKey;
    const made = {
      header: header.toString("base64url"),
      key: crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]),
    };
    pinned.set(publicKey, made);
    return made;
  }

  return async function issueOf(
    publicKey: string,
    bytes: Uint8Array,
    signature: string,
  ): Promise<string | null> {
    const { header, key } = pin(publicKey);
    const required = `Cannot believe a message: a signature of the device's key was required`;
    if (!signature.startsWith(`${header}..`)) return `${required}, got one of another key or form`;
    const mac = Buffer.from(signature.slice(header.length + 2), "base64url");
    const signed = Buffer.from(`${header}.${Buffer.from(bytes).toString("base64url")}`, "latin1");
    if (await crypto.subtle.verify("Ed25519", await key, mac, signed)) return null;
    return `${required}, got one that doesn't fit the message`;
  };
}
