import type { Logger } from "@logtape/logtape";
import { wait } from "../../shared/wait.ts";
import type { AnalysisState, PrinterAnalysis } from "../analysis.ts";
import type { Config } from "../config.ts";
import { latestJobFile } from "./job_folder.ts";
import type { PlannedPrinters } from "./plan_printers.ts";
import type { PrinterRun } from "./printer_run.ts";
import type { CandidatePlan } from "./shadow_file.ts";
import { readReference } from "./tap_printer.ts";

/** A job registered while the agent runs is met within this time, ms. */
const JOBS_EVERY_MS = 2000;

/** Holds the stream against the job registered last, wherever another was before. */
export async function watchJobs(
  config: Config,
  printers: readonly PrinterRun[],
  { analyses, shadows }: Pick<PlannedPrinters, "analyses" | "shadows">,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  const known = new Map<string, string | null>();
  for (const { name } of printers) known.set(name, await latestJobFile(config.state, name));
  while (!signal.aborted) {
    await wait(JOBS_EVERY_MS, signal);
    for (const printer of printers) {
      try {
        const latest = await latestJobFile(config.state, printer.name);
        if (latest === known.get(printer.name)) continue;
        known.set(printer.name, latest);
        const { name } = printer;
        await adoptJob(printer, analyses.get(name), shadows.get(name), latest, log);
      } catch (error) {
        log.error("jobs can't be looked for: {reason}", { reason: String(error) });
      }
    }
  }
}

async function adoptJob(
  printer: PrinterRun,
  analysis: PrinterAnalysis | undefined,
  candidate: CandidatePlan | undefined,
  jobFile: string | null,
  log: Logger,
): Promise<void> {
  const reference = await readReference(jobFile, log);
  printer.withState((state) => analysis?.adopt(state as AnalysisState, reference));
  printer.withShadow((state) => candidate?.analysis.adopt(state as AnalysisState, reference));
  log.info("{printer} is going to print job {digest}", {
    printer: printer.name,
    digest: reference?.jobDigest ?? "none",
  });
}
