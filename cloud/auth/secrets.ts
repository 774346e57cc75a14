import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const SECRET_BYTES = 32;

/** 256 random bits as base64url. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** What is kept of a secret. A plain hash is enough for 256 random bits, unlike a password. */
export function secretDigest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares in constant time. */
export function secretMatches(secret: string, digest: string): boolean {
  const [a, b] = [secretDigest(secret), digest].map((text) => new TextEncoder().encode(text));
  return a!.length === b!.length && timingSafeEqual(a!, b!);
}

/** `<uuid>.<secret>`: the id finds the record, the secret proves the right to it. */
export function splitCredential(text: string): { id: string; secret: string } | null {
  const match = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{20,100})$/.exec(text);
  return match ? { id: match[1]!, secret: match[2]! } : null;
}
