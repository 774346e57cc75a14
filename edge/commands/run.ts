import type { Logger } from "@logtape/logtape";
import type { ReleaseWord } from "../../shared/presence.ts";
import { reasonOf } from "../../shared/reason.ts";
import { required } from "../../shared/required.ts";
import { AGENT_VERSION, composeAgent } from "../agent/compose.ts";
import { edgeLog } from "../agent/edge_log.ts";
import { keepProfiles } from "../agent/keep_profile.ts";
import { planPrinters } from "../agent/plan_printers.ts";
import { readBrokerKey, readSeed } from "../agent/seed_file.ts";
import { keepShadows } from "../agent/shadow_file.ts";
import { watchJobs } from "../agent/watch_jobs.ts";
import { feedWatchdog, watchdogEveryMs } from "../agent/watchdog_shell.ts";
import { type Config, sensesSocket, signingKeyFile } from "../config.ts";
import { hasSenses } from "../config/pins.ts";
import { SystemClock } from "../publish/wall_clock.ts";
import { loadTrust } from "../respond/trust.ts";
import { SensesLink } from "../source/senses/senses_link.ts";
import { ownRelease } from "../update/own_version_file.ts";
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

/** @throws {Error} with a sentence for the operator if something that it needs isn't there */
async function serve(config: Config, log: Logger): Promise<void> {
  const seed = required(await readBrokerKey(config.nats.keyFile));
  const signingSeed = required(await readSeed(signingKeyFile(config)));
  let { keys, experts } = required(await loadTrust(config.nats.trustFile));
  const senses = new SensesLink(sensesSocket(config), (reason) => {
    log.warn("the senses: {reason}", { reason });
  });
  const planned = required(await planPrinters(config, senses, log));
  const release = await releaseOf(log);
  const composed = await composeAgent({
    config,
    plans: planned.plans,
    seed,
    signingSeed,
    keys: () => keys,
    experts: () => experts,
    clock: new SystemClock(config.clock),
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
    watchJobs(config, composed.printers, planned, stopped.signal, log),
    keepShadows(config, planned.shadows, stopped.signal, log),
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
