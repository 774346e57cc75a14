import type { IntegerLayer } from "./integer_layers.ts";

/** Runs integer layers one after another; `input` holds −127…127, the answer is the run's own. */
export type IntegerRun = (input: ArrayLike<number>) => Int16Array;

/** Integer layers in plain TypeScript: where WebAssembly is missing, and as its reference. */
export function integerRunTypescript(layers: readonly IntegerLayer[]): IntegerRun {
  const outputs = layers.map(({ units }) => new Int16Array(units));
  return (input) => {
    let from = input;
    layers.forEach((layer, i) => {
      dense(layer, from, outputs[i]!);
      from = outputs[i]!;
    });
    return outputs.at(-1)!;
  };
}

function dense(layer: IntegerLayer, from: ArrayLike<number>, to: Int16Array): void {
  const { inputs, paddedInputs, units, weights, bias, multiplier, shift, low, high } = layer;
  const half = 2 ** (shift - 1), whole = 2 ** shift;
  for (let o = 0, row = 0; o < units; o++, row += paddedInputs) {
    let sum = bias[o]!;
    for (let i = 0; i < inputs; i++) sum = (sum + weights[row + i]! * from[i]!) | 0;
    // The product stays under 2^53, so that a double holds it exactly, as 64 bits do in WebAssembly.
    const scaled = Math.floor((sum * multiplier + half) / whole);
    to[o] = Math.min(high, Math.max(low, scaled));
  }
}
