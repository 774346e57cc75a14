import type { Logger } from "@logtape/logtape";
import { reasonOf } from "../../shared/reason.ts";
import { AGENT_VERSION, composeAgent } from "../agent/compose.ts";
import { edgeLog } from "../agent/edge_log.ts";
import { latestJobFile } from "../agent/job_folder.ts";
import { keepProfiles } from "../agent/keep_profile.ts";
import type { PrinterPlan } from "../agent/printer_parts.ts";
import type { PrinterRun } from "../agent/printer_run.ts";
import { readBrokerKey, readSeed } from "../agent/seed_file.ts";
import { type CandidatePlan, keepShadows, readShadow } from "../agent/shadow_file.ts";
import { readAnalysis, readReference, tapPlan } from "../agent/tap_printer.ts";
import { feedWatchdog, watchdogEveryMs } from "../agent/watchdog_shell.ts";
import type { AnalysisState, PrinterAnalysis } from "../analysis.ts";
import { withSenses } from "../agent/senses_printer.ts";
import { type Config, sensesSocket, signingKeyFile } from "../config.ts";
import { hasSenses } from "../config/pins.ts";
import type { ReleaseWord } from "../../shared/presence.ts";
import { wait } from "../../shared/wait.ts";
import { ownRelease } from "../update/own_version_file.ts";
import { SensesLink } from "../source/senses/senses_link.ts";
import { SystemClock } from "../publish/wall_clock.ts";
import { loadTrust } from "../respond/trust.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fail } from "./command_line.ts";
import { configOf } from "./configured.ts";

export const HELP = `Usage: edge run [--config FILE] [--state DIR] [--verbose]

Runs the agent: watches each printer of the configuration through its tap, sends classified
deviations to the site's NATS server, and takes signed decisions from there.

  --config FILE   default ${CONFIG_DEFAULT}
  --state DIR     another state folder than the configuration's
  --verbose       say more on standard error

SIGHUP reads the pinned keys again; SIGTERM and SIGINT end it.
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  verbose: { type: "boolean", short: "v", default: false },
} as const;

/** A job registered while the agent runs is met within this time, ms. */
const JOBS_EVERY_MS = 2000;

/** Runs the agent until a signal ends it. */
export async function run(args: string[]): Promise<void> {
  const { values } = argsOf({ args, options: OPTIONS });
  if (values.help) return console.log(HELP);
  const config = await configOf(values);
  const log = await edgeLog(values.verbose);
  try {
    await serve(config, log);
  } catch (error) {
    fail(reasonOf(error));
  }
}

async function serve(config: Config, log: Logger): Promise<void> {
  const seed = await readBrokerKey(config.nats.keyFile);
  if (!seed.ok) fail(seed.issue);
  const signingSeed = await readSeed(signingKeyFile(config));
  if (!signingSeed.ok) fail(signingSeed.issue);
  const trust = await loadTrust(config.nats.trustFile);
  if (!trust.ok) fail(trust.issue);
  let { keys, experts } = trust.value;
  const analyses = new Map<string, PrinterAnalysis>();
  const plans: PrinterPlan[] = [];
  const senses = new SensesLink(sensesSocket(config), (reason) => {
    log.warn("the senses: {reason}", { reason });
  });
  const shadows = new Map<string, CandidatePlan>();
  for (const printer of config.printer) {
    const analysis = await readAnalysis(config, printer.name, log);
    if (!analysis.ok) fail(analysis.issue);
    analyses.set(printer.name, analysis.value);
    const shadow = await readShadow(config, printer.name, log);
    if (shadow) shadows.set(printer.name, shadow);
    const bare = tapPlan(config, printer, analysis.value, log);
    const plan = hasSenses(printer) ? withSenses(bare, senses, log) : bare;
    plans.push({ ...plan, shadow } as PrinterPlan);
  }
  const clock = new SystemClock(config.clock);
  const release = await releaseOf(log);
  const composed = await composeAgent({
    config,
    plans,
    seed: seed.value,
    signingSeed: signingSeed.value,
    keys: () => keys,
    experts: () => experts,
    clock,
    log,
    release,
  });
  const stopped = new AbortController();
  onSignals(stopped, async () => {
    const again = await loadTrust(config.nats.trustFile);
    if (again.ok) ({ keys, experts } = again.value);
    else log.error("the pinned keys stay as they were: {issue}", { issue: again.issue });
    log.info("{count} keys are pinned", { count: keys.size });
  });
  const watching = [
    ...(config.printer.some(hasSenses) ? [senses.run(stopped.signal)] : []),
    watchJobs(config, composed.printers, analyses, shadows, stopped.signal, log),
    keepShadows(config, shadows, stopped.signal, log),
    keepProfiles(config, composed.printers, stopped.signal, log),
    feedWatchdog(watchdogEveryMs(Deno.env), stopped.signal, log),
  ];
  log.info("agent {version} guards {printers}", {
    version: release?.version ?? AGENT_VERSION,
    printers: config.printer.map(({ name }) => name).join(", "),
  });
  await composed.agent.run(stopped.signal);
  stopped.abort();
  await Promise.all(watching);
  composed.close();
  log.info("agent stopped");
  Deno.exit(0);
}

/** What this program is a part of; one that was altered guards on, and says so in each presence. */
async function releaseOf(log: Logger): Promise<ReleaseWord | null> {
  const own = await ownRelease();
  if (own === null) return null;
  const { issue, ...word } = own;
  if (issue !== null) log.error("this release isn't what was signed: {issue}", { issue });
  return word;
}

function onSignals(stopped: AbortController, reload: () => Promise<void>): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => stopped.abort());
  }
  Deno.addSignalListener("SIGHUP", () => void reload());
}

/** Holds the stream against the job registered last, wherever another was before. */
async function watchJobs(
  config: Config,
  printers: readonly PrinterRun[],
  analyses: ReadonlyMap<string, PrinterAnalysis>,
  shadows: ReadonlyMap<string, CandidatePlan>,
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
