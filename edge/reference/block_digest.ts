import { createHash } from "node:crypto";

/** Bytes of one block's digest. */
export const BLOCK_DIGEST_BYTES = 8;
/** Commands of one block. */
export const BLOCK_COMMANDS = 64;

/** The strong digest of one block of canonical commands, salted: hexadecimal, 8 bytes. */
export function blockDigest(salt: string, commands: readonly string[]): string {
  const hash = createHash("sha256").update(salt);
  for (const text of commands) hash.update(`${text}\n`);
  return hash.digest("hex").slice(0, BLOCK_DIGEST_BYTES * 2);
}
