import { base64url, CompactSign, compactVerify, importJWK, type JWK } from "jose";
import { z } from "zod";
import { Address, Digest, Token, WallTime } from "./ids.ts";
import { JobLabel, RegisteredBy } from "./job_order.ts";
import type { JobOrder } from "./job_order.ts";
import type { Manifest } from "./manifest.ts";
import { reasonOf } from "./reason.ts";
import { refused, type Result } from "./result.ts";
import type { SigningKey } from "./signing.ts";

/** The NATS header in which whoever registered a job signed it, beside the aggregator's JWS. */
export const REGISTRATION_HEADER = "Printwarden-Registration";
const CHARS_MAX = 8000;
const Jws = z.string().min(1).max(4000).regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);

/** What a site's root key says of a machine that registers jobs: this key is its own. */
export const RegistrarClaims = z.strictObject({
  version: z.literal(1),
  site: Token,
  name: RegisteredBy,
  publicJwk: z.strictObject({
    kty: z.literal("OKP"),
    crv: z.literal("Ed25519"),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
  fromWallTime: WallTime,
  untilWallTime: WallTime,
});
export type RegistrarClaims = z.infer<typeof RegistrarClaims>;

/** What such a machine says: this printer is going to print that. */
const JobStatement = z.strictObject({
  version: z.literal(1),
  target: Address,
  label: JobLabel,
  /** Of the manifest without its maps, which may be left out on the way. */
  manifest: Digest,
  maps: Digest.nullable(),
  untilWallTime: WallTime,
});

/** A job as its registrar signed it, with what a root says of the key. */
export const Registration = z.strictObject({ certificate: Jws, statement: Jws });
export type Registration = z.infer<typeof Registration>;

const CERTIFICATE = "printwarden-registrar";
const STATEMENT = "printwarden-job";

/** Signs a registrar's certificate with a site's root key, as a compact JWS. */
export function signRegistrar(claims: RegistrarClaims, root: SigningKey): Promise<string> {
  return signed(RegistrarClaims.parse(claims), root, CERTIFICATE);
}

/** Signs a job for one printer with a registrar's own key. */
export async function signJob(
  job: Pick<JobOrder, "target" | "label" | "manifest">,
  untilWallTime: string,
  key: SigningKey,
  certificate: string,
): Promise<Registration> {
  const { target, label, manifest } = job;
  const digests = await digestsOf(manifest);
  const statement = JobStatement.parse({ version: 1, target, label, ...digests, untilWallTime });
  return Registration.parse({ certificate, statement: await signed(statement, key, STATEMENT) });
}

export function encodeRegistration(registration: Registration): string {
  return base64url.encode(JSON.stringify(registration));
}

/**
 * Checks who registered a job: by a key that one of the pinned roots vouches for, for this printer,
 * this label and this very manifest. Maps may have been left out on the way, never changed.
 *
 * @param nowMs this device's wall time; where it isn't set it runs behind, so only ends are checked
 * @returns the registrar's name
 */
export async function readRegistration(
  header: string,
  order: JobOrder,
  roots: ReadonlyMap<string, JWK>,
  nowMs: number,
): Promise<Result<string>> {
  const read = decodeRegistration(header);
  if (!read) return refused("a registrar's signature was required, got another form");
  const registrar = await opened(read.certificate, CERTIFICATE, RegistrarClaims, (kid) => {
    const root = roots.get(kid);
    if (!root) throw new Error(`root key '${kid}' is not pinned here`);
    return root;
  });
  if (!registrar.ok) return registrar;
  const { site, name, publicJwk } = registrar.value;
  const said = await opened(read.statement, STATEMENT, JobStatement, () => publicJwk);
  if (!said.ok) return said;
  if (site !== order.target.site) {
    return refused(`a registrar of this site was required: '${site}'`);
  }
  for (const { untilWallTime } of [registrar.value, said.value]) {
    if (Date.parse(untilWallTime) < nowMs) {
      return refused(`a registrar's signature in force was required, it ended ${untilWallTime}`);
    }
  }
  const { target, label, manifest, maps } = said.value;
  const digests = await digestsOf(order.manifest);
  const same = stable(target) === stable(order.target) && label === order.label &&
    manifest === digests.manifest && (digests.maps === null || digests.maps === maps);
  return same ? { ok: true, value: name } : refused(`${name} signed another job`);
}

function decodeRegistration(header: string): Registration | null {
  if (header.length > CHARS_MAX) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(base64url.decode(header));
    return Registration.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

async function signed(body: unknown, key: SigningKey, typ: string): Promise<string> {
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(body)))
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ })
    .sign(await importJWK(key.privateJwk, "EdDSA"));
}

/** What a JWS of one type holds, if the key that its header names signed it. */
async function opened<T>(
  jws: string,
  typ: string,
  schema: z.ZodType<T>,
  keyOf: (kid: string) => JWK,
): Promise<Result<T>> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      jws,
      async ({ kid }) => await importJWK(keyOf(kid ?? ""), "EdDSA"),
      { algorithms: ["EdDSA", "Ed25519"] },
    );
    if (protectedHeader.typ !== typ) return refused(`a '${typ}' was required, got another`);
    const read = schema.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    return read.success
      ? { ok: true, value: read.data }
      : refused(`a '${typ}' with its fields was required, got others`);
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`a '${typ}' signed as required was required: ${reason}`);
  }
}

async function digestsOf({ maps, ...manifest }: Manifest) {
  return {
    manifest: await digestOf(manifest),
    maps: maps === undefined ? null : await digestOf(maps),
  };
}

async function digestOf(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(stable(value));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON whose fields stand in the order of their names: the way that a message took changes none. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
