import { join } from "node:path";
import { program } from "./program.ts";

const VERSION = "2.9.5";

/** Deno for arm64 from npm, kept in the cache; npm itself checks what it fetched. */
export async function denoForArm(cache: string): Promise<string> {
  const folder = join(cache, `deno-${VERSION}`);
  const file = join(folder, "package/deno");
  if (await Deno.stat(file).then(() => true, () => false)) return file;
  await Deno.mkdir(cache, { recursive: true });
  // Unpacked beside and renamed: what was cut short is never taken for the whole.
  const fresh = await Deno.makeTempDir({ dir: cache, prefix: "deno-new-" });
  try {
    const name = `@deno/linux-arm64-glibc@${VERSION}`;
    const args = ["pack", "--silent", "--pack-destination", fresh, name];
    const packed = (await program("fetch Deno for arm64 from npm", "npm", args)).trim();
    await program("unpack Deno for arm64", "tar", ["-C", fresh, "-xzf", join(fresh, packed)]);
    await Deno.remove(join(fresh, packed));
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(fresh, folder);
  } finally {
    await Deno.remove(fresh, { recursive: true }).catch(() => {});
  }
  return file;
}
