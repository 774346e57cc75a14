import { createHash } from "node:crypto";

/**
 * A UUID (version 8, RFC 9562) that follows from its parts: whoever opens the same case twice gives
 * it the same id, so the broker's check of the subject's last sequence lets only one of them win.
 */
export function derivedId(...parts: (string | number)[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.subarray(0, 16).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
