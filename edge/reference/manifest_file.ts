import type { Manifest } from "../../shared/manifest.ts";
import { refused, type Result } from "../../shared/result.ts";
import { checkTextHead, HEAD_BYTES } from "../gcode/text_file.ts";
import { buildManifest, type ManifestOptions } from "./build_manifest.ts";

/**
 * Builds the manifest of a G-code file on disk, with a salt of its own. Files that don't exist,
 * that are binary or that hold no job are refused with a sentence.
 */
export async function manifestOfFile(
  path: string,
  options: Omit<ManifestOptions, "salt"> = {},
): Promise<Result<Manifest>> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`Cannot register '${path}': a readable file was required, got: ${reason}`);
  }
  const head = checkTextHead(bytes.subarray(0, HEAD_BYTES));
  if (!head.ok) return head;
  return buildManifest(linesOf(bytes), { ...options, salt: randomSalt() });
}

/** Lines of a text of any size, without making one string of it. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    yield decoder.decode(bytes.subarray(start, end));
    start = end + 1;
  }
}

/** 16 random bytes in hexadecimal. */
export function randomSalt(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
