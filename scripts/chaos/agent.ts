/**
 * The agent as `edge run` puts it together, but for its analysis, which makes deviations out of
 * numbered lines: `agent.ts CONFIG LEDGER SEED`.
 */
import { composeAgent } from "../../edge/agent/compose.ts";
import { edgeLog } from "../../edge/agent/edge_log.ts";
import type { PrinterPlan } from "../../edge/agent/printer_parts.ts";
import { readSeed } from "../../edge/agent/seed_file.ts";
import { tapPlan } from "../../edge/agent/tap_printer.ts";
import { loadConfig, signingKeyFile } from "../../edge/config.ts";
import { SystemClock } from "../../edge/publish/wall_clock.ts";
import { loadTrust } from "../../edge/respond/trust.ts";
import { required } from "../../shared/required.ts";
import { openLedger } from "./ledger.ts";
import { madeAnalysis } from "./made_analysis.ts";

const [configFile, ledgerFile, seed] = Deno.args as [string, string, string];
const config = required(await loadConfig(configFile));
const trust = required(await loadTrust(config.nats.trustFile));
const ledger = openLedger(ledgerFile);
const log = await edgeLog(false);
const composed = await composeAgent({
  config,
  plans: config.printer.map((printer) =>
    tapPlan(config, printer, madeAnalysis(Number(seed), printer.name, ledger), log) as PrinterPlan
  ),
  seed: required(await readSeed(config.nats.keyFile)),
  signingSeed: required(await readSeed(signingKeyFile(config))),
  keys: () => trust.keys,
  experts: () => trust.experts,
  clock: new SystemClock(config.clock),
  log,
});
const stopped = new AbortController();
Deno.addSignalListener("SIGTERM", () => stopped.abort());
await composed.agent.run(stopped.signal);
composed.close();
Deno.exit(0);
