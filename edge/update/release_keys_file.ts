import { calculateJwkThumbprint, type JWK } from "jose";
import { z } from "zod";
import { reasonOf } from "../../shared/reason.ts";
import { ok, refused, type Result } from "../../shared/result.ts";

/** Where a device's pinned release keys stand. */
export const RELEASE_KEYS_DEFAULT = "/etc/printwarden/release-keys.json";

const KeySet = z.strictObject({
  keys: z.array(z.object({
    kty: z.literal("OKP"),
    crv: z.literal("Ed25519"),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  })).min(1).max(16),
});

/** Reads the public keys whose releases this device takes (a JWK set), by their thumbprints. */
export async function readReleaseKeys(path: string): Promise<Result<Map<string, JWK>>> {
  try {
    const checked = KeySet.safeParse(JSON.parse(await Deno.readTextFile(path)));
    if (!checked.success) {
      const { path: at, message } = checked.error.issues[0]!;
      return refused(`Cannot read the release keys ${path}: at '${at.join(".")}': ${message}`);
    }
    const pinned = new Map<string, JWK>();
    for (const { kty, crv, x } of checked.data.keys) {
      const jwk = { kty, crv, x };
      pinned.set(await calculateJwkThumbprint(jwk), jwk);
    }
    return ok(pinned);
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot read the release keys ${path}: ${reason}`);
  }
}
