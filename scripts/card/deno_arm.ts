import { join } from "node:path";
import { program } from "./program.ts";

const VERSION = "2.9.5";

/** Deno for arm64 from npm, kept in the cache; npm itself checks what it fetched. */
export async function denoForArm(cache: string): Promise<string> {
  const folder = join(cache, `deno-${VERSION}`);
  const file = join(folder, "package/deno");
  if (await Deno.stat(file).then(() => true, () => false)) return file;
  await Deno.mkdir(folder, { recursive: true });
  const name = `@deno/linux-arm64-glibc@${VERSION}`;
  const args = ["pack", "--silent", "--pack-destination", folder, name];
  const packed = (await program("fetch Deno for arm64 from npm", "npm", args)).trim();
  await program("unpack Deno for arm64", "tar", ["-C", folder, "-xzf", join(folder, packed)]);
  await Deno.remove(join(folder, packed));
  return file;
}
