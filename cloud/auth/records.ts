import { z } from "zod";
import { ContractVersion, Token, Uuid, WallTime } from "../../shared/ids.ts";
import { Actor } from "../cases/case_event.ts";

/** SHA-256 of a random secret of 256 bits, hexadecimal: the secret itself is never kept. */
const SecretDigest = z.string().regex(/^[0-9a-f]{64}$/);

const Base64Url = z.string().min(1).regex(/^[A-Za-z0-9_-]+$/);

/** What a person may do, least first. */
export const Role = z.enum(["viewer", "operator", "expert", "admin"]);
export type Role = z.infer<typeof Role>;

/** A role at one site. */
export const Grant = z.strictObject({ site: Token, role: Role });
export type Grant = z.infer<typeof Grant>;
const Grants = z.array(Grant).max(256).default([]);

/** A password as it is kept: scrypt (RFC 7914) with its own parameters beside it. */
export const PasswordHash = z.strictObject({
  scheme: z.literal("scrypt"),
  costN: z.int().min(65_536),
  blockSize: z.int().min(8),
  parallel: z.int().min(1),
  saltBase64: z.string().min(20).max(100),
  hashBase64: z.string().min(40).max(100),
});
export type PasswordHash = z.infer<typeof PasswordHash>;

export const Person = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("person"),
  id: Uuid,
  name: z.string().min(2).max(60),
  /** At every site; null for who has one at some sites only. */
  role: Role.nullable(),
  grants: Grants,
  /** Null for who signs in otherwise. */
  password: PasswordHash.nullable(),
  /** Who they are at the configured identity provider, if they came from there. */
  provider: z.strictObject({ issuer: z.string().max(300), subject: z.string().min(1).max(255) })
    .nullable().default(null),
  createdWallTime: WallTime,
  /** Since when they are nobody here any more. */
  leftWallTime: WallTime.nullable().default(null),
});
export type Person = z.infer<typeof Person>;

/** What an authenticator keeps the other half of (WebAuthn). */
export const Passkey = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("passkey"),
  id: Uuid,
  personId: Uuid,
  /** What the person calls it. */
  name: z.string().min(1).max(60),
  credentialId: Base64Url.max(1400),
  /** COSE_Key (RFC 9052), base64url. */
  publicKey: Base64Url.max(2000),
  /** The authenticator's own count of its uses; 0 where it keeps none. */
  counter: z.int().min(0),
  transports: z.array(z.string().max(30)).max(10),
  /** The name that it was made for (relying party id). */
  rpId: z.string().min(1).max(253),
  /** The address of the pages that it was made on. */
  origin: z.string().min(1).max(300),
  createdWallTime: WallTime,
  removedWallTime: WallTime.nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

/** A site's root key vouches for an expert's passkey; `id` is the passkey's. */
export const Certificate = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("certificate"),
  id: Uuid,
  credentialId: Base64Url.max(1400),
  /** See `shared/expert.ts`. */
  jws: z.string().min(1).max(8000),
  untilWallTime: WallTime,
});
export type Certificate = z.infer<typeof Certificate>;

/** A link that makes one person, once; the first start's set-up link is one. */
export const Invitation = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("invitation"),
  id: Uuid,
  digest: SecretDigest,
  role: Role.nullable(),
  grants: Grants,
  expiresWallTime: WallTime,
  usedByPersonId: Uuid.nullable(),
});
export type Invitation = z.infer<typeof Invitation>;

/**
 * `job` registers jobs and `metrics` reads numbers, and nothing else: a slicer's machine and a
 * monitoring system need no more.
 */
export const TokenScope = z.enum(["read", "decide", "job", "metrics"]);
export type TokenScope = z.infer<typeof TokenScope>;

/** A script's right to use the HTTP API until it expires or is revoked. */
export const ApiToken = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("token"),
  id: Uuid,
  name: z.string().min(1).max(60),
  digest: SecretDigest,
  scopes: z.array(TokenScope).min(1),
  /** Only these sites; null for all. */
  sites: z.array(Token).min(1).max(256).nullable().default(null),
  createdBy: Actor,
  createdWallTime: WallTime,
  expiresWallTime: WallTime,
  revokedWallTime: WallTime.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** A browser that somebody signed in with. */
export const Session = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("session"),
  id: Uuid,
  digest: SecretDigest,
  personId: Uuid,
  browser: z.string().max(200),
  /** How the person proved who they are. */
  by: z.enum(["password", "passkey", "provider"]).default("password"),
  createdWallTime: WallTime,
  expiresWallTime: WallTime,
  revokedWallTime: WallTime.nullable(),
});
export type Session = z.infer<typeof Session>;

/** A fact about who may do what. */
export const AuthRecord = z.discriminatedUnion("type", [
  Person,
  Passkey,
  Certificate,
  Invitation,
  ApiToken,
  Session,
]);
export type AuthRecord = z.infer<typeof AuthRecord>;

/** What a row of the audit log says, as an act's own message carries it. */
export const AuditNote = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  at: WallTime,
  actor: Actor,
  act: z.string().min(1).max(60),
  target: z.string().max(200),
  detail: z.string().max(1200),
});
export type AuditNote = z.infer<typeof AuditNote>;

/** One row of the audit log; `previous` is the SHA-256 of the row before it, as stored. */
export const AuditRow = AuditNote.extend({ previous: SecretDigest });
export type AuditRow = z.infer<typeof AuditRow>;
