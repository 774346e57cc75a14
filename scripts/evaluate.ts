import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateAdaptive } from "./evaluate/adaptive/evaluate_adaptive.ts";
import { HELP, type Options, readOptions, UsageError } from "./evaluate/options.ts";
import { judge, summarise } from "./evaluate/judge/summary.ts";
import { CELLS } from "./evaluate/run/cells.ts";
import { Journal } from "./evaluate/run/journal.ts";
import { makePlan, type Unit } from "./evaluate/run/plan.ts";
import { runUnits } from "./evaluate/run/pool.ts";
import { Progress } from "./evaluate/run/progress.ts";
import type { UnitRecord } from "./evaluate/run/record.ts";
import { observabilityReport } from "./evaluate/observability/observability.ts";
import { reproduce } from "./evaluate/reproduce.ts";
import { sourcesDigest } from "./evaluate/run/sources_digest.ts";
import { listing, textTable } from "./evaluate/table.ts";
import { evaluateTraces } from "./evaluate/traces/evaluate_traces.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Measures the detection over the catalogue of scenarios; see `--help`. */
async function evaluate(options: Options): Promise<number> {
  const { scenarios, clean, suites, seed } = options;
  const cells = CELLS.filter(({ id, scenario, set }) =>
    !clean && options.sets.includes(set) &&
    (scenarios.length === 0 || scenarios.includes(id) || scenarios.includes(scenario))
  );
  const units = makePlan({
    ...options,
    prints: clean ? 0 : options.prints,
    blindPrints: clean ? 0 : options.blindPrints,
    ablationPrints: options.ablation,
    leaveOut: options.leaveOut && resolve(options.leaveOut),
    cleanHours: options.hours,
    cells,
  });
  const done = await finish(options, units);
  if (done === null) return 130;
  const judged = judge(done, cells, suites);
  const summary = summarise(judged, seed);
  console.log(options.json ? JSON.stringify(summary) : textTable(summary));
  if (options.list) { for (const line of listing(judged)) console.error(line); }
  return summary.leaks.length > 0 ? 3 : 0;
}

/** Runs what isn't there yet; null when interrupted. */
async function finish(options: Options, units: Unit[]): Promise<UnitRecord[] | null> {
  const digest = createHash("sha256").update(JSON.stringify(units)).update(sourcesDigest())
    .digest("hex");
  const folder = options.out ?? `${ROOT}.evaluate/${digest.slice(0, 12)}`;
  const journal = Journal.open(folder, digest, { ...options, units: units.length });
  const there = new Set(journal.records.map(({ unit }) => unit));
  const left = units.filter(({ index }) => !there.has(index));
  const progress = new Progress(units.length, there.size);
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    await runUnits(left, options.workers, (record) => {
      journal.add(record);
      progress.finished(record);
    }, stop.signal);
  } finally {
    progress.end();
    journal.close();
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
  if (stop.signal.aborted) {
    console.error(`interrupted: ${journal.records.length} of ${units.length} printers are kept`);
    return null;
  }
  return journal.records.sort((a, b) => a.unit - b.unit);
}

if (import.meta.main) {
  try {
    if (Deno.args.includes("--traces")) {
      await evaluateTraces(Deno.args);
      Deno.exit(0);
    }
    if (Deno.args.includes("--adaptive")) {
      await evaluateAdaptive(Deno.args);
      Deno.exit(0);
    }
    if (Deno.args.includes("--observability")) {
      console.log(observabilityReport(Deno.args.includes("--json") ? "json" : "md"));
      Deno.exit(0);
    }
    const options = readOptions(Deno.args);
    if (options === null) console.log(HELP);
    else if (options.reproduce) await reproduce(options.reproduce, options);
    Deno.exit(options === null || options.reproduce ? 0 : await evaluate(options));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(text);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
