import { createHash } from "node:crypto";
import { z } from "zod";
import { ok, refused, type Result } from "../../shared/result.ts";
import { NetworkMetadata } from "./metadata.ts";

/** Neither of a model's two files is larger, bytes: the guard's memory is small. */
const MODEL_JSON_BYTES_MAX = 65_536;
const WEIGHTS_BYTES_MAX = 131_072;
/** A layer is no wider than this: sums of products must fit 32 bits. */
export const WIDTH_MAX = 1024;

const Activation = z.enum(["linear", "relu"]);
export type Activation = z.infer<typeof Activation>;

const width = z.int().min(1).max(WIDTH_MAX);

const DenseConfig = z.looseObject({
  name: z.string().min(1).max(60),
  units: width,
  activation: Activation,
  use_bias: z.literal(true),
  batch_input_shape: z.tuple([z.null(), width]).optional(),
});

const Topology = z.looseObject({
  class_name: z.literal("Sequential"),
  config: z.looseObject({
    name: z.string().max(60),
    layers: z.array(z.strictObject({ class_name: z.literal("Dense"), config: DenseConfig }))
      .min(1).max(8),
  }),
});

const Quantization = z.strictObject({
  dtype: z.literal("uint8"),
  scale: z.number().positive(),
  min: z.number(),
  original_dtype: z.literal("float32"),
});

const Weight = z.strictObject({
  name: z.string().min(1).max(80),
  shape: z.array(width).min(1).max(2),
  dtype: z.literal("float32"),
  quantization: Quantization.optional(),
});

/** tfjs's layers format, narrowed to what the edge runs: dense layers one after another. */
const ModelJson = z.strictObject({
  format: z.literal("layers-model"),
  generatedBy: z.string().max(80),
  convertedBy: z.string().max(80).nullable(),
  modelTopology: Topology,
  weightsManifest: z.tuple([
    z.strictObject({ paths: z.tuple([z.literal("weights.bin")]), weights: z.array(Weight) }),
  ]),
  userDefinedMetadata: NetworkMetadata,
});
type ModelJson = z.infer<typeof ModelJson>;

/** One dense layer as it is stored: `inputs × units` bytes, row-major, zero at 128. */
export interface StoredLayer {
  name: string;
  inputs: number;
  units: number;
  activation: Activation;
  kernel: Uint8Array;
  kernelScale: number;
  bias: Float32Array;
}

/** A network's artefact: tfjs's own files, checked, and what training said of it. */
export interface Artefact {
  layers: readonly StoredLayer[];
  metadata: NetworkMetadata;
  /** SHA-256 of both files, hexadecimal: names this model in presence and deviations. */
  digest: string;
  /** The two files as they are, for tfjs. */
  modelJson: string;
  weights: Uint8Array;
}

/** SHA-256 over a model's two files, hexadecimal. */
export function artefactDigest(modelJson: string, weights: Uint8Array): string {
  return createHash("sha256").update(modelJson).update("\0").update(weights).digest("hex");
}

/**
 * Reads a model's two files, strictly: form, shapes, sizes, zero points and the weights' digest.
 *
 * @param name the model's name in the message of a refusal
 */
