import { dirname } from "node:path";
import { syncFolder, writeAll } from "../disk/durable.ts";

/** Who may read a file that holds a secret. */
export const OWNER_ONLY = 0o600;
const EVERYBODY_READS = 0o644;

/**
 * Writes a file so that a power cut leaves the old one or the new one, whole; one that says so
 * already isn't touched, which spares the card. The new one is on the disk when this ends.
 *
 * @returns whether it was written
 */
export async function writeLasting(
  file: string,
  text: string,
  mode = EVERYBODY_READS,
): Promise<boolean> {
  if (await readText(file) === text) return false;
  const part = `${file}.new`;
  await Deno.remove(part).catch(() => {});
  {
    using target = await Deno.open(part, { write: true, createNew: true, mode });
    await writeAll(target, new TextEncoder().encode(text));
    await target.syncData();
  }
  await Deno.rename(part, file);
  await syncFolder(dirname(file));
  return true;
}

/** A file's text; null if there is none. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
