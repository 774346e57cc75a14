import { createHash } from "node:crypto";
import { Page, type Report } from "./page.tsx";
import { REPORT_SCRIPT } from "./script.ts";

/** A report as one self-contained page of HTML. */
export function reportHtml(report: Report): string {
  const hash = createHash("sha256").update(REPORT_SCRIPT).digest("base64");
  return `<!DOCTYPE html>\n${Page({ report, scriptSource: `'sha256-${hash}'` })}\n`;
}

/**
 * Writes a report whole or not at all.
 *
 * @throws {Error} if the folder takes no file
 */
export async function writeReport(path: string, report: Report): Promise<void> {
  const part = `${path}.part`;
  await Deno.writeTextFile(part, reportHtml(report));
  await Deno.rename(part, path);
}
