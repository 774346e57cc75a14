import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { refused, type Result } from "../../shared/result.ts";
import type { PasswordHash } from "./records.ts";

/** scrypt with these takes 64 MiB and about a third of a second on one of our machines. */
const COST_N = 65_536;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;

export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 256;

/** At most so many hashes at once, and so many waiting: memory and time stay bounded. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 32;

function derive(password: string, salt: Uint8Array, costN: number, r: number, p: number) {
  return new Promise<Uint8Array>((resolve, reject) => {
    const options = { N: costN, r, p, maxmem: MEMORY_BYTES_MAX };
    scrypt(
      password.normalize("NFKC"),
      salt,
      HASH_BYTES,
      options,
      (error, key) => error ? reject(error) : resolve(new Uint8Array(key)),
    );
  });
}

/** Says what is wrong with a new password, or null. */
export function passwordIssue(password: string, name: string): string | null {
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN || length > PASSWORD_CHARS_MAX) {
    return `The password needs ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters; ` +
      `this one has ${length}`;
  }
  if (new Set(password).size < 5) return "The password needs at least five different characters";
  if (name.length > 3 && password.toLowerCase().includes(name.toLowerCase())) {
    return "The password must not contain the name";
  }
  return null;
}

/** Hashes and checks passwords, a few at a time. */
export interface Passwords {
  hash(password: string): Promise<Result<PasswordHash>>;
  /** Takes as long for a person who doesn't exist (`null`) as for one who does. */
  matches(password: string, kept: PasswordHash | null): Promise<Result<boolean>>;
}

export function passwords(costN = COST_N): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function bounded<T>(job: () => Promise<T>): Promise<Result<T>> {
    if (waiting.length >= WAITING_MAX) return refused("Too many people sign in at this moment");
    while (running >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return { ok: true, value: await job() };
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  return {
    hash: (password) =>
      bounded(async () => {
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(password, salt, costN, BLOCK_SIZE, PARALLEL);
        return {
          scheme: "scrypt",
          costN,
          blockSize: BLOCK_SIZE,
          parallel: PARALLEL,
          saltBase64: salt.toString("base64"),
          hashBase64: base64(hash),
        };
      }),
    matches: (password, kept) =>
      bounded(async () => {
        const salt = kept ? bytesOf(kept.saltBase64) : randomBytes(SALT_BYTES);
        const { costN: n, blockSize, parallel } = kept ??
          { costN, blockSize: BLOCK_SIZE, parallel: PARALLEL };
        const hash = await derive(password, salt, n, blockSize, parallel);
        const expected = kept ? bytesOf(kept.hashBase64) : randomBytes(HASH_BYTES);
        return expected.length === hash.length && timingSafeEqual(hash, expected) && kept !== null;
      }),
  };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
