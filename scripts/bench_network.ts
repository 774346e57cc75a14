import { valuesOf } from "./command_line.ts";
import { agreementOf } from "../edge/network/agreement.ts";
import { integerLayers } from "../edge/network/integer_layers.ts";
import { integerRunTypescript } from "../edge/network/integer_typescript.ts";
import { MODELS_FOLDER, readArtefact } from "../edge/network/models_file.ts";
import { integerNetwork } from "../edge/network/network.ts";
import { tfjsNetwork } from "../edge/network/tfjs_shell.ts";
import { heldOutWindows } from "./train/held_out_windows.ts";

const HELP = `Usage: deno task bench network [--json]

One answer of the detector's network, batch of one, by tfjs's layers on its cpu backend and in integers,
the best of seven rounds taken in turn; and how often both come to the same verdict, over windows of
clean and disturbed prints.
`;
const ROUNDS = 7;
const PRINTERS = 12;

/** Measures the network; prints a sentence or JSON. */
export async function benchNetwork(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, { json: { type: "boolean", default: false } });
  if (values === null) return;
  const artefact = await readArtefact(MODELS_FOLDER, "detector");
  if (!artefact.ok) throw new Error(artefact.issue);
  const integer = integerNetwork(artefact.value), tfjs = await tfjsNetwork(artefact.value);
  const plain = integerRunTypescript(integerLayers(artefact.value));
  const windows = await heldOutWindows(PRINTERS);
  const agreement = agreementOf(integer, tfjs, windows);
  let tfjsLayersUs = Infinity, integerUs = Infinity, typescriptUs = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    tfjsLayersUs = Math.min(tfjsLayersUs, timeUs(tfjs.run, windows, 400));
    integerUs = Math.min(integerUs, timeUs(integer.run, windows, 20_000));
    typescriptUs = Math.min(typescriptUs, timeUs(plain, windows, 4000));
  }
  const { modelJson, weights, layers } = artefact.value;
  const figures = {
    tfjsLayersUs: round(tfjsLayersUs),
    integerUs: round(integerUs),
    ratio: round(tfjsLayersUs / integerUs),
    agreement: agreement.same / agreement.windows,
    typescriptUs: round(typescriptUs),
    windows: agreement.windows,
    scoreDifferenceMax: round(agreement.scoreDifferenceMax),
    bytes: modelJson.length + weights.length,
    shape: [layers[0]!.inputs, ...layers.map(({ units }) => units)].join("-"),
  };
  if (values.json) return console.log(JSON.stringify(figures));
  console.log(
    `${figures.shape}, batch 1: ${figures.tfjsLayersUs} µs through tfjs layers, ` +
      `${figures.integerUs} µs in integers (${figures.ratio} times as fast), ` +
      `${figures.typescriptUs} µs without WebAssembly; the same verdict in ` +
      `${agreement.same} of ${agreement.windows} windows`,
  );
}

function timeUs(
  run: (window: ArrayLike<number>) => unknown,
  windows: readonly Int8Array[],
  times: number,
): number {
  const startMs = performance.now();
  for (let i = 0; i < times; i++) run(windows[i % windows.length]!);
  return (performance.now() - startMs) * 1000 / times;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
