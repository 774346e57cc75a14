import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WIDTH_MAX } from "../../../edge/network/artefact.ts";
import { HIDDEN_MAX, integerLayers } from "../../../edge/network/integer_layers.ts";
import { integerRunTypescript } from "../../../edge/network/integer_typescript.ts";
import { integerRunWasm } from "../../../edge/network/integer_wasm.ts";
import { integerNetwork } from "../../../edge/network/network.ts";
import { tfjsNetwork } from "../../../edge/network/tfjs_shell.ts";
import { wasmKernel } from "../../../edge/network/wasm_kernel.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { artefactOf, randomInput } from "./fixture.ts";

const integer = suite("integer run time");

const SHAPES = [[8, 4], [13, 7, 2], [256, 64, 16, 64, 256], [448, 64, 16, 3], [1, 1], [100, 33, 5]];

for (const widths of SHAPES) {
  integer(`gives the very same integers with and without WebAssembly: ${widths.join("-")}`, () => {
    const layers = integerLayers(artefactOf(3, widths));
    const plain = integerRunTypescript(layers), wasm = integerRunWasm(layers);
    assert.ok(wasm !== null);
    const random = new Random(5);
    for (let i = 0; i < 100; i++) {
      const input = randomInput(random, widths[0]!);
      assert.equal([...wasm(input)], [...plain(input)]);
    }
    for (const edge of [-127, 0, 127]) {
      const input = new Int8Array(widths[0]!).fill(edge);
      assert.equal([...wasm(input)], [...plain(input)]);
    }
  });
}

integer("clamps as the plain run does where sums are far too large", () => {
  const widths = [64, 8, 2];
  const layers = integerLayers(artefactOf(1, widths)).map((layer) => ({ ...layer, shift: 2 }));
  const plain = integerRunTypescript(layers), wasm = integerRunWasm(layers)!;
  const random = new Random(2);
  for (let i = 0; i < 50; i++) {
    const input = randomInput(random, 64);
    assert.equal([...wasm(input)], [...plain(input)]);
  }
});

integer("holds the widest layer's largest sum in 32 bits", () => {
  const [layer] = integerLayers(artefactOf(1, [8, 1]));
  const widest = {
    ...layer!,
    inputs: WIDTH_MAX,
    paddedInputs: WIDTH_MAX,
    weights: new Int8Array(WIDTH_MAX).fill(127),
    bias: Int32Array.of(2 ** 28),
    multiplier: 2 ** 22 - 1,
    shift: 40,
  };
  const whole = BigInt(WIDTH_MAX) * 127n * BigInt(HIDDEN_MAX) + 2n ** 28n;
  const exact = Number((whole * BigInt(widest.multiplier) + 2n ** 39n) >> 40n);
  const input = new Int16Array(WIDTH_MAX).fill(HIDDEN_MAX);
  assert.equal([...integerRunTypescript([widest])(input)], [exact]);
  assert.equal([...integerRunWasm([widest])!(input)], [exact]);
});

integer("answers anew for each input, and leaves the input alone", () => {
  const network = integerNetwork(artefactOf(4, [32, 16, 3]));
  const a = new Int8Array(32).fill(40), b = new Int8Array(32).fill(-40);
  const first = [...network.run(a)];
  network.run(b);
  assert.equal([...network.run(a)], first);
  assert.ok(a.every((value) => value === 40));
});

integer("stays close to the same artefact in floats through tfjs", async () => {
  const artefact = artefactOf(9, [448, 64, 16, 3]);
  const whole = integerNetwork(artefact), floats = await tfjsNetwork(artefact);
  const random = new Random(11);
  let off = 0, size = 0;
  for (let i = 0; i < 60; i++) {
    const input = randomInput(random, 448);
    const mine = [...whole.run(input)], theirs = [...floats.run(input)];
    mine.forEach((value, o) => {
      off += (value - theirs[o]!) ** 2;
      size += theirs[o]! ** 2;
    });
  }
  assert.ok(Math.sqrt(off / size) < 0.003, `${Math.sqrt(off / size)}`);
});

integer("has a kernel of a few hundred bytes that validates", () => {
  const kernel = wasmKernel(1);
  assert.ok(WebAssembly.validate(kernel));
  assert.ok(kernel.length < 400, `${kernel.length}`);
});

integer.run();
