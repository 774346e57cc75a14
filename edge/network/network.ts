import type { Artefact } from "./artefact.ts";
import { integerLayers } from "./integer_layers.ts";
import { integerRunTypescript } from "./integer_typescript.ts";
import { integerRunWasm } from "./integer_wasm.ts";

/** What runs a network's arithmetic. */
export type NetworkRuntime = "integer" | "tfjs";

/** A network ready to be asked. */
export interface Network {
  artefact: Artefact;
  runtime: NetworkRuntime;
  /**
   * @param input the artefact's inputs as integers, −127…127, in units of `integer.inputScale`
   * @returns the last layer's answer; the network's own buffer, overwritten by the next call
   */
  run(input: ArrayLike<number>): Float32Array;
}

/** A network in integer arithmetic: WebAssembly SIMD where there is one, else plain TypeScript. */
export function integerNetwork(artefact: Artefact): Network {
  const layers = integerLayers(artefact);
  const run = integerRunWasm(layers) ?? integerRunTypescript(layers);
  const scale = artefact.metadata.integer.outScales.at(-1)!;
  const answer = new Float32Array(layers.at(-1)!.units);
  return {
    artefact,
    runtime: "integer",
    run(input) {
      const whole = run(input);
      for (let i = 0; i < answer.length; i++) answer[i] = whole[i]! * scale;
      return answer;
    },
  };
}
