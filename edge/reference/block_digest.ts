import { createHash } from "node:crypto";

/** Bytes of one block's digest. */
export const BLOCK_DIGEST_BYTES = 8;
/** Commands of one block. */
export const BLOCK_COMMANDS = 64;

/** The strong digest of one block of canonical commands, salted: hexadecimal, 8 bytes. */
export function blockDigest(salt: string, commands: readonly string[]): string {
  // All at once: each call into the hash costs more than a whole command's bytes.
  const whole = `${salt}${commands.join("\n")}${commands.length > 0 ? "\n" : ""}`;
  return createHash("sha256").update(whole).digest("hex").slice(0, BLOCK_DIGEST_BYTES * 2);
}
