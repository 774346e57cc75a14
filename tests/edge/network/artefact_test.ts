import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeArtefact } from "../../../edge/network/artefact.ts";
import { quantise } from "../../../scripts/train/write_artefact.ts";
import { artefactOf } from "./fixture.ts";

const artefact = suite("a network's artefact");
const WIDTHS = [24, 10, 3];
const GOOD = artefactOf(1, WIDTHS);

type Model = {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { weights: Record<string, unknown>[] }[];
  userDefinedMetadata: Record<string, unknown>;
} & Record<string, unknown>;

function changed(change: (model: Model) => void): string {
  const model = JSON.parse(GOOD.modelJson);
  change(model);
  return JSON.stringify(model);
}

function issueOf(modelJson: string, weights = GOOD.weights): string {
  const read = decodeArtefact("m", modelJson, weights);
  return read.ok ? "it was read" : read.issue;
}

artefact("is read back as it was written", () => {
  const read = decodeArtefact("m", GOOD.modelJson, GOOD.weights);
  assert.ok(read.ok);
  assert.equal(read.value.layers.map(({ inputs, units }) => [inputs, units]), [[24, 10], [10, 3]]);
  assert.is(read.value.digest, GOOD.digest);
});

artefact("is the same, byte for byte, for the same layers", () => {
  const again = artefactOf(1, WIDTHS);
  assert.is(again.modelJson, GOOD.modelJson);
  assert.equal(again.weights, GOOD.weights);
  assert.is.not(artefactOf(2, WIDTHS).digest, GOOD.digest);
});

artefact("keeps each weight within half a step", () => {
  const kernel = Float32Array.from([-1.27, 0, 0.5, 1.26]);
  const { bytes, scale } = quantise(kernel);
  bytes.forEach((byte, i) => assert.ok(Math.abs((byte - 128) * scale - kernel[i]!) <= scale / 2));
  assert.is(bytes[1], 128);
});

const BAD: [string, string, RegExp][] = [
  ["text that is no JSON", "{", /JSON/],
  ["another format", changed((m) => m.format = "graph-model"), /at 'format'/],
  [
    "another kind of layer",
    changed((m) => m.modelTopology.config.layers[0]!.class_name = "Conv1D"),
    /class_name/,
  ],
  [
    "an activation that the integers lack",
    changed((m) => m.modelTopology.config.layers[0]!.config.activation = "tanh"),
    /activation/,
  ],
  [
    "a layer wider than its weights",
    changed((m) => m.modelTopology.config.layers[0]!.config.units = 11),
    /'dense1\/kernel' of 24 × 11 was required/,
  ],
  [
    "a zero that isn't at 128",
    changed((m) => (m.weightsManifest[0]!.weights[0]!.quantization as { min: number }).min = -3),
    /zero at 128/,
  ],
  [
    "a key that nobody knows",
    changed((m) => m.userDefinedMetadata.extra = 1),
    /userDefinedMetadata/,
  ],
  ["more declared inputs", changed((m) => m.userDefinedMetadata.steps = 25), /inputs/],
  [
    "a scale too few",
    changed((m) => (m.userDefinedMetadata.integer as { outScales: number[] }).outScales.pop()),
    /scale for each of 2 layers/,
  ],
  ["too large a file", " ".repeat(70_000), /65536 bytes at most/],
];
for (const [what, modelJson, expected] of BAD) {
  artefact(`is refused with ${what}`, () => assert.match(issueOf(modelJson), expected));
}

artefact("is refused with weights that were touched, cut or lengthened", () => {
  const touched = GOOD.weights.slice();
  touched[7]! ^= 1;
  for (const weights of [touched, GOOD.weights.slice(1), new Uint8Array([...GOOD.weights, 0])]) {
    assert.match(issueOf(GOOD.modelJson, weights), /with digest/);
  }
});

artefact.run();
