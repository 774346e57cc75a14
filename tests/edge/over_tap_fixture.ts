/** An agent over a real tap: what its tests share. */
import { nkeys } from "nats";
import { fileURLToPath } from "node:url";
import { composeAgent } from "../../edge/agent/compose.ts";
import type { PrinterPlan } from "../../edge/agent/printer_parts.ts";
import { readAnalysis, tapPlan } from "../../edge/agent/tap_printer.ts";
import type { Config } from "../../edge/config.ts";
import { configWith } from "./config_fixture.ts";
import { silent, until } from "./publish/site_fixture.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A tap of its own process on `port`; ready once its link stands. */
export async function startTap(state: string, port: string): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      `${ROOT}edge/tap/main.ts`,
      "--port",
      port,
      "--printer",
      "p1",
      "--orders",
    ]
      .concat(["--state", state]),
    cwd: ROOT,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const link = `${state}/run/p1.tty`;
  await until(() => Deno.lstat(link).then(() => true, () => false), "the tap's link");
  return child;
}

/** One printer `p1` whose broker is away; `more` lines of its configuration. */
export function configOf(state: string, more = ""): Config {
  return configWith(`state = "${state}"`, `response = "pause"\n${more}`);
}

/** The agent on that tap, in this process; `wrap` adds what a test has besides. */
export async function startAgent(
  config: Config,
  log = silent,
  wrap: (plan: PrinterPlan) => PrinterPlan = (plan) => plan,
) {
  const analysis = await readAnalysis(config, "p1", silent);
  if (!analysis.ok) throw new Error(analysis.issue);
  const composed = await composeAgent({
    config,
    plans: [wrap(tapPlan(config, config.printer[0]!, analysis.value, log) as PrinterPlan)],
    seed: nkeys.createUser().getSeed(),
    signingSeed: nkeys.createUser().getSeed(),
    keys: () => new Map(),
    clock: { nowMs: () => Date.now(), quality: () => "synced" },
    log,
  });
  const stopped = new AbortController();
  const running = composed.agent.run(stopped.signal);
  const [printer] = composed.printers;
  return {
    printer: printer!,
    lines: () => Number(/"linesSent":(\d+)/.exec(printer!.snapshot())?.[1] ?? -1),
    async stop() {
      stopped.abort();
      await running;
      composed.close();
    },
  };
}
