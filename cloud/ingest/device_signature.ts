import { devicePublicJwk } from "../../shared/device_key.ts";

/**
 * Who a message claims to come from: the public nkey that it must be signed with, or why it isn't
 * believed whoever signed; null where that isn't asked.
 */
export type Sender = { key: string } | { issue: string } | null;

/** Says why a message isn't its sender's, or null; for messages of any kind. */
export function senderIssues() {
  const issueOf = deviceSignatures();
  return async (sender: Sender, bytes: Uint8Array, signature: string): Promise<string | null> => {
    if (sender === null) return null;
    if ("issue" in sender) return `Cannot believe a message: ${sender.issue}`;
    return await issueOf(sender.key, bytes, signature);
  };
}

interface Pinned {
  /** The one header that a signature of this device may have. */
  header: string;
  key: Promise<CryptoKey>;
}

const base64url = (bytes: Uint8Array) =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });

/** Null if the text is no base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return null;
  }
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
    const header = new TextEncoder().encode(JSON.stringify({ alg: "EdDSA", kid: publicKey }));
    const jwk = devicePublicJwk(publicKey) as JsonWebKey;
    const made = {
      header: base64url(header),
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
    if (signature === "") return `${required}, got none`;
    if (!signature.startsWith(`${header}..`)) return `${required}, got one of another key or form`;
    const mac = bytesOf(signature.slice(header.length + 2));
    const signed = new TextEncoder().encode(`${header}.${base64url(bytes)}`);
    if (mac && await crypto.subtle.verify("Ed25519", await key, mac, signed)) return null;
    return `${required}, got one that doesn't fit the message`;
  };
}