export function decodeArtefact(
  name: string,
  modelJson: string,
  weights: Uint8Array,
): Result<Artefact> {
  const problem = (required: string, got: string) =>
    refused(`Cannot read model '${name}': ${required} was required, got ${got}`);
  if (modelJson.length > MODEL_JSON_BYTES_MAX) {
    return problem(`a model.json of ${MODEL_JSON_BYTES_MAX} bytes at most`, `${modelJson.length}`);
  }
  if (weights.length > WEIGHTS_BYTES_MAX) {
    return problem(`a weights.bin of ${WEIGHTS_BYTES_MAX} bytes at most`, `${weights.length}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(modelJson);
  } catch (error) {
    return problem("JSON", error instanceof Error ? error.message : String(error));
  }
  const checked = ModelJson.safeParse(parsed);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return problem(`tfjs's layers format with our metadata`, `at '${path.join(".")}': ${message}`);
  }
  const metadata = checked.data.userDefinedMetadata;
  const found = createHash("sha256").update(weights).digest("hex");
  if (found !== metadata.weightsDigest) {
    return problem(`a weights.bin with digest ${metadata.weightsDigest}`, found);
  }
  const layers = layersOf(checked.data, weights);
  if (typeof layers === "string") return refused(`Cannot read model '${name}': ${layers}`);
  const fits = shapesFit(layers, metadata);
  if (fits !== null) return refused(`Cannot read model '${name}': ${fits}`);
  return ok({ layers, metadata, digest: artefactDigest(modelJson, weights), modelJson, weights });
}

/** Cuts weights.bin into layers; a sentence where it doesn't fit. */
function layersOf(model: ModelJson, bytes: Uint8Array): StoredLayer[] | string {
  const { weights } = model.weightsManifest[0];
  const dense = model.modelTopology.config.layers.map(({ config }) => config);
  if (weights.length !== 2 * dense.length) {
    return `a kernel and a bias for each of ${dense.length} layers was required, got ` +
      `${weights.length} weights`;
  }
  const layers: StoredLayer[] = [];
  let at = 0;
  let inputs = dense[0]?.batch_input_shape?.[1] ?? 0;
  for (const [i, { name, units, activation }] of dense.entries()) {
    const kernel = weights[2 * i]!, bias = weights[2 * i + 1]!;
    const issue = weightIssue(name, inputs, units, kernel, bias);
    if (issue !== null) return issue;
    const kernelBytes = bytes.slice(at, at += inputs * units);
    const biasBytes = bytes.slice(at, at += 4 * units);
    if (biasBytes.length < 4 * units) return `weights.bin ends within layer '${name}'`;
    const view = new DataView(biasBytes.buffer);
    const floats = Float32Array.from({ length: units }, (_, o) => view.getFloat32(4 * o, true));
    if (!floats.every(Number.isFinite)) return `finite biases were required in layer '${name}'`;
    const kernelScale = kernel.quantization!.scale;
    layers.push({
      name,
      inputs,
      units,
      activation,
      kernel: kernelBytes,
      kernelScale,
      bias: floats,
    });
    inputs = units;
  }
  if (at !== bytes.length) {
    return `a weights.bin of ${at} bytes was required, got ${bytes.length}`;
  }
  return layers;
}

function weightIssue(
  layer: string,
  inputs: number,
  units: number,
  kernel: z.infer<typeof Weight>,
  bias: z.infer<typeof Weight>,
): string | null {
  if (kernel.name !== `${layer}/kernel` || kernel.shape.join() !== `${inputs},${units}`) {
    return `'${layer}/kernel' of ${inputs} × ${units} was required, got '${kernel.name}' of ` +
      kernel.shape.join(" × ");
  }
  if (bias.name !== `${layer}/bias` || bias.shape.join() !== `${units}`) {
    return `'${layer}/bias' of ${units} was required, got '${bias.name}' of ${bias.shape}`;
  }
  const { quantization } = kernel;
  if (!quantization || bias.quantization) {
    return `a quantised kernel and a plain bias were required in layer '${layer}'`;
  }
  const { scale, min } = quantization;
  // Zero has to be one of the 256 values, or the stored bytes wouldn't be our integers.
  if (Math.abs(min + 128 * scale) > 1e-6 * scale) {
    return `a zero at 128 (min −128 × scale) was required in layer '${layer}', got min ${min}`;
  }
  return null;
}

function shapesFit(layers: readonly StoredLayer[], metadata: NetworkMetadata): string | null {
  const { inputs, integer } = metadata;
  const first = layers[0]!.inputs;
  if (inputs.length * metadata.steps !== first) {
    return `${metadata.steps} × ${inputs.length} declared inputs were required to be ${first}`;
  }
  if (integer.outScales.length !== layers.length) {
    return `a scale for each of ${layers.length} layers was required, got ` +
      `${integer.outScales.length}`;
  }
  return null;
}
