import type { LookingFiles } from "../serial/holders.ts";

function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** The tap's looking file calls over Deno's own API: it needs all permissions, but no FFI. */
export const DENO_FILES: LookingFiles = {
  readText: (path) => orNull(() => Deno.readTextFileSync(path).slice(0, 4096)),
  list: (path) => orNull(() => Array.from(Deno.readDirSync(path), ({ name }) => name)),
  readLink: (path) => orNull(() => Deno.readLinkSync(path)),
  resolve: (path) => orNull(() => Deno.realPathSync(path)),
};
