import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { digestOf, MANIFEST_FILE } from "./release_file.ts";
import { readManifest } from "./manifest.ts";

/** The folder that holds `edge`, be it the project's or a release's, whose files lie flat in there. */
export const PROGRAM_FOLDER = fileURLToPath(
  import.meta.url.slice(0, import.meta.url.lastIndexOf("/edge/") + 1),
);

/** What this program is a part of. */
export interface OwnRelease {
  version: string;
  /** SHA-256 of the release's manifest, which names every file of it. */
  digest: string;
}

/** The release that this program is a part of; null where it runs from anything else. */
export async function ownRelease(folder = PROGRAM_FOLDER): Promise<OwnRelease | null> {
  try {
    const bytes = await Deno.readFile(join(folder, MANIFEST_FILE));
    const manifest = readManifest(new TextDecoder().decode(bytes));
    return manifest.ok ? { version: manifest.value.version, digest: digestOf(bytes) } : null;
  } catch {
    return null;
  }
}
