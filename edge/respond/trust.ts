import { createHash } from "node:crypto";
import type { JWK } from "jose";
import { z } from "zod";
import { CONFIRMATIONS_MAX } from "../../shared/expert.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";

/** The public keys that decisions are believed by, by key id. */
export type PinnedKeys = ReadonlyMap<string, JWK>;

/** Whose own passkeys this device asks for, besides the aggregator's signature. */
export interface ExpertTrust {
  /** Root keys that vouch for experts' passkeys, by key id. */
  roots: PinnedKeys;
  /** How many different people must confirm; 0: the aggregator's key is enough. */
  required: number;
  /** Whether jobs must be signed by whoever registers them; false by default. */
  jobsSigned?: boolean;
}

/** Everything that is pinned at enrolment. */
export interface Trust {
  keys: PinnedKeys;
  experts: ExpertTrust;
}

/** Before any root is pinned. */
export const NO_EXPERTS: ExpertTrust = { roots: new Map(), required: 0 };

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

const TrustFile = z.strictObject({
  keys: z.array(PublicKey).max(KEYS_MAX),
  roots: z.array(PublicKey).max(KEYS_MAX).default([]),
  expertsRequired: z.int().min(0).max(CONFIRMATIONS_MAX).default(0),
  jobsSigned: z.boolean().default(false),
});

/**
 * Reads a trust file's text: `{"keys": [public JWKs with kid], "roots": […], "expertsRequired": 0}`.
 */
export function parseTrust(text: string): Result<Trust> {
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
  const { keys, roots, expertsRequired: required, jobsSigned } = checked.data;
  const byId = new Map(keys.map((key) => [key.kid, key]));
  const rootsById = new Map(roots.map((key) => [key.kid, key]));
  if (byId.size < keys.length || rootsById.size < roots.length) {
    return refused("Cannot read the pinned keys: a kid of its own was required for each key");
  }
  if ((required > 0 || jobsSigned) && roots.length === 0) {
    return refused(
      "Cannot read the pinned keys: a root key was required, since experts or registrars are",
    );
  }
  return { ok: true, value: { keys: byId, experts: { roots: rootsById, required, jobsSigned } } };
}

/** SHA-256 of what is pinned, whatever the order in which it stands in the file. */
export function trustDigest({ keys, experts }: Trust): string {
  const listed = (pinned: PinnedKeys) =>
    [...pinned].map(([kid, { x }]) => [kid, x]).sort(([one], [other]) => one! < other! ? -1 : 1);
  const asked = experts.jobsSigned ? ["jobs-signed"] : [];
  const text = JSON.stringify([listed(keys), listed(experts.roots), experts.required, ...asked]);
  return createHash("sha256").update(text).digest("hex");
}

/** Reads the trust file. */
export async function loadTrust(file: string): Promise<Result<Trust>> {
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
