import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { ReleaseWord } from "../../shared/presence.ts";
import { readManifest } from "./manifest.ts";
import { checkUnpacked, digestOf, MANIFEST_FILE } from "./release_file.ts";
import { readReleaseKeys, RELEASE_KEYS_DEFAULT } from "./release_keys_file.ts";

/** The folder that holds `edge`, be it the project's or a release's, whose files lie flat in there. */
export const PROGRAM_FOLDER = fileURLToPath(
  import.meta.url.slice(0, import.meta.url.lastIndexOf("/edge/") + 1),
);

/**
 * The release that this program is a part of, `digest` being that of its manifest, which names every
 * file; null where it runs from anything else. Every file is held against the manifest, and that
 * against the pinned release keys: `signedBy` is null where anything differs, and `issue` says what.
 */
export async function ownRelease(
  keysFile = RELEASE_KEYS_DEFAULT,
  folder = PROGRAM_FOLDER,
): Promise<ReleaseWord & { issue: string | null } | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(join(folder, MANIFEST_FILE));
  } catch {
    return null;
  }
  const manifest = readManifest(new TextDecoder().decode(bytes));
  const version = manifest.ok ? manifest.value.version : "unreadable";
  const keys = await readReleaseKeys(keysFile);
  const checked = keys.ok ? await checkUnpacked(folder, keys.value) : keys;
  const signedBy = checked.ok ? checked.value.kid : null;
  return { version, digest: digestOf(bytes), signedBy, issue: checked.ok ? null : checked.issue };
}
