import { suite } from "uvu";
import * as assert from "uvu/assert";
import { layerPicture } from "../../../edge/analysis/layer_picture.ts";
import { type CellGrid, keyOf } from "../../../edge/twin/extrusion/cell_grid.ts";

const test = suite("the picture of a layer");

function square(side: number): CellGrid {
  const keys = Array.from(
    { length: side * side },
    (_, at) => keyOf(at % side, Math.floor(at / side)),
  );
  return { cellMm: 1, keys, amounts: keys.map(() => 1000) };
}

test("shows the largest bed whole", () => {
  const map = layerPicture({ layer: 1, planned: null, seen: square(512), whole: true });
  assert.equal([map?.widthCells, map?.heightCells, map?.cellMm], [16, 16, 32]);
});

const seen = square(10);
const strange: [string, CellGrid][] = [
  ["a key is no number", { ...seen, keys: [...seen.keys.slice(1), ",N>3aIP" as never] }],
  ["a key has no end", { ...seen, keys: [...seen.keys.slice(1), Infinity] }],
  ["a key leads far away", { ...seen, keys: [...seen.keys.slice(1), 1e300] }],
  ["cells have no size", { ...seen, cellMm: 0 }],
  ["cells have a negative size", { ...seen, cellMm: -1 }],
];

for (const [what, changed] of strange) {
  test(`comes to an end without one where ${what}, as in a snapshot that somebody changed`, () => {
    const layer = { layer: 1, planned: null, whole: true };
    assert.is(layerPicture({ ...layer, seen: changed }), null);
  });
}

test.run();
