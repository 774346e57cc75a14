import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { ok, refused, type Result } from "../../shared/result.ts";
import { createAnalysis, type PrinterAnalysis } from "../analysis.ts";
import type { Reference } from "../analysis/reference_watch.ts";
import { readKnownIssues } from "../classifier/known_issues_file.ts";
import { type Config, type PrinterConfig, runFolder } from "../config.ts";
import type { Analysis } from "../finding.ts";
import { createReference } from "../reference/reference.ts";
import { type ModelPair, readCurrent } from "../network/model_folders_file.ts";
import type { TapOrders } from "../respond/orders.ts";
import type { SourcePosition } from "../source/observation.ts";
import { TapSource } from "../source/tap_source.ts";
import { readProfile } from "../twin/thermal/profile_file.ts";
import { latestJobFile, readJob } from "./job_folder.ts";
import { AGENT_VERSION } from "./compose.ts";
import type { PrinterPlan } from "./printer_parts.ts";

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/**
 * Makes a printer's analysis from its files: `{state}/profiles/{printer}.json` and the job that was
 * registered last. A job that can't be read is told and left out; a profile that can't is refused,
 * for without it the guard would be a weaker one than it was told to be.
 */
export async function readAnalysis(
  config: Config,
  printer: string,
  log: Logger,
): Promise<Result<PrinterAnalysis>> {
  const runtime = config.printer.find(({ name }) => name === printer)?.detector.runtime;
  const models = await readCurrent(config.state, runtime);
  return models.ok ? await analysisWith(config, printer, models.value, log) : models;
}

/** As above, with the models given: those in use, or a candidate's. */
export async function analysisWith(
  config: Config,
  printer: string,
  models: ModelPair,
  log: Logger,
): Promise<Result<PrinterAnalysis>> {
  const issues = await readKnownIssues();
  if (!issues.ok) return issues;
  const { detector, classifier } = models;
  const profile = await readProfile(join(config.state, "profiles", `${printer}.json`));
  if (!profile.ok) return profile;
  const digests = {
    twin: digestOf({ twin: AGENT_VERSION, profile: profile.value }),
    detector: detector.artefact.digest,
    classifier: digestOf([issues.value.digest, classifier.artefact.digest]),
  };
  const reference = await readReference(await latestJobFile(config.state, printer), log);
  return ok(createAnalysis({
    suite: config.printer.find(({ name }) => name === printer)?.suite,
    issues: issues.value.issues,
    digests,
    profile: profile.value,
    reference,
    models,
  }));
}

/** What a registered job's file makes; null for none, or for one that can't be read. */
export async function readReference(
  jobFile: string | null,
  log: Logger,
): Promise<Reference | null> {
  if (jobFile === null) return null;
  const job = await readJob(jobFile);
  const made = job.ok ? createReference(job.value.manifest) : refused(job.issue);
  if (made.ok) return made.value as Reference;
  log.error("a registered job is left out: {issue}", { issue: made.issue });
  return null;
}

/** A printer behind a tap, as the agent runs it. */
export function tapPlan<S>(
  config: Config,
  printer: PrinterConfig,
  analysis: Analysis<S>,
  log: Logger,
): PrinterPlan<S> {
  const socketPath = join(runFolder(config), `${printer.name}.sock`);
  let current: TapSource | null = null;
  const orders = (): TapOrders => current?.orders ?? NO_TAP;
  let told = "";
  return {
    config: printer,
    analysis,
    openSource(after: SourcePosition | null) {
      current = new TapSource({
        socketPath,
        after,
        onTrouble: (reason) => {
          if (reason !== told) {
            log.warn("{printer}'s tap: {reason}", { printer: printer.name, reason });
          }
          told = reason;
        },
      });
      return current;
    },
    orders: {
      inject: (to, line) => orders().inject(to, line),
      ask: (line) => orders().ask(line),
      hold: (latched) => orders().hold(latched),
      release: () => orders().release(),
    },
  };
}

const nobody = () => Promise.resolve(refused("Cannot order the tap: none was met yet"));
const NO_TAP: TapOrders = { inject: nobody, ask: nobody, hold: nobody, release: nobody };
