import type { JWK } from "jose";
import { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";

/** The public keys that decisions are believed by, by key id. */
export type PinnedKeys = ReadonlyMap<string, JWK>;

const KEYS_MAX = 256;

/** A public Ed25519 key and its id; a private one doesn't belong at the edge and is refused. */
const PublicKey = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).max(128),
  alg: z.enum(["EdDSA", "Ed25519"]).optional(),
  use: z.literal("sig").optional(),
});

const TrustFile = z.strictObject({ keys: z.array(PublicKey).max(KEYS_MAX) });

/** Reads a trust file's text: `{"keys": [public JWKs with kid]}`. */
export function parseTrust(text: string): Result<PinnedKeys> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refused(`Cannot read the pinned keys: JSON was required, got: ${reasonOf(error)}`);
  }
  const checked = TrustFile.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return refused(
      `Cannot read the pinned keys: public Ed25519 JWKs were required, ` +
        `got at '${issue?.path.join(".")}': ${issue?.message}`,
    );
  }
  const keys = new Map(checked.data.keys.map((key) => [key.kid, key]));
  if (keys.size < checked.data.keys.length) {
    return refused("Cannot read the pinned keys: a kid of its own was required for each key");
  }
  return { ok: true, value: keys };
}

/** Reads the trust file. */
export async function loadTrust(file: string): Promise<Result<PinnedKeys>> {
  try {
    return parseTrust(await Deno.readTextFile(file));
  } catch (error) {
    return refused(
      `Cannot read the pinned keys: a readable file was required, got '${file}': ${
        reasonOf(error)
      }`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
