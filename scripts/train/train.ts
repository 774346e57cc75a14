import type { Artefact } from "../../edge/network/artefact.ts";
import { integerNetwork } from "../../edge/network/network.ts";
import { CATALOGUE } from "../printer/scenario/catalogue.ts";
import { trainClassifier } from "./classifier.ts";
import {
  collectClean,
  collectFeatures,
  collectWindows,
  type Course,
  type FeatureSample,
  type WindowSample,
} from "./collect.ts";
import { detectorArtefact, round, thresholdsOf, trainDetector } from "./detector.ts";
import { readDecisions, repeated } from "./decisions.ts";
import { ACCIDENTS, COMMANDED, THREATS, type TrainPlan } from "./plan.ts";
import { loadJobs } from "./prints.ts";

export interface TrainOptions {
  plan: TrainPlan;
  seed: number;
  leaveOut: readonly string[];
  /** What 'edge export-decisions' wrote; null for none. */
  decisions: string | null;
  /** The command that makes these models again. */
  command: string;
  say(line: string): void;
}

/** Printers' indices of one purpose begin here; none serves two purposes. */
const FEATURE_PRINTERS = 100_000;
const WEIGH_PRINTERS = 200_000;

/**
 * Scenarios of a printer's prints, in turn: its share of a list that all printers go through, two of
 * them a print, after `clean` prints with none.
 */
function inTurn(ids: readonly string[], clean: number, odd: number) {
  return (index: number, run: number) => {
    if (run >= clean + odd) return undefined;
    if (run < clean) return [];
    const print = index * odd + run - clean;
    const pair = [ids[2 * print % ids.length]!, ids[(2 * print + 1) % ids.length]!];
    // Which of them comes first says nothing.
    return print % 2 === 0 ? pair : pair.reverse();
  };
}

/**
 * Trains both networks. Everything is drawn from the seed: the same options give the same bytes.
 *
 * @throws {RangeError} for a scenario that there isn't
 * @throws {Error} if decisions can't be read
 */
export async function train(
  options: TrainOptions,
): Promise<{ detector: Artefact; classifier: Artefact; windows: Int8Array[] }> {
  const { plan, seed, leaveOut, say } = options;
  for (const id of leaveOut) {
    if (!(id in CATALOGUE)) {
      throw new RangeError(`Cannot leave out '${id}': a scenario's id was required`);
    }
  }
  const kept = (ids: readonly string[]) => ids.filter((id) => !leaveOut.includes(id));
  const [threats, accidents, commanded] = [kept(THREATS), kept(ACCIDENTS), kept(COMMANDED)];
  const odd = interleaved(threats, accidents);
  const decided = options.decisions === null ? [] : readDecisions(options.decisions);
  const jobs = await loadJobs("train");
  const held = await loadJobs("calibrate");
  const common = { jobs, seed, first: 0, printS: plan.printS, models: null };
  const windows = timed(say, "windows", () =>
    collectWindows({
      ...common,
      printers: plan.windowPrinters,
      scenarios: inTurn(mixed(odd, commanded), 2, 4),
    }, commanded));
  say(`${windows.length} windows: ${tally(windows)}`);
  const all = [
    ...windows,
    ...repeated(windows.length, decided.flatMap(({ window }) => window ?? [])),
  ];
  const layers = await trainDetector(all, seed, plan.detectorPasses);
  const training = {
    command: options.command,
    seed,
    samples: all.length,
    samplePasses: plan.detectorPasses,
    leftOut: [...leaveOut],
    decisions: decided.length,
  };
  const untold = integerNetwork(detectorArtefact(layers, all, training, [], {}));
  const clean = timed(say, "clean prints", () =>
    collectClean({
      ...common,
      jobs: held,
      printers: plan.thresholdPrinters,
      scenarios: inTurn([], 4, 0),
      models: { detector: untold, classifier: null },
    }));
  const thresholds = thresholdsOf(clean);
  const hours = round(clean.reduce((sum, print) => sum + print.hours, 0));
  say(`thresholds ${JSON.stringify(thresholds)}`);
  const detector = detectorArtefact(layers, all, training, thresholds, { cleanHours: hours });
  const models = { detector: integerNetwork(detector), classifier: null };
  const course: Omit<Course, "jobs" | "first" | "printers"> = {
    seed,
    printS: plan.printS,
    scenarios: inTurn(odd, 1, 3),
    models,
  };
  const features = timed(
    say,
    "irregularities",
    () =>
      collectFeatures({ ...course, jobs, first: FEATURE_PRINTERS, printers: plan.featurePrinters }),
  );
  const weighing = timed(say, "irregularities to weigh", () =>
    collectFeatures({
      ...course,
      jobs: held,
      first: WEIGH_PRINTERS,
      printers: plan.weighPrinters,
    }));
  say(`${features.length} irregularities: ${tally(features)}; to weigh: ${tally(weighing)}`);
  const learnt: FeatureSample[] = [
    ...features,
    ...repeated(features.length, decided.map(({ sample }) => sample)),
  ];
  const classifier = await trainClassifier(learnt, weighing, held.issues, {
    seed,
    passes: plan.classifierPasses,
    training: { ...training, samples: learnt.length, samplePasses: plan.classifierPasses },
  });
  return { detector, classifier, windows: storedOf(windows) };
}

/** Windows kept beside the models for comparing run times: as many of each class. */
const STORED = 66;

function storedOf(samples: readonly WindowSample[]): Int8Array[] {
  return [0, 1, 2].flatMap((label) => {
    const mine = samples.filter((sample) => sample.label === label);
    const stride = Math.max(1, Math.floor(mine.length / (STORED / 3)));
    return mine.filter((_, i) => i % stride === 0).slice(0, STORED / 3).map(({ values }) => values);
  });
}

/** Threats and accidents alternately, so that each printer meets both. */
function interleaved(a: readonly string[], b: readonly string[]): string[] {
  const most = Math.max(a.length, b.length);
  return Array.from({ length: 2 * most }, (_, i) => {
    const from = i % 2 === 0 ? a : b;
    return from[(i >> 1) % from.length]!;
  });
}

/** After every third odd scenario a commanded one, which nothing is odd about. */
function mixed(odd: readonly string[], commanded: readonly string[]): string[] {
  return odd.flatMap((id, i) =>
    i % 3 === 2 ? [id, commanded[(i / 3 | 0) % commanded.length]!] : [id]
  );
}

function timed<T>(say: (line: string) => void, what: string, work: () => T): T {
  const startMs = performance.now();
  const result = work();
  say(`${what}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return result;
}

function tally(samples: readonly (WindowSample | FeatureSample)[]): string {
  const of = (label: number) => samples.filter((sample) => sample.label === label).length;
  return `${of(0)} normal, ${of(1)} accidents, ${of(2)} threats`;
}
