import {
  FEATURE_INPUTS,
  type FeatureUnit,
  NETWORK_EVENTS,
  NETWORK_FEATURES,
  networkInput,
} from "../../edge/classifier/network_features.ts";
import { classify } from "../../edge/classifier/classify.ts";
import { networkOdds, weigh } from "../../edge/classifier/weigh.ts";
import { WINDOW_SCALE } from "../../edge/detector/residual_window.ts";
import type { Artefact } from "../../edge/network/artefact.ts";
import type { Stacking } from "../../edge/network/metadata.ts";
import { integerNetwork } from "../../edge/network/network.ts";
import type { KnownIssue } from "../../shared/known_issue.ts";
import type { FeatureSample } from "./collect.ts";
import { outScales, type SampleClass, trainDense } from "./dense.ts";
import { round, type Training } from "./detector.ts";
import { fitStacking, type StackedSample } from "./stacking.ts";
import { makeArtefact, type TrainedLayer } from "./write_artefact.ts";

const WIDTHS = [FEATURE_INPUTS.length, 32, 16, 1];

/** Centre and spread of each feature, by quartiles; and the range that nearly all lie in. */
function unitsOf(
  samples: readonly FeatureSample[],
): { units: FeatureUnit[]; ranges: [number, number][] } {
  const units: FeatureUnit[] = [], ranges: [number, number][] = [];
  for (const name of NETWORK_FEATURES) {
    const values = samples.map(({ features }) => features[name])
      .filter((value) => value !== undefined && Number.isFinite(value)) as number[];
    values.sort((a, b) => a - b);
    const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
    const spread = Math.max((at(0.9) - at(0.1)) / 2.56, 0.02);
    units.push({ centre: round(at(0.5)), unit: round(spread) });
    const margin = Math.max(2 * spread, 0.5 * (at(0.998) - at(0.002)));
    ranges.push([round(at(0.002) - margin), round(at(0.998) + margin)]);
  }
  return { units, ranges };
}

/** The samples that the network speaks about. */
export function spokenOf(samples: readonly FeatureSample[]): FeatureSample[] {
  return samples.filter(({ event }) => NETWORK_EVENTS.includes(event));
}

function floats(sample: FeatureSample, units: readonly FeatureUnit[]): Float32Array {
  const whole = networkInput(sample.event, sample.features, units, WINDOW_SCALE);
  return Float32Array.from(whole, (value) => value * WINDOW_SCALE);
}

/** Trains the classifier and weighs it against the known issues, on samples of its own for each. */
export async function trainClassifier(
  given: readonly FeatureSample[],
  weighing: readonly FeatureSample[],
  issues: readonly KnownIssue[],
  plan: { seed: number; passes: number; training: Training },
): Promise<Artefact> {
  const samples = spokenOf(given);
  const { units, ranges } = unitsOf(samples);
  const inputs = samples.map((sample) => floats(sample, units));
  const classOf = (threat: boolean): SampleClass => {
    const mine = inputs.filter((_, i) => (samples[i]!.label === 2) === threat);
    if (mine.length === 0) {
      throw new Error("Cannot train: irregularities of both kinds were required");
    }
    return {
      count: mine.length,
      share: 0.5,
      target: [threat ? 1 : 0],
      read: (index, into, at) => into.set(mine[index]!, at),
    };
  };
  const layers = await trainDense({
    name: "classifier",
    widths: WIDTHS,
    seed: plan.seed,
    passes: plan.passes,
    classes: [classOf(false), classOf(true)],
    loss: "sigmoid",
  });
  const make = (stacking: Stacking, figures: Record<string, number>) =>
    artefactOf(layers, inputs, units, ranges, { training: plan.training, stacking, figures });
  const plain = make({ bias: 0, network: 1, issues: 0 }, {});
  const held = spokenOf(weighing);
  const fitting = held.filter((_, i) => i % 2 === 0), judging = held.filter((_, i) => i % 2 === 1);
  const stacking = fitStacking(opinions(plain, fitting, issues));
  return make(stacking, heldOutFigures(make(stacking, {}), judging, issues));
}

/** What network and known issues say of each sample. */
function opinions(
  artefact: Artefact,
  samples: readonly FeatureSample[],
  issues: readonly KnownIssue[],
): StackedSample[] {
  const network = integerNetwork(artefact);
  return samples.flatMap(({ event, features, label }) => {
    const ofNetwork = networkOdds(network, event, features);
    if (ofNetwork === null) return [];
    const ofIssues = classify(issues, event, features).threatOdds;
    return [{ threat: label === 2, network: ofNetwork, issues: ofIssues }];
  });
}

function heldOutFigures(
  artefact: Artefact,
  samples: readonly FeatureSample[],
  issues: readonly KnownIssue[],
): Record<string, number> {
  const network = integerNetwork(artefact);
  const judge = (withNetwork: boolean, prefix: string) => {
    const tally = { threats: 0, called: 0, benign: 0, wrongly: 0, open: 0, brier: 0 };
    for (const { event, features, label } of samples) {
      const known = classify(issues, event, features);
      const { verdict, probability } = withNetwork ? weigh(known, network, event, features) : known;
      const threat = label === 2;
      threat ? tally.threats++ : tally.benign++;
      if (verdict === "potential-cyberthreat") threat ? tally.called++ : tally.wrongly++;
      if (verdict === "undetermined") tally.open++;
      const stated = verdict === "potential-cyberthreat"
        ? probability
        : verdict === "expected-anomaly"
        ? 1 - probability
        : 0.5;
      tally.brier += (stated - (threat ? 1 : 0)) ** 2;
    }
    return {
      [`${prefix}ThreatsCalled`]: round(tally.called / Math.max(1, tally.threats)),
      [`${prefix}BenignCalledThreat`]: round(tally.wrongly / Math.max(1, tally.benign)),
      [`${prefix}Undetermined`]: round(tally.open / Math.max(1, samples.length)),
      [`${prefix}Brier`]: round(tally.brier / Math.max(1, samples.length)),
    };
  };
  return { heldOut: samples.length, ...judge(true, "with"), ...judge(false, "without") };
}

function artefactOf(
  layers: readonly TrainedLayer[],
  inputs: readonly Float32Array[],
  units: readonly FeatureUnit[],
  ranges: [number, number][],
  more: { training: Training; stacking: Stacking; figures: Record<string, number> },
): Artefact {
  const stride = Math.max(1, Math.floor(inputs.length / 1500));
  const some = inputs.filter((_, i) => i % stride === 0);
  return makeArtefact("classifier", layers, {
    version: 1,
    purpose: "classifier",
    title: "features of a heater's irregularity: accident or threat",
    inputs: FEATURE_INPUTS.map((name, i) => ({ name, ...(units[i] ?? { unit: 1, centre: 0 }) })),
    steps: 1,
    stepS: 1,
    integer: { inputScale: WINDOW_SCALE, outScales: outScales(layers, some) },
    thresholds: [],
    ranges,
    ...more,
  });
}
