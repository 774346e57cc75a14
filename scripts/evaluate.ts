import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateAdaptive } from "./evaluate/adaptive/evaluate_adaptive.ts";
import { conclude, concludeAgain } from "./evaluate/conclude.ts";
import { observabilityReport } from "./evaluate/observability/observability.ts";
import { HELP, type Options, readOptions, UsageError } from "./evaluate/options.ts";
import { writeReadme } from "./evaluate/report/write_report.ts";
import { reproduce } from "./evaluate/reproduce.ts";
import { CELLS } from "./evaluate/run/cells.ts";
import { finish } from "./evaluate/run/finish.ts";
import { makePlan } from "./evaluate/run/plan.ts";
import { RUN_ORIGIN } from "./evaluate/run/run_origin.ts";
import { evaluateTransients } from "./evaluate/transients/evaluate_transients.ts";
import { evaluateTraces } from "./evaluate/traces/evaluate_traces.ts";
import { sourcesDigest } from "./sources_digest.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A path as the caller means it: tasks run in the project's root. */
function asked(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** Measures the detection over the catalogue of scenarios; returns the exit code. */
async function evaluate(options: Options): Promise<number> {
  const { scenarios, clean, json, list, out, workers, ...rest } = options;
  const leaveOut = options.leaveOut && asked(options.leaveOut);
  const wish = { ...rest, scenarios, clean, leaveOut };
  const cells = CELLS.filter(({ id, scenario, set }) =>
    !clean && options.sets.includes(set) &&
    (scenarios.length === 0 || scenarios.includes(id) || scenarios.includes(scenario))
  );
  const units = makePlan({
    ...wish,
    ablationPrints: wish.ablation,
    cleanHours: wish.hours,
    cells,
  });
  const digest = createHash("sha256").update(JSON.stringify(units))
    .update(await sourcesDigest(RUN_ORIGIN)).digest("hex");
  const folder = out ? asked(out) : `${ROOT}.evaluate/${digest.slice(0, 12)}`;
  const records = await finish(folder, digest, wish, units, workers);
  if (records === null) return 130;
  return await conclude(folder, digest, wish, records, { json, list });
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--traces")) {
    await evaluateTraces(args);
    return 0;
  }
  if (args.includes("--transients")) {
    await evaluateTransients(args);
    return 0;
  }
  if (args.includes("--adaptive")) {
    await evaluateAdaptive(args);
    return 0;
  }
  if (args.includes("--observability")) {
    console.log(observabilityReport(args.includes("--json") ? "json" : "md"));
    return 0;
  }
  const options = readOptions(args);
  if (options === null) console.log(HELP);
  else if (options.reproduce) await reproduce(options.reproduce, options);
  else if (options.report) return await concludeAgain(asked(options.report), options);
  else if (options.writeReadme) {
    await writeReadme(asked(options.writeReadme), join(ROOT, "README.md"));
  } else return await evaluate(options);
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
