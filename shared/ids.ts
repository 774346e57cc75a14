import { z } from "zod";

/** One token of a NATS subject: an identity burned in at enrolment, never a host name. */
export const Token = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** A random UUID. */
export const Uuid = z.uuid();

/** A SHA-256 digest in lower-case hexadecimal. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** An instant of UTC, RFC 3339 with milliseconds at most. */
export const WallTime = z.iso.datetime({ offset: false });

/** Where a message belongs: the three identities that its subject names. */
export const Address = z.strictObject({ site: Token, device: Token, printer: Token });
export type Address = z.infer<typeof Address>;

/** The version of the contract that this code speaks. */
export const CONTRACT_VERSION = 1;
export const ContractVersion = z.literal(CONTRACT_VERSION);
