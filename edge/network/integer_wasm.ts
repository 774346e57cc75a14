import { type IntegerLayer, LANES } from "./integer_layers.ts";
import type { IntegerRun } from "./integer_typescript.ts";
import { wasmKernel } from "./wasm_kernel.ts";

const PAGE_BYTES = 65_536;
const ALIGNED = 16;

type Dense = (
  x: number,
  w: number,
  bias: number,
  y: number,
  blocks: number,
  units: number,
  multiplier: number,
  shift: number,
  low: number,
  high: number,
) => void;

/** Where a layer's parts lie in the module's memory, bytes. */
interface Placed {
  layer: IntegerLayer;
  w: number;
  bias: number;
  y: number;
}

/**
 * Integer layers on WebAssembly SIMD: the same integers as the plain run, several times as fast.
 * Compiled at once and held by what it returns.
 *
 * @returns null where the machine's WebAssembly has no SIMD
 */
export function integerRunWasm(layers: readonly IntegerLayer[]): IntegerRun | null {
  const inputBytes = 2 * layers[0]!.paddedInputs;
  const { placed, bytes } = place(layers, inputBytes);
  const kernel = wasmKernel(Math.ceil(bytes / PAGE_BYTES));
  if (!WebAssembly.validate(kernel)) return null;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernel));
  const { buffer } = exports.memory as WebAssembly.Memory;
  const dense = exports.dense as Dense;
  for (const { layer, w, bias } of placed) {
    new Int8Array(buffer, w, layer.weights.length).set(layer.weights);
    new Int32Array(buffer, bias, layer.bias.length).set(layer.bias);
  }
  const input = new Int16Array(buffer, 0, layers[0]!.inputs);
  const last = placed.at(-1)!;
  const output = new Int16Array(buffer, last.y, last.layer.units);
  return (from) => {
    input.set(from);
    let x = 0;
    for (const { layer, w, bias, y } of placed) {
      const { paddedInputs, units, multiplier, shift, low, high } = layer;
      dense(x, w, bias, y, paddedInputs / LANES, units, multiplier, shift, low, high);
      x = y;
    }
    return output;
  };
}

function place(
  layers: readonly IntegerLayer[],
  inputBytes: number,
): { placed: Placed[]; bytes: number } {
  let at = 0;
  const take = (bytes: number) => {
    const here = at;
    at += Math.ceil(bytes / ALIGNED) * ALIGNED;
    return here;
  };
  take(inputBytes);
  const placed = layers.map((layer) => {
    const w = take(layer.weights.length);
    const bias = take(4 * layer.units);
    // Padded, so that the next layer's last block reads zeros.
    const y = take(2 * Math.ceil(layer.units / LANES) * LANES);
    return { layer, w, bias, y };
  });
  return { placed, bytes: at };
}
