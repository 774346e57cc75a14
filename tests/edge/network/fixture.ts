import type { Artefact } from "../../../edge/network/artefact.ts";
import type { NetworkMetadata } from "../../../edge/network/metadata.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeArtefact, type TrainedLayer } from "../../../scripts/train/write_artefact.ts";

/** Layers with random weights. */
export function randomLayers(seed: number, widths: readonly number[]): TrainedLayer[] {
  const random = new Random(seed);
  return widths.slice(1).map((units, i) => {
    const inputs = widths[i]!;
    const spread = Math.sqrt(2 / inputs);
    return {
      name: `dense${i + 1}`,
      inputs,
      units,
      activation: i === widths.length - 2 ? "linear" as const : "relu" as const,
      kernel: Float32Array.from({ length: inputs * units }, () => random.gauss() * spread),
      bias: Float32Array.from({ length: units }, () => random.gauss() * 0.1),
    };
  });
}

/** Metadata that fits a network of these widths. */
export function metadataFor(widths: readonly number[]): Omit<NetworkMetadata, "weightsDigest"> {
  const channels = widths[0]! % 7 === 0 ? 7 : 1;
  return {
    version: 1,
    purpose: "detector",
    title: "a network of a test",
    training: {
      command: "none",
      seed: 1,
      sources: "0".repeat(64),
      samples: 0,
      samplePasses: 0,
      leftOut: [],
      decisions: 0,
    },
    inputs: Array.from({ length: channels }, (_, i) => ({ name: `c${i}`, unit: 1, centre: 0 })),
    steps: widths[0]! / channels,
    stepS: 1,
    integer: {
      inputScale: 4 / 127,
      outScales: widths.slice(1).map((_, i) => i === widths.length - 2 ? 1 / 512 : 0.002),
    },
    thresholds: [],
    stacking: null,
    ranges: [],
    figures: {},
  };
}

export function artefactOf(seed: number, widths: readonly number[]): Artefact {
  return makeArtefact("test", randomLayers(seed, widths), metadataFor(widths));
}

/** Inputs −127…127. */
export function randomInput(random: Random, length: number): Int8Array {
  return Int8Array.from(
    { length },
    () => Math.max(-127, Math.min(127, Math.round(random.gauss() * 45))),
  );
}
