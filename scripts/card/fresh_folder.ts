import { join } from "node:path";
import { CardError } from "./program.ts";

const OWN = ["edge", "cloud", "LICENSE"];

/**
 * Makes a folder of programs anew: what was written to it the last time goes, and nothing else ever.
 *
 * @param folder - made, with what is above it
 * @param mark - a file that the last time has left there, seen from the folder
 * @throws {CardError} if something else stands there: a file, or a folder of somebody's own
 */
export async function freshFolder(doing: string, folder: string, mark: string): Promise<void> {
  const names = await namesIn(doing, folder);
  if (names.length > 0) {
    // A writing that was cut off has left no mark yet, but nothing foreign either.
    const isOurs = names.every((name) => OWN.includes(name)) ||
      await Deno.stat(join(folder, mark)).then(() => true, () => false);
    if (!isOurs) {
      throw new CardError(
        `Cannot ${doing}: an empty folder, or one that it was written to before, was required, ` +
          `got '${folder}' with ${names.slice(0, 3).join(", ")}`,
      );
    }
    await Deno.remove(folder, { recursive: true });
  }
  await Deno.mkdir(folder, { recursive: true });
}

async function namesIn(doing: string, folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new CardError(`Cannot ${doing}: a folder was required, got: ${got}`, { cause });
  }
}
