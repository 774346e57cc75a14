import type { Models } from "../../../edge/network/models.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import type { PrinterProfile } from "../../../edge/analysis.ts";
import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { PrintRun, type SimulateOptions } from "../../printer/print_run.ts";
import { SampleRecorder } from "../baselines/baseline_watch.ts";
import type { ThermalModel } from "../baselines/thermal_fit.ts";
import { autotune } from "../baselines/thermal_autotune.ts";
import { loadFilament } from "./load_filament.ts";
import type { PrintRecord, SuiteName } from "./record.ts";
import { QUESTIONS, SENSES_EVERY_S } from "./print.ts";
import type { ReadyPart } from "./stock.ts";
import { Watcher } from "./watcher.ts";

const PAUSE_S = 600;

/** What a printer's first prints have taught, and what they tell of later ones' timing. */
export interface Calibration {
  profiles: Partial<Record<SuiteName, PrinterProfile>>;
  /** The printer's pace against the slicer's estimate. */
  paceFactor: number;
  /** What the printer's own firmware would have tuned on the first print. */
  model: ThermalModel | null;
  /** The very first print, on which nothing was known of the printer. */
  first: PrintRecord;
}

interface Wish {
  printer: PrinterParameters;
  /** Seeds of the two prints. */
  runs: readonly [number, number];
  part: ReadyPart;
  issues: readonly KnownIssue[];
  models: Models | null;
  suites: readonly SuiteName[];
}

/**
 * Prints a part twice on a printer that nobody knows yet, cold and then still warm, as
 * scripts/show/calibrate.ts does for the demo.
 */
export function calibrate({ printer, runs, part, issues, models, suites }: Wish): Calibration {
  const digests = { twin: "", detector: "", classifier: "" };
  const made = { issues, models, digests, profile: null, reference: part.reference };
  const watchers = suites.map((suite) => new Watcher(suite, made));
  const samples = new SampleRecorder();
  const host = drawHost(runs[0]);
  const run = (seed: number, startS: number, warm: boolean) =>
    follow([...watchers, ...(warm ? [] : [samples])], watchers[0]!, startS, {
      seed,
      printer: loadFilament(printer, part.material),
      host,
      gcode: part.lines,
      clockOffsetS: startS,
      warm: warm ? { hotendC: 180, bedC: 50 } : undefined,
      sensesEveryS: suites.includes("S2") ? SENSES_EVERY_S : 0,
      questions: suites.some((suite) => suite !== "S0") ? QUESTIONS : [],
    });
  const cold = run(runs[0], 0, false);
  const first: PrintRecord = {
    purpose: "first",
    cell: null,
    printer: printer.seed,
    run: runs[0],
    part: part.id,
    hours: cold.endS / 3600,
    reportS: host.pollS || host.autoReportS,
    duty: printer.firmware.reportsDuty,
    event: null,
    suites: Object.fromEntries(watchers.map((each) => [each.suite, each.take()])),
    others: {},
    alarms: [],
  };
  for (const watcher of watchers) watcher.adopt(part.reference);
  run(runs[1], cold.endS + PAUSE_S, true);
  return {
    profiles: Object.fromEntries(watchers.map((each) => [each.suite, each.profile()])),
    model: autotune(samples.samples),
    paceFactor: (cold.endS - cold.readyS) / (part.minutes * 60),
    first,
  };
}

/** One print under all eyes, S0's but for the agent's questions; when extrusion began and when all was over, s from its start. */
function follow(
  eyes: readonly (Watcher | SampleRecorder)[],
  first: Watcher,
  startS: number,
  options: SimulateOptions,
): { readyS: number; endS: number } {
  let readyS = Infinity, endS = startS;
  const run = new PrintRun(options, []);
  while (!run.over) {
    run.step();
    for (const seen of run.seen) {
      endS = seen.eventTimeS;
      const asked = run.answers.has(seen) || seen.type === "sent" && seen.origin === "agent";
      for (const each of eyes) {
        if (!asked || each instanceof Watcher && each.suite !== "S0") each.observe(seen);
      }
      if (readyS === Infinity && first.extruding) readyS = endS - startS;
    }
    run.seen.length = 0;
    run.answers.clear();
  }
  return { readyS: Math.min(readyS, endS - startS), endS: endS - startS };
}
