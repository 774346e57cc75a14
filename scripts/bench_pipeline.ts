import { valuesOf } from "./command_line.ts";
import { type AnalysisState, createAnalysis, learntProfile } from "../edge/analysis.ts";
import { readKnownIssues } from "../edge/classifier/known_issues_file.ts";
import type { Analysis } from "../edge/finding.ts";
import { readModels } from "../edge/network/models_file.ts";
import { nextRecord } from "../edge/publish/deviation_record.ts";
import { encodeDeviation, type MessageContext } from "../edge/publish/message.ts";
import type { Reference } from "../edge/analysis/reference_watch.ts";
import { manifestOfFile } from "../edge/reference/manifest_file.ts";
import { createReference } from "../edge/reference/reference.ts";
import type { Observation } from "../edge/source/observation.ts";
import { jobTime } from "../edge/twin/motion/job_time.ts";
import { marlinRules } from "../edge/twin/motion/rules.ts";
import { drawPrinter } from "./printer/draw/draw_printer.ts";
import { Random } from "./printer/random.ts";
import { makeInjection } from "./printer/scenario/draw_injection.ts";
import type { PrinterParameters } from "./printer/parameters.ts";
import { simulate } from "./printer/simulate.ts";

const HELP = `Usage: deno task bench pipeline [--json]

How much faster than real time one core takes a whole print through the edge's pipeline: analysis with
reference and profile, evidence, messages ready for the outbox. The print is simulated beforehand, with
a draught and a tampered set point in it, so that all of the path is walked; the best of three rounds
counts.

  movesPerS   parser, interpreter and motion twin alone over the same part
  p99StepMs   the hundredth slowest step of a round of its own
`;
const PART = new URL("./parts/gear-prusaslicer.gcode", import.meta.url).pathname;
const SEED = 7;
const ROUNDS = 3;
const MOTION_ROUNDS = 7;
const DIGEST = "0".repeat(64);
const BOOT_ID = "00000000-0000-4000-8000-000000000000";

interface Figures {
  timesRealTime: number;
  linesPerS: number;
  movesPerS: number;
  p99StepMs: number;
}

/** Measures the pipeline; prints a sentence or JSON. */
export async function benchPipeline(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, { json: { type: "boolean", default: false } });
  if (values === null) return;
  const gcode = await Deno.readTextFile(PART);
  const printer = drawPrinter(SEED);
  const seen = record(printer, gcode);
  const analysis = await analysisOf(PART, calm(printer, gcode));
  const durationS = seen.at(-1)!.eventTimeS - seen[0]!.eventTimeS;
  const lines = seen.filter(({ type }) => type === "sent" || type === "received").length;
  let bestS = Infinity, messages = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    messages = runPipeline(analysis, seen);
    bestS = Math.min(bestS, (performance.now() - startMs) / 1000);
  }
  const figures: Figures = {
    timesRealTime: Math.round(durationS / bestS),
    linesPerS: Math.round(lines / bestS),
    movesPerS: bestMovesPerS(gcode.split("\n")),
    p99StepMs: Number(p99StepMs(analysis, seen).toFixed(4)),
  };
  if (values.json) return console.log(JSON.stringify(figures));
  console.log(
    `${(durationS / 60).toFixed(0)} min of print, ${lines} lines, ${messages} messages: ` +
      `${figures.timesRealTime} times real time, ${figures.linesPerS} lines/s, ` +
      `99 % of the steps under ${figures.p99StepMs} ms; ` +
      `parser and motion twin alone: ${figures.movesPerS} moves/s`,
  );
}

/** A calm print on the same printer, to learn its heaters from. */
function calm(printer: PrinterParameters, gcode: string): Observation[] {
  return [...simulate({ seed: SEED + 1, printer, gcode })];
}

/** One whole print in memory. */
function record(printer: PrinterParameters, gcode: string): Observation[] {
  const random = new Random(SEED, "bench");
  const injections = [
    makeInjection({ id: "E01", atS: 250, forS: 60, size: 80 }, random),
    makeInjection({ id: "A01", atS: 400, forS: 60, size: -10 }, random),
  ];
  return [...simulate({ seed: SEED, printer, gcode, injections })];
}

async function analysisOf(
  job: string,
  lesson: readonly Observation[],
): Promise<Analysis<AnalysisState>> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const manifest = await manifestOfFile(job);
  if (!manifest.ok) throw new Error(manifest.issue);
  const reference = createReference(manifest.value);
  if (!reference.ok) throw new Error(reference.issue);
  const models = await readModels();
  if (!models.ok) throw new Error(models.issue);
  const { issues, digest } = known.value;
  const digests = { twin: DIGEST, detector: DIGEST, classifier: digest };
  const learner = createAnalysis({ issues, digests, profile: null, reference: null });
  const learnt = learner.init(null);
  for (const observation of lesson) learner.step(learnt, observation);
  const profile = learntProfile(learnt);
  return createAnalysis({
    issues,
    digests,
    profile,
    reference: reference.value as Reference,
    models: models.value,
  });
}

const CONTEXT: MessageContext = {
  address: { site: "bench", device: "bench", printer: "bench" },
  suite: "S0",
  switches: { lines: true, maps: true },
  jobDigest: DIGEST,
  digests: { twin: DIGEST, detector: DIGEST, classifier: DIGEST },
  wallMs: Date.UTC(2026, 0, 1),
  clockQuality: "synced",
};

/** Runs a recorded print through the pipeline; returns how many messages it made. */
function runPipeline(analysis: Analysis<AnalysisState>, seen: readonly Observation[]): number {
  const state = analysis.init(null);
  let messages = 0;
  for (const observation of seen) {
    for (const finding of analysis.step(state, observation)) {
      const at = { bootId: BOOT_ID, eventTimeS: observation.eventTimeS, wallMs: CONTEXT.wallMs };
      const record = nextRecord(null, "bench", finding, at, 600, () => BOOT_ID);
      messages += encodeDeviation(finding, record, CONTEXT).bytes.length > 0 ? 1 : 0;
    }
  }
  return messages;
}

function p99StepMs(analysis: Analysis<AnalysisState>, seen: readonly Observation[]): number {
  const state = analysis.init(null);
  const tookMs = new Float64Array(seen.length);
  seen.forEach((observation, at) => {
    const startMs = performance.now();
    analysis.step(state, observation);
    tookMs[at] = performance.now() - startMs;
  });
  return tookMs.sort()[Math.floor(seen.length * 0.99)]!;
}

function bestMovesPerS(lines: string[]): number {
  const rules = marlinRules({
    maxVelocityMmPerS: { x: 200, y: 200, z: 12, e: 120 },
    maxAccelMmPerS2: { x: 1000, y: 1000, z: 200, e: 5000 },
    printAccelMmPerS2: 1000,
    retractAccelMmPerS2: 1000,
    travelAccelMmPerS2: 1000,
    jerkMmPerS: { x: 8, y: 8, z: 0.4, e: 4.5 },
    junctionDeviationMm: null,
  });
  let best = 0;
  for (let round = 0; round < MOTION_ROUNDS; round++) {
    const startMs = performance.now();
    const { moves } = jobTime(lines, rules);
    best = Math.max(best, moves / (performance.now() - startMs) * 1000);
  }
  return Math.round(best);
}
