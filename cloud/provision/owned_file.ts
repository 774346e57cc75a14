/** Only who runs the aggregator reads it. */
export const OWNER_ONLY = 0o600;

/** A file's text; null if there is none. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Writes a file beside and renames it, so that nobody reads half of it. */
export async function replaceFile(file: string, text: string, mode = 0o644): Promise<void> {
  const beside = `${file}.new`;
  await Deno.writeTextFile(beside, text, { mode });
  await Deno.chmod(beside, mode);
  await Deno.rename(beside, file);
}
