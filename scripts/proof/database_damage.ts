import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { program } from "../card/program.ts";

/**
 * What is wrong with the databases of the partition that lasts, each with its journal as the next
 * start would find them.
 *
 * @param partition a file, whose file system is whole
 * @returns a line for each; empty if all are whole
 */
export async function databaseDamage(partition: string): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-databases-" });
  try {
    await program("read the card's databases", "debugfs", [
      "-R",
      `rdump /lib ${folder}`,
      partition,
    ]);
    const found: string[] = [];
    for await (const { name } of Deno.readDir(join(folder, "lib"))) {
      if (!name.endsWith(".db")) continue;
      const word = checked(join(folder, "lib", name));
      if (word !== "ok") found.push(`${name}: ${word}`);
    }
    return found;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function checked(file: string): string {
  try {
    using database = new DatabaseSync(file);
    const { integrity_check } = database.prepare("PRAGMA integrity_check").get() as {
      integrity_check: string;
    };
    return integrity_check;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
