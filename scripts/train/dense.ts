import * as tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { HIDDEN_MAX } from "../../edge/network/integer_layers.ts";
import { Random } from "../printer/random.ts";
import type { TrainedLayer } from "./write_artefact.ts";

const BATCH = 128;
const RATE = 0.001;
/** The rate falls to its end over the last third of the passes. */
const RATE_END = 0.0002;

/** One thread: the order of additions, and so each bit, is the same each time. */
export async function useOneThread(): Promise<void> {
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
}

/** Samples of one class: `count` of them, each written into a row by `read`. */
export interface SampleClass {
  count: number;
  /** Share of each batch. */
  share: number;
  target: readonly number[];
  read(index: number, into: Float32Array, at: number): void;
}

export interface DensePlan {
  name: string;
  /** Widths: inputs, hidden layers (relu), outputs (linear). */
  widths: readonly number[];
  seed: number;
  passes: number;
  classes: readonly SampleClass[];
  loss: "softmax" | "sigmoid";
}

/**
 * Trains a dense network: seeded initialisers, our own shuffle, one thread. The same plan gives the
 * same bits.
 */
export async function trainDense(plan: DensePlan): Promise<TrainedLayer[]> {
  await useOneThread();
  const { widths, seed } = plan;
  const model = tf.sequential({ name: plan.name });
  widths.slice(1).forEach((units, i) => {
    const last = i === widths.length - 2;
    model.add(tf.layers.dense({
      name: `dense${i + 1}`,
      units,
      activation: last ? "linear" : "relu",
      kernelInitializer: tf.initializers.heNormal({ seed: seed * 100 + i }),
      ...(i === 0 ? { inputShape: [widths[0]!] } : {}),
    }));
  });
  const optimizer = tf.train.adam(RATE);
  const cross = plan.loss === "softmax"
    ? tf.losses.softmaxCrossEntropy
    : tf.losses.sigmoidCrossEntropy;
  model.compile({ optimizer, loss: (truth, answer) => cross(truth, answer) });
  const batches = new Batches(plan);
  for (let passes = 0; passes < plan.passes; passes += BATCH) {
    const left = 1 - passes / plan.passes;
    // tfjs keeps Adam's rate in a field that only its subclasses name.
    Object.assign(optimizer, {
      learningRate: RATE_END + (RATE - RATE_END) * Math.min(1, 3 * left),
    });
    const { inputs, targets } = batches.next();
    const x = tf.tensor2d(inputs, [BATCH, widths[0]!]);
    const y = tf.tensor2d(targets, [BATCH, widths.at(-1)!]);
    await model.trainOnBatch(x, y);
    tf.dispose([x, y]);
  }
  const layers = layersOf(model, widths);
  model.dispose();
  return layers;
}

function layersOf(model: tf.Sequential, widths: readonly number[]): TrainedLayer[] {
  const weights = model.getWeights().map((each) => each.dataSync<"float32">().slice());
  return widths.slice(1).map((units, i) => ({
    name: `dense${i + 1}`,
    inputs: widths[i]!,
    units,
    activation: i === widths.length - 2 ? "linear" : "relu",
    kernel: weights[2 * i]!,
    bias: weights[2 * i + 1]!,
  }));
}

/** Batches with a fixed share of each class, each class in a new order on each of its rounds. */
class Batches {
  #random: Random;
  #orders: Uint32Array[];
  #at: number[];
  #inputs: Float32Array;
  #targets: Float32Array;

  constructor(private readonly plan: DensePlan) {
    this.#random = new Random(plan.seed, `${plan.name}-shuffle`);
    this.#orders = plan.classes.map(({ count }) =>
      Uint32Array.from({ length: count }, (_, i) => i)
    );
    this.#orders.forEach((order) => this.#shuffle(order));
    this.#at = plan.classes.map(() => 0);
    this.#inputs = new Float32Array(BATCH * plan.widths[0]!);
    this.#targets = new Float32Array(BATCH * plan.widths.at(-1)!);
  }

  next(): { inputs: Float32Array; targets: Float32Array } {
    const { classes, widths } = this.plan;
    let row = 0;
    classes.forEach(({ share, target, read }, which) => {
      const rows = which === classes.length - 1 ? BATCH - row : Math.round(share * BATCH);
      for (let i = 0; i < rows; i++, row++) {
        read(this.#take(which), this.#inputs, row * widths[0]!);
        this.#targets.set(target, row * target.length);
      }
    });
    return { inputs: this.#inputs, targets: this.#targets };
  }

  #take(which: number): number {
    const order = this.#orders[which]!;
    if (this.#at[which]! >= order.length) {
      this.#shuffle(order);
      this.#at[which] = 0;
    }
    return order[this.#at[which]!++]!;
  }

  #shuffle(order: Uint32Array): void {
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.#random.int(0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
  }
}

/** The answers of trained layers in plain floats, layer by layer. */
export function answersOf(layers: readonly TrainedLayer[], input: Float32Array): Float32Array[] {
  let from = input;
  return layers.map(({ inputs, units, kernel, bias, activation }) => {
    const to = Float32Array.from(bias);
    for (let i = 0; i < inputs; i++) {
      const value = from[i]!;
      if (value === 0) continue;
      for (let o = 0; o < units; o++) to[o]! += value * kernel[i * units + o]!;
    }
    if (activation === "relu") { for (let o = 0; o < units; o++) to[o] = Math.max(0, to[o]!); }
    from = to;
    return to;
  });
}

/** What training never saw may answer so many times as high before it is clipped. */
const HEADROOM = 2;
/** The last layer's answers have 16 bits: log-odds in steps of 1/512. */
const ANSWER_SCALE = 1 / 512;

/** The scale of each layer's integers, from what its answers are on samples. */
export function outScales(
  layers: readonly TrainedLayer[],
  samples: readonly Float32Array[],
): number[] {
  const most = layers.map(() => 0);
  for (const sample of samples) {
    answersOf(layers, sample).forEach((answer, i) => {
      for (const value of answer) most[i] = Math.max(most[i]!, Math.abs(value));
    });
  }
  return most.map((value, i) =>
    i === layers.length - 1 ? ANSWER_SCALE : Math.max(1e-5, HEADROOM * value / HIDDEN_MAX)
  );
}
