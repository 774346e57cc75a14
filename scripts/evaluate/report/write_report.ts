import { join } from "node:path";
import type { Figures } from "./about.ts";
import { headlineTable, withHeadline } from "./headline_table.ts";
import { reportMarkdown } from "./markdown.ts";
import { reportPage } from "./page.tsx";

/** Writes `report.html`, `report.md` and `figures.json` into a folder. */
export async function writeReport(folder: string, figures: Figures): Promise<void> {
  await Deno.writeTextFile(join(folder, "report.html"), reportPage(figures));
  await Deno.writeTextFile(join(folder, "report.md"), reportMarkdown(figures));
  await Deno.writeTextFile(join(folder, "figures.json"), `${JSON.stringify(figures)}\n`);
}

/**
 * Puts a finished run's headline into the README.
 *
 * @throws {Error} if the folder holds no figures, or those of a run that wasn't full.
 */
export async function writeReadme(folder: string, readme: string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(folder, "figures.json"));
  } catch (cause) {
    throw new Error(
      `Cannot write the README: a finished evaluation was required in '${folder}', got none`,
      { cause },
    );
  }
  const figures: Figures = JSON.parse(text);
  if (!figures.about.full) {
    throw new Error(`Cannot write the README: a full run was required, '${folder}' holds less`);
  }
  const before = await Deno.readTextFile(readme);
  await Deno.writeTextFile(readme, withHeadline(before, headlineTable(figures)));
}
