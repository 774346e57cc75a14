import type { Artefact } from "../../edge/network/artefact.ts";
import { readKnownIssues } from "../../edge/classifier/known_issues_file.ts";
import { CATALOGUE } from "../printer/scenario/catalogue.ts";
import { sourcesDigest } from "../sources_digest.ts";
import { trainClassifier } from "./classifier.ts";
import type { FeatureSample, WindowSample } from "./collect.ts";
import type { Crew } from "./crew.ts";
import { detectorArtefact, round, thresholdsOf, trainDetector } from "./detector.ts";
import { readDecisions, repeated } from "./decisions.ts";
import { ACCIDENTS, COMMANDED, THREATS, type TrainPlan } from "./plan.ts";
import { TRAINING_ORIGIN } from "./training_origin.ts";

export interface TrainOptions {
  plan: TrainPlan;
  seed: number;
  leaveOut: readonly string[];
  /** What 'edge export-decisions' wrote; null for none. */
  decisions: string | null;
  /** The command that makes these models again. */
  command: string;
  /** Who simulates; any number of hands gives the same samples in the same order. */
  crew: Crew;
  say(line: string): void;
}

/** Printers' indices of one purpose begin here; none serves two purposes. */
const FEATURE_PRINTERS = 100_000;
const WEIGH_PRINTERS = 200_000;

/**
 * Trains both networks. Everything is drawn from the seed: the same options give the same bytes.
 *
 * @throws {RangeError} for a scenario that there isn't
 * @throws {Error} if decisions can't be read
 */
export async function train(
  options: TrainOptions,
): Promise<{ detector: Artefact; classifier: Artefact; windows: Int8Array[] }> {
  const { plan, seed, leaveOut } = options;
  for (const id of leaveOut) {
    if (!(id in CATALOGUE)) {
      throw new RangeError(`Cannot leave out '${id}': a scenario's id was required`);
    }
  }
  const kept = (ids: readonly string[]) => ids.filter((id) => !leaveOut.includes(id));
  const [threats, accidents, commanded] = [kept(THREATS), kept(ACCIDENTS), kept(COMMANDED)];
  const odd = interleaved(threats, accidents);
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const decided = options.decisions === null ? [] : readDecisions(options.decisions);
  const { crew, say } = options;
  const common = { seed, first: 0, printS: plan.printS, detector: null };
  const windows = await timed(say, "windows", () =>
    crew.windows({
      ...common,
      set: "train",
      printers: plan.windowPrinters,
      clean: 2,
      odd: 4,
      scenarios: mixed(odd, commanded),
      commanded,
    }));
  say(`${windows.length} windows: ${tally(windows)}`);
  const all = [
    ...windows,
    ...repeated(windows.length, decided.flatMap(({ window }) => window ?? [])),
  ];
  const layers = await trainDetector(all, seed, plan.detectorPasses);
  const training = {
    command: options.command,
    seed,
    sources: await sourcesDigest(TRAINING_ORIGIN),
    samples: all.length,
    samplePasses: plan.detectorPasses,
    leftOut: [...leaveOut],
    decisions: decided.length,
  };
  const untold = detectorArtefact(layers, all, training, [], {});
  const clean = await timed(say, "clean prints", () =>
    crew.clean({
      ...common,
      set: "calibrate",
      printers: plan.thresholdPrinters,
      printS: plan.thresholdPrintS,
      clean: 4,
      odd: 0,
      scenarios: [],
      detector: untold,
    }));
  const thresholds = thresholdsOf(clean);
  const hours = round(clean.reduce((sum, print) => sum + print.hours, 0));
  say(`thresholds ${JSON.stringify(thresholds)}`);
  const detector = detectorArtefact(layers, all, training, thresholds, { cleanHours: hours });
  const course = { ...common, clean: 1, odd: 3, scenarios: odd, detector };
  const features = await timed(say, "irregularities", () =>
    crew.features({
      ...course,
      set: "train",
      first: FEATURE_PRINTERS,
      printers: plan.featurePrinters,
    }));
  const weighing = await timed(say, "irregularities to weigh", () =>
    crew.features({
      ...course,
      set: "calibrate",
      first: WEIGH_PRINTERS,
      printers: plan.weighPrinters,
    }));
  say(`${features.length} irregularities: ${tally(features)}; to weigh: ${tally(weighing)}`);
  const learnt: FeatureSample[] = [
    ...features,
    ...repeated(features.length, decided.map(({ sample }) => sample)),
  ];
  const classifier = await trainClassifier(learnt, weighing, known.value.issues, {
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

async function timed<T>(
  say: (line: string) => void,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const startMs = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return result;
}

function tally(samples: readonly (WindowSample | FeatureSample)[]): string {
  const of = (label: number) => samples.filter((sample) => sample.label === label).length;
  return `${of(0)} normal, ${of(1)} accidents, ${of(2)} threats`;
}
