import {
  WINDOW_CHANNELS,
  WINDOW_SCALE,
  WINDOW_STEP_S,
  WINDOW_STEPS,
} from "../../edge/detector/residual_window.ts";
import type { Artefact } from "../../edge/network/artefact.ts";
import type { NetworkMetadata, ScoreThreshold } from "../../edge/network/metadata.ts";
import { type CleanPrint, type Label, WINDOW_VALUES, type WindowSample } from "./collect.ts";
import { outScales, type SampleClass, trainDense } from "./dense.ts";
import { makeArtefact, type TrainedLayer } from "./write_artefact.ts";

const WIDTHS = [WINDOW_VALUES, 64, 16, 3];
/** How often a clean print may look odd to the network alone, an hour. */
export const FALSE_PER_H = 0.0003;
const SCALE_SAMPLES = 1500;

export type Training = NetworkMetadata["training"];

function classOf(samples: readonly WindowSample[], label: Label, share: number): SampleClass {
  const mine = samples.filter((sample) => sample.label === label);
  if (mine.length === 0) throw new Error(`Cannot train: windows of class ${label} were required`);
  const target = [0, 0, 0];
  target[label] = 1;
  return {
    count: mine.length,
    share,
    target,
    read(index, into, at) {
      const { values } = mine[index]!;
      for (let i = 0; i < WINDOW_VALUES; i++) into[at + i] = values[i]! * WINDOW_SCALE;
    },
  };
}

/** Trains the network over windows: half of each batch normal, a quarter accidents, and threats. */
export async function trainDetector(
  samples: readonly WindowSample[],
  seed: number,
  passes: number,
): Promise<TrainedLayer[]> {
  const classes = [classOf(samples, 0, 0.5), classOf(samples, 1, 0.25), classOf(samples, 2, 0.25)];
  return await trainDense({
    name: "detector",
    widths: WIDTHS,
    seed,
    passes,
    classes,
    loss: "softmax",
  });
}

/** Puts trained layers into an artefact. */
export function detectorArtefact(
  layers: readonly TrainedLayer[],
  samples: readonly WindowSample[],
  training: Training,
  thresholds: readonly ScoreThreshold[],
  figures: Record<string, number>,
): Artefact {
  const stride = Math.max(1, Math.floor(samples.length / SCALE_SAMPLES));
  const some = samples.filter((_, i) => i % stride === 0)
    .map(({ values }) => Float32Array.from(values, (value) => value * WINDOW_SCALE));
  return makeArtefact("detector", layers, {
    version: 1,
    purpose: "detector",
    title: "residual windows of a heater: normal, accident or threat",
    training,
    inputs: WINDOW_CHANNELS.map(({ name, unit }) => ({ name, unit, centre: 0 })),
    steps: WINDOW_STEPS,
    stepS: WINDOW_STEP_S,
    integer: { inputScale: WINDOW_SCALE, outScales: outScales(layers, some) },
    thresholds: [...thresholds],
    stacking: null,
    ranges: [],
    figures,
  });
}

const REPORTS_UP_TO_S = [1.6, 3.2, 12];
/** The tail of the highest scores is taken from so many prints, or this share. */
const TAIL_PRINTS = 12;
const TAIL_SHARE = 0.04;
const FEWEST = 5;

/**
 * Thresholds from clean prints that training never saw: never below the highest score that stood in
 * any of them (so a new print exceeds it with a probability of 1/(n+1) at most, whatever the scores'
 * distribution), and raised along the tail's mean excess until the promised rate is met.
 */
export function thresholdsOf(prints: readonly CleanPrint[]): ScoreThreshold[] {
  let fromS = 0;
  return REPORTS_UP_TO_S.flatMap((reportsUpToS) => {
    const mine = prints.filter(({ reportsS }) => reportsS > fromS && reportsS <= reportsUpToS);
    fromS = reportsUpToS;
    if (mine.length < FEWEST) return [];
    const hours = mine.reduce((sum, print) => sum + print.hours, 0);
    const scores = mine.map(({ score }) => score).sort((a, b) => b - a);
    const tail = Math.min(
      mine.length - 1,
      Math.max(TAIL_PRINTS, Math.ceil(TAIL_SHARE * mine.length)),
    );
    const base = scores[tail]!;
    const excess = scores.slice(0, tail).reduce((sum, score) => sum + score - base, 0) / tail;
    const met = base + excess * Math.log(tail / hours / FALSE_PER_H);
    const threshold = round(Math.max(met, scores[0]! + 0.1, 1));
    return [{ heater: "hotend" as const, reportsUpToS, threshold, hours: round(hours) }];
  });
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
