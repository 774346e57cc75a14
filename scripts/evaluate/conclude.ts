import { join } from "node:path";
import { aimsOf } from "./judge/aims.ts";
import { judge, summarise } from "./judge/summary.ts";
import type { Options } from "./options.ts";
import type { About } from "./report/about.ts";
import { readCompanions } from "./report/companions.ts";
import { writeReport } from "./report/write_report.ts";
import { CELLS } from "./run/cells.ts";
import { Journal } from "./run/journal.ts";
import type { UnitRecord } from "./run/record.ts";
import { listing, textTable } from "./table.ts";

/** What a full run has at least. */
const FULL_PRINTS = 150;
const FULL_HOURS = 5000;

/** The wish that a run was made with, as its folder keeps it. */
export type Wish = Omit<
  Options,
  "json" | "list" | "out" | "workers" | "reproduce" | "report" | "writeReadme"
>;

/** Judges a run's prints, writes its report and prints the figures; returns the exit code. */
export async function conclude(
  folder: string,
  digest: string,
  wish: Wish,
  records: readonly UnitRecord[],
  { json, list }: Pick<Options, "json" | "list">,
): Promise<number> {
  const sorted = [...records].sort((a, b) => a.unit - b.unit);
  const judged = judge(sorted, CELLS, wish.suites);
  const figures = summarise(judged, wish.seed);
  const summary = { ...figures, aims: aimsOf(judged, figures) };
  const companions = await readCompanions(folder);
  await writeReport(folder, { about: aboutOf(wish, digest, sorted), summary, companions });
  console.log(json ? JSON.stringify(summary) : textTable(summary));
  if (list) {
    for (const line of listing(judged)) console.error(line);
  }
  console.error(`report: ${join(folder, "report.html")}`);
  return summary.leaks.length > 0 ? 3 : 0;
}

/**
 * Judges once more what a folder holds, without printing anything anew.
 *
 * @throws {Error} if there is no run in the folder.
 */
export async function concludeAgain(
  folder: string,
  how: Pick<Options, "json" | "list">,
): Promise<number> {
  const { digest, plan, records } = Journal.read(folder);
  return await conclude(folder, digest, plan as Wish, records, how);
}

function aboutOf(wish: Wish, digest: string, records: readonly UnitRecord[]): About {
  const prints = records.flatMap((record) => record.prints);
  const cleanHours = prints.filter(({ purpose }) => purpose === "clean")
    .reduce((sum, { hours }) => sum + hours, 0);
  return {
    command: commandOf(wish),
    set: wish.set,
    seed: wish.seed,
    digest,
    printers: records.length,
    prints: prints.length,
    hours: prints.reduce((sum, { hours }) => sum + hours, 0),
    coreS: records.reduce((sum, { tookS }) => sum + tookS, 0),
    full: wish.set === "evaluate" && !wish.quick && wish.scenarios.length === 0 &&
      wish.prints >= FULL_PRINTS && cleanHours >= FULL_HOURS,
  };
}

function commandOf(wish: Wish): string {
  const { suites, scenarios, prints, hours, quick, clean, set, seed } = wish;
  return [
    "deno task evaluate",
    ...(suites.length === 1 ? [`--suite ${suites[0]}`] : []),
    ...scenarios.map((id) => `--scenario '${id}'`),
    ...(quick ? ["--quick"] : []),
    ...(clean ? ["--clean"] : []),
    ...(set === "evaluate" ? [] : [`--set ${set}`]),
    `--prints ${prints}`,
    `--hours ${hours}`,
    `--seed ${seed}`,
  ].join(" ");
}
