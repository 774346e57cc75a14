import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { type Config, runFolder } from "../config.ts";
import { initPrintBook } from "./print_book.ts";
import { printBookFile, readPrintBook } from "./print_book_file.ts";
import type { PrinterPlan, SharedParts } from "./printer_parts.ts";
import { PrinterRun } from "./printer_run.ts";
import { readSnapshot, snapshotFile } from "./snapshot_file.ts";

/** Begins a printer's run with what is kept of it: snapshot, counted prints and profile. */
export async function beginPrinter(
  config: Config,
  plan: PrinterPlan,
  parts: SharedParts,
): Promise<PrinterRun> {
  const { name } = plan.config;
  const book = await bookOf(config.state, name, parts.log);
  const profileDigest = await digestOfFile(join(config.state, "profiles", `${name}.json`));
  const snapshot = await snapshotOf(runFolder(config), name, parts.log);
  return new PrinterRun({ ...plan, book, profileDigest }, parts, snapshot);
}

async function digestOfFile(path: string): Promise<string | null> {
  try {
    return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  } catch {
    return null;
  }
}

async function snapshotOf(run: string, printer: string, log: Logger) {
  const read = await readSnapshot(snapshotFile(run, printer), printer);
  if (read.ok) return read.value;
  log.warn("{printer} begins anew: {issue}", { printer, issue: read.issue });
  return null;
}

async function bookOf(state: string, printer: string, log: Logger) {
  const read = await readPrintBook(printBookFile(state, printer));
  if (read.ok) return read.value;
  log.warn("{printer}'s prints are counted anew: {issue}", { printer, issue: read.issue });
  return initPrintBook();
}
