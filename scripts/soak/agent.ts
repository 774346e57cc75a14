/**
 * One device's agent over printers that print again and again, as fast as the machine goes:
 * `agent.ts CONFIG HOURS SEED`. Says on standard output how it stands after each simulated hour.
 */
import { composeAgent } from "../../edge/agent/compose.ts";
import { edgeLog } from "../../edge/agent/edge_log.ts";
import type { PrinterPlan } from "../../edge/agent/printer_parts.ts";
import { readSeed } from "../../edge/agent/seed_file.ts";
import { readAnalysis } from "../../edge/agent/tap_printer.ts";
import { loadConfig, signingKeyFile } from "../../edge/config.ts";
import { SystemClock } from "../../edge/publish/wall_clock.ts";
import { loadTrust } from "../../edge/respond/trust.ts";
import { required } from "../../shared/required.ts";
import { wait } from "../../shared/wait.ts";
import { residentOf } from "../bench/memory/resident.ts";
import type { Standing } from "./standing.ts";
import { type LoopedSource, loopedSource, recordPrints } from "./looped_source.ts";

const LOOK_MS = 100;
const HOUR_S = 3600;

async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) sum += await bytesBelow(path);
    // A file may be renamed between two looks.
    if (isFile) sum += await Deno.stat(path).then(({ size }) => size, () => 0);
  }
  return sum;
}

const [configFile = "", hours = "", seed = ""] = Deno.args;
const config = required(await loadConfig(configFile));
const trust = required(await loadTrust(config.nats.trustFile));
const log = await edgeLog(false);
const prints = recordPrints(Number(seed));
const sources: LoopedSource[] = [];
const plans: PrinterPlan[] = [];
for (const [at, printer] of config.printer.entries()) {
  const source = loopedSource(prints, at, Number(hours) * HOUR_S);
  sources.push(source);
  const analysis = required(await readAnalysis(config, printer.name, log));
  plans.push({ config: printer, analysis, openSource: () => source, orders: null } as PrinterPlan);
}
const composed = await composeAgent({
  config,
  plans,
  seed: required(await readSeed(config.nats.keyFile)),
  signingSeed: required(await readSeed(signingKeyFile(config))),
  keys: () => trust.keys,
  clock: new SystemClock(config.clock),
  log,
});

/** Lines that the analyses have counted, and what went amiss. */
function seen(): { lines: number; gaps: number } {
  let lines = 0, gaps = 0;
  for (const [at, printer] of composed.printers.entries()) {
    printer.withState((state) => {
      const { linesSent, linesReceived, missedFrames } = plans[at]!.analysis.status(state);
      lines += linesSent + linesReceived;
      gaps += missedFrames;
    });
  }
  return { lines, gaps };
}

async function standing(simulatedH: number): Promise<Standing> {
  const fileMB = await bytesBelow(config.state) / 1e6;
  (globalThis as { gc?: () => void }).gc?.();
  // From here on nothing moves: what was given and what was seen belong to one moment.
  const { pending, dropped, diskFaults } = composed.outbox.counts();
  const { lines, gaps } = seen();
  return {
    simulatedH,
    residentMB: residentOf(Deno.pid).residentMB,
    heapMB: Deno.memoryUsage().heapUsed / 1e6,
    fileMB,
    given: sources.reduce((sum, source) => sum + source.lines, 0),
    lines,
    gaps,
    pending,
    dropped,
    diskFaults,
  };
}

async function watch(signal: AbortSignal): Promise<void> {
  for (let hour = 1; !signal.aborted;) {
    const atS = Math.min(...sources.map(({ eventTimeS }) => eventTimeS));
    if (atS < hour * HOUR_S) await wait(LOOK_MS);
    else console.log(JSON.stringify(await standing(hour++)));
  }
}

const over = new AbortController();
const watching = watch(over.signal);
await composed.agent.run(over.signal);
over.abort();
await watching;
console.log(JSON.stringify(await standing(Number(hours))));
composed.close();
Deno.exit(0);
