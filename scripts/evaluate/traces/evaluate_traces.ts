/**
 * Measures the edge on logs of real heaters: `deno task evaluate --traces DIR [--json] [--seed N]
 * [--per-kind N] [--by-variant] [--list]`. DIR holds one CSV a machine, as
 * `edge/source/replay/heater_csv.ts` reads them. It reports
 *   - untouched traces: every deviation told, by verdict;
 *   - the twin running free for a minute on the duty alone, beside 'it stays as it is';
 *   - physically consistent injections into the same traces: a block and a controller are fitted to
 *     each machine (nothing shared with the edge's twin), the difference that the injection makes is
 *     computed with them and added to the recorded rows, rounded and held as the log does.
 * No figure of the edge may be tuned to one of the files: choose thresholds on all machines but one
 * and measure on that one (`--only` and `--without NAME`). About 20 s for 8 h of logs.
 */
import { parseArgs } from "node:util";
import { fromCaller } from "../../../edge/commands/command_line.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import { readModels } from "../../../edge/network/models_file.ts";
import { Random } from "../../printer/random.ts";
import { fitBlock } from "./block_fit.ts";
import { BaselineRun } from "./baseline_run.ts";
import { type CleanResult, cleanRun, type Knowledge } from "./clean_run.ts";
import { fitGains } from "./gains_fit.ts";
import { injected, type Machine } from "./counterfactual.ts";
import { freeRun } from "./free_run.ts";
import { injectedRun } from "./injected_run.ts";
import { drawInjection, type Injection, INJECTIONS } from "./injections.ts";
import { printReport, summaryOf } from "./report.ts";
import { readTrace, type Trace } from "./trace.ts";
import type { TracesResult } from "./traces_result.ts";
import { drawStart, startsOf } from "./windows.ts";

const HELP = `Usage: deno task evaluate --traces DIR [options]

  --json          one JSON object instead of tables
  --seed N        where and how strongly is injected (default 1)
  --per-kind N    injections of each kind, size and way into each trace (default 6)
  --by-variant    a line for each way
  --only NAME     only this trace; --without NAME: all but this one; both may be repeated
  --kind TEXT     only injections whose kind contains this
  --list          every injection and every deviation of an untouched trace
`;

const OPTIONS = {
  traces: { type: "string" },
  json: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
  "per-kind": { type: "string", default: "6" },
  "by-variant": { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] as string[] },
  without: { type: "string", multiple: true, default: [] as string[] },
  kind: { type: "string", default: "" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Runs the evaluation on real heater logs with the task's own arguments. */
export async function evaluateTraces(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help || !values.traces) return console.log(HELP);
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const models = await readModels();
  if (!models.ok) throw new Error(models.issue);
  const knowledge = { issues: known.value.issues, models: models.value };
  const keep = (name: string) =>
    (values.only.length === 0 || values.only.includes(name)) && !values.without.includes(name);
  const folder = fromCaller(values.traces);
  const result: TracesResult = {
    seed: Number(values.seed),
    clean: [],
    freeRuns: [],
    injections: [],
    baselines: [],
  };
  for (const name of await traceNames(folder)) {
    if (!keep(name)) continue;
    const trace = await readTrace(`${folder}/${name}.csv`);
    const plan = planOf(trace, result.seed, Number(values["per-kind"]), values.kind);
    result.clean.push(runTrace(trace, knowledge, plan, result));
    result.freeRuns.push(freeRun(trace, knowledge));
  }
  if (values.json) console.log(JSON.stringify(summaryOf(result)));
  else printReport(result, { byVariant: values["by-variant"], list: values.list });
}

async function traceNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".csv")) names.push(name.replace(/\.csv$/, ""));
  }
  if (names.length === 0) {
    throw new Error(`Cannot evaluate: heater logs (*.csv) were required in ${folder}, got none`);
  }
  return names.sort();
}

/** An injection with its place. */
interface Planned {
  at: number;
  injection: Injection;
  random: Random;
}

function planOf(trace: Trace, seed: number, perKind: number, kind: string): Planned[] {
  const plan: Planned[] = [];
  const startsFor = new Map<number, number[]>();
  for (const from of INJECTIONS.filter((one) => one.kind.includes(kind))) {
    const random = new Random(seed, [trace.name, from.kind, from.size, from.variant].join(" "));
    for (let i = 0; i < perKind; i++) {
      const injection = drawInjection(from, random);
      const forS = Math.ceil((injection.forS + injection.afterS) / 60) * 60;
      if (!startsFor.has(forS)) startsFor.set(forS, startsOf(trace, forS));
      const at = drawStart(startsFor.get(forS)!, random);
      if (at !== null) plan.push({ at, injection, random });
    }
  }
  return plan;
}

/** Runs a trace untouched; wherever something is planned, a copy of the guard runs into that. */
function runTrace(
  trace: Trace,
  knowledge: Knowledge,
  plan: readonly Planned[],
  result: TracesResult,
): CleanResult {
  const baselines = new BaselineRun(trace);
  result.baselines.push(baselines);
  const block = fitBlock(trace.rows);
  const machine: Machine = { block, gains: fitGains(trace.rows, block) };
  const clean = cleanRun(trace, knowledge, (at, guard) => {
    for (const { injection, random } of plan.filter((one) => one.at === at)) {
      const rows = injected(trace.rows, at, machine, injection, random);
      const startS = trace.rows[at]!.eventTimeS;
      result.injections.push(injectedRun(guard.fork(), rows, trace.name, injection, startS));
      baselines.inject(at, rows, injection);
    }
  });
  baselines.finish();
  return clean;
}
