import type { Artefact, StoredLayer } from "./artefact.ts";

/** SIMD takes eight inputs at a time: rows are padded with zeros. */
export const LANES = 8;
/**
 * Inputs and weights have 8 bits, activations between layers 13 and a sign: at 8 bits too, 16 of
 * 4,661 verdicts were not the floats', at no gain, since the kernel reads 16-bit lanes anyway. So a
 * row of the widest layer stays under 2^31 with its bias, and times the multiplier under 2^53.
 */
export const HIDDEN_MAX = 8191;
const OUTPUT_MAX = 32_767;
const MULTIPLIER_BITS = 22;
const BIAS_MAX = 2 ** 28;

/**
 * A dense layer in integers. With `acc = bias[o] + Σ weights[o][i] · x[i]` in 32 bits its output is
 * `clamp((acc · multiplier + 2^(shift−1)) >> shift, low, high)`.
 */
export interface IntegerLayer {
  inputs: number;
  /** `inputs` rounded up to a multiple of LANES. */
  paddedInputs: number;
  units: number;
  /** Int8Array [units x paddedInputs], row-major: the stored bytes less 128, transposed. */
  weights: Int8Array;
  bias: Int32Array;
  multiplier: number;
  shift: number;
  low: number;
  high: number;
}

/** The layers of an artefact as integers: the same bytes, and fixed-point scales between them. */
export function integerLayers({ layers, metadata }: Artefact): IntegerLayer[] {
  const { inputScale, outScales } = metadata.integer;
  return layers.map((layer, i) => {
    const scaleIn = i === 0 ? inputScale : outScales[i - 1]!;
    return integerLayer(layer, scaleIn, outScales[i]!, i === layers.length - 1);
  });
}

function integerLayer(
  layer: StoredLayer,
  scaleIn: number,
  scaleOut: number,
  last: boolean,
): IntegerLayer {
  const { inputs, units, kernelScale } = layer;
  const paddedInputs = Math.ceil(inputs / LANES) * LANES;
  const weights = new Int8Array(units * paddedInputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < units; o++) {
      weights[o * paddedInputs + i] = layer.kernel[i * units + o]! - 128;
    }
  }
  const scaleAcc = scaleIn * kernelScale;
  const bias = Int32Array.from(layer.bias, (value) => {
    const whole = Math.round(value / scaleAcc);
    return Math.min(BIAS_MAX, Math.max(-BIAS_MAX, whole));
  });
  const high = last ? OUTPUT_MAX : HIDDEN_MAX;
  const low = layer.activation === "relu" ? 0 : -high;
  return {
    inputs,
    paddedInputs,
    units,
    weights,
    bias,
    ...fixedPoint(scaleAcc / scaleOut),
    low,
    high,
  };
}

/** A positive factor as `multiplier · 2^−shift` with a multiplier of 22 bits. */
function fixedPoint(factor: number): { multiplier: number; shift: number } {
  const exponent = Math.floor(Math.log2(factor)) + 1;
  const shift = Math.min(60, Math.max(1, MULTIPLIER_BITS - exponent));
  return { multiplier: Math.round(factor * 2 ** shift), shift };
}
