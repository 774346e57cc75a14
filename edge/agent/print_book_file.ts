import { dirname, join } from "node:path";
import { ok, refused, type Result } from "../../shared/result.ts";
import { initPrintBook, PrintBook } from "./print_book.ts";

export function printBookFile(state: string, printer: string): string {
  return join(state, "prints", `${printer}.json`);
}

/** Reads a printer's book; a missing one is empty, one that can't be read is refused. */
export async function readPrintBook(file: string): Promise<Result<PrintBook>> {
  try {
    const read = PrintBook.safeParse(JSON.parse(await Deno.readTextFile(file)));
    if (read.success) return ok(read.data);
    return refused(`Cannot read '${file}': a book of prints was required, got another form`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ok(initPrintBook());
    return refused(`Cannot read '${file}': a book of prints was required: ${String(error)}`);
  }
}

/** Writes a book so that a reader finds the old one or the new one, never half of one. */
export async function writePrintBook(file: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(`${file}.new`, text, { mode: 0o600 });
  await Deno.rename(`${file}.new`, file);
}
