import { join } from "node:path";
import { program } from "../card/program.ts";

/**
 * Copies the folder of the card's databases out of the partition that lasts, and takes the copy away
 * again.
 *
 * @param partition a file, whose file system is whole
 */
export async function withDatabases<T>(
  partition: string,
  look: (folder: string) => Promise<T> | T,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-databases-" });
  try {
    await program("read the card's databases", "debugfs", [
      "-R",
      `rdump /lib ${folder}`,
      partition,
    ]);
    return await look(join(folder, "lib"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
