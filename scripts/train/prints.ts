import {
  type AnalysisOptions,
  type AnalysisState,
  createAnalysis,
  learntProfile,
  type PrinterProfile,
} from "../../edge/analysis.ts";
import type { KnownIssue } from "../../shared/known_issue.ts";
import { readKnownIssues } from "../../edge/classifier/known_issues_file.ts";
import type { Models } from "../../edge/network/models.ts";
import { type DataSet, runSeed } from "../evaluate/split.ts";
import { type PartSet, partsOf, readPart } from "../parts/corpus.ts";
import { drawPrinter } from "../printer/draw/draw_printer.ts";
import { jobLines } from "../printer/host/host.ts";
import { Random } from "../printer/random.ts";
import { drawInjection } from "../printer/scenario/draw_injection.ts";
import type { Truth } from "../printer/scenario/injection.ts";
import { simulate } from "../printer/simulate.ts";

/** Runs that teach a printer's profile have numbers from here on. */
const PROFILE_RUN = 900;
const PROFILE_PRINTS = 2;
/** One printer in so many is met without a profile, on its first print. */
const UNKNOWN_PRINTERS = 7;
/** One printer in so many has suite S2's senses, read so often, s: its duties come from the gate. */
const SENSES_PRINTERS = 2;
const SENSES_EVERY_S = 0.5;
/** A print's two disturbances begin within these, once the twin knows the print, and last at most, s. */
const BEGINS_S = [[240, 330], [600, 680]] as const;
const LASTS_S = 220;

/** The jobs of one set, ready to be streamed. */
export interface Jobs {
  set: DataSet;
  parts: readonly (readonly string[])[];
  teaching: readonly string[];
  issues: readonly KnownIssue[];
}

/** @throws {Error} if the known issues, or a part, can't be read */
export async function loadJobs(set: DataSet): Promise<Jobs> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const parts: (readonly string[])[] = [];
  let teaching: readonly string[] | null = null;
  for (const part of partsOf(set as PartSet)) {
    const lines = jobLines(await readPart(part));
    parts.push(lines);
    if (part.calibrates) teaching = lines;
  }
  return { set, parts, teaching: teaching ?? parts[0]!, issues: known.value.issues };
}

function optionsOf(jobs: Jobs, more: Partial<AnalysisOptions>): AnalysisOptions {
  const digests = { twin: "", detector: "", classifier: "" };
  return { issues: jobs.issues, digests, profile: null, reference: null, ...more };
}

/** What a printer taught in its first prints; null for one that is met for the first time. */
export function teachProfile(jobs: Jobs, printerSeed: number): PrinterProfile | null {
  if (printerSeed % UNKNOWN_PRINTERS === 0) return null;
  const printer = drawPrinter(printerSeed);
  const analysis = createAnalysis(optionsOf(jobs, {}));
  const state = analysis.init(null);
  let clockOffsetS = 0;
  for (let print = 0; print < PROFILE_PRINTS; print++) {
    const seed = runSeed(printerSeed, PROFILE_RUN + print);
    const gcode = jobs.teaching;
    const sensesEveryS = sensesOf(printerSeed);
    for (const seen of simulate({ seed, printer, gcode, clockOffsetS, sensesEveryS })) {
      analysis.step(state, seen);
    }
    clockOffsetS = state.nowS + 600;
  }
  return learntProfile(state);
}

function sensesOf(printerSeed: number): number {
  return printerSeed % SENSES_PRINTERS === 0 ? SENSES_EVERY_S : 0;
}

export interface Print {
  printerSeed: number;
  run: number;
  profile: PrinterProfile | null;
  /** The scenarios in it, two at most; none: a clean print. */
  scenarios: readonly string[];
  durationS: number;
  models: Models | null;
}

/**
 * Prints once in accelerated time and shows the analysis after each report of a heater.
 *
 * @returns how long it took on the printer's clock, s
 */
export function runPrint(
  jobs: Jobs,
  print: Print,
  each: (state: AnalysisState, truths: readonly Truth[]) => void,
): number {
  const { printerSeed, run, scenarios, profile, models, durationS } = print;
  const seed = runSeed(printerSeed, run);
  const random = new Random(seed, "train");
  const gcode = random.pick(jobs.parts);
  const otherJob = random.pick(jobs.parts);
  const injections = scenarios.map((id, i) => {
    const [startS, endS] = BEGINS_S[i]!;
    const drawn = drawInjection(id, random, { startS, endS: startS + LASTS_S });
    const forS = drawn.atS === 0 ? Infinity : Math.min(drawn.forS, LASTS_S);
    return { ...drawn, forS, atS: Math.min(drawn.atS, endS) };
  });
  const truths: Truth[] = [];
  const analysis = createAnalysis(optionsOf(jobs, { profile, models }));
  const state = analysis.init(null);
  const printer = drawPrinter(printerSeed);
  const sensesEveryS = sensesOf(printerSeed);
  const options = { seed, printer, gcode, injections, otherJob, durationS, sensesEveryS };
  let lastS = -1;
  for (const seen of simulate(options, truths)) {
    analysis.step(state, seen);
    const reportS = state.heaters.hotend.twin.last?.eventTimeS ?? -1;
    if (reportS === lastS) continue;
    lastS = reportS;
    each(state, truths);
  }
  return state.nowS;
}
