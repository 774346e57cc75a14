import { createHash } from "node:crypto";
import type { Passkey } from "./records.ts";

/**
 * What a person compares before they vouch for a passkey: the first 64 bits of SHA-256 over its
 * public key, as on its owner's account page.
 */
export function fingerprintOf({ publicKey }: Pick<Passkey, "publicKey">): string {
  const digest = createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
  return digest.replace(/(.{4})(?=.)/g, "$1-");
}
