import { createHash } from "node:crypto";
import { type Artefact, decodeArtefact } from "../../edge/network/artefact.ts";
import type { NetworkMetadata } from "../../edge/network/metadata.ts";

/** A trained dense layer: kernel [inputs x units], row-major, and bias. */
export interface TrainedLayer {
  name: string;
  inputs: number;
  units: number;
  activation: "linear" | "relu";
  kernel: Float32Array;
  bias: Float32Array;
}

interface Quantised {
  bytes: Uint8Array;
  scale: number;
}

/** A kernel in 8 bits around zero at 128: tfjs's affine form, whose bytes less 128 are int8. */
export function quantise(kernel: Float32Array): Quantised {
  let most = 0;
  for (const weight of kernel) most = Math.max(most, Math.abs(weight));
  const scale = Math.max(most / 127, 1e-9);
  return { bytes: Uint8Array.from(kernel, (weight) => Math.round(weight / scale) + 128), scale };
}

/**
 * Makes an artefact in tfjs's layers format; the same layers and metadata give the same bytes.
 *
 * @throws {Error} if what it made can't be read back
 */
export function makeArtefact(
  name: string,
  layers: readonly TrainedLayer[],
  metadata: Omit<NetworkMetadata, "weightsDigest">,
): Artefact {
  const kernels = layers.map(({ kernel }) => quantise(kernel));
  const weights = join(layers.flatMap(({ bias }, i) => [kernels[i]!.bytes, floatBytes(bias)]));
  const weightsDigest = createHash("sha256").update(weights).digest("hex");
  const model = {
    format: "layers-model",
    generatedBy: "TensorFlow.js tfjs-layers v4.22.0",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name, layers: layers.map(layerConfig) },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [{
      paths: ["weights.bin"],
      weights: layers.flatMap((layer, i) => weightSpecs(layer, kernels[i]!.scale)),
    }],
    userDefinedMetadata: { ...metadata, weightsDigest },
  };
  const artefact = decodeArtefact(name, `${JSON.stringify(model, null, 1)}\n`, weights);
  if (!artefact.ok) throw new Error(artefact.issue);
  return artefact.value;
}

function layerConfig({ name, inputs, units, activation }: TrainedLayer, index: number) {
  const first = index === 0 ? { batch_input_shape: [null, inputs] } : {};
  const config = { name, units, activation, use_bias: true, trainable: true, dtype: "float32" };
  return { class_name: "Dense", config: { ...config, ...first } };
}

function weightSpecs({ name, inputs, units }: TrainedLayer, scale: number) {
  const quantization = { dtype: "uint8", scale, min: -128 * scale, original_dtype: "float32" };
  return [
    { name: `${name}/kernel`, shape: [inputs, units], dtype: "float32", quantization },
    { name: `${name}/bias`, shape: [units], dtype: "float32" },
  ];
}

function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
