import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { type AnalysisState, learntProfile } from "../analysis.ts";
import type { Config } from "../config.ts";
import { wait } from "../../shared/wait.ts";
import { readProfile, writeProfile } from "../twin/thermal/profile_file.ts";
import type { PrinterRun } from "./printer_run.ts";

/** How often it is looked whether a printer's twin has learnt enough, ms. */
const EVERY_MS = 60_000;

/**
 * Keeps what each printer's twin learnt from its first prints, once, so that a restart without a
 * snapshot begins calibrated. A profile that exists is never overwritten: what changes later goes on
 * in the snapshot, and a jump needs a person's word (delete the file to calibrate anew).
 */
export async function keepProfiles(
  config: Config,
  printers: readonly PrinterRun[],
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  while (!signal.aborted) {
    await wait(EVERY_MS, signal);
    for (const printer of printers) {
      try {
        await keepFirst(config, printer, log);
      } catch (error) {
        const { name } = printer;
        log.error("the profile of {name} can't be kept: {reason}", { name, reason: String(error) });
      }
    }
  }
}

async function keepFirst(config: Config, printer: PrinterRun, log: Logger): Promise<void> {
  const folder = join(config.state, "profiles");
  const file = join(folder, `${printer.name}.json`);
  const known = await readProfile(file);
  if (!known.ok || known.value !== null) return;
  let text: string | null = null;
  printer.withState((state) => {
    const { hotend, bed, senses, pace } = learntProfile(state as AnalysisState);
    // Taken as text in one moment: the analysis goes on changing what it holds.
    if (hotend) text = JSON.stringify({ version: 2, revision: 1, hotend, bed, senses, pace });
  });
  if (text === null) return;
  await Deno.mkdir(folder, { recursive: true });
  await writeProfile(file, JSON.parse(text));
  log.info("{name} is calibrated: kept in {file}", { name: printer.name, file });
}
