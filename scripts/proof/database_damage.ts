import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { reasonOf } from "../../shared/reason.ts";

/**
 * What is wrong with a card's databases, each with its journal as the next start would find them.
 *
 * @param folder what `withDatabases` copied
 * @returns a line for each; empty if all are whole
 */
export async function databaseDamage(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".db")) continue;
    const word = checked(join(folder, name));
    if (word !== "ok") found.push(`${name}: ${word}`);
  }
  return found;
}

function checked(file: string): string {
  try {
    using database = new DatabaseSync(file);
    const { integrity_check } = database.prepare("PRAGMA integrity_check").get() as {
      integrity_check: string;
    };
    return integrity_check;
  } catch (error) {
    return reasonOf(error);
  }
}
