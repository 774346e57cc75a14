import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initThinLines, stepThinLines } from "../../../edge/analysis/thin_lines.ts";

const FULL = 0.035, PATH_MM = 10;
const thin = suite("thin lines");

/** Prints a layer of walls, then of infill; how many lines of infill it took to be told, or null. */
function layerOf(
  state: ReturnType<typeof initThinLines>,
  layer: number,
  { wall = FULL, infill = FULL, apartMm = 0, lines = 30, pathMm = PATH_MM },
): number | null {
  for (let i = 0; i < 10; i++) {
    if (stepThinLines(state, { layer, pathMm: PATH_MM, ratio: wall, apartMm: 0.45 })) return 0;
  }
  for (let i = 1; i <= lines; i++) {
    if (stepThinLines(state, { layer, pathMm, ratio: infill, apartMm })) return i;
  }
  return null;
}

thin("tells infill that is thinned from the first layer on in the second one", () => {
  const state = initThinLines();
  assert.is(layerOf(state, 0, { infill: 0.4 * FULL }), null);
  assert.is(layerOf(state, 1, { infill: 0.4 * FULL }), 12);
});

thin("says nothing of walls where infill is as high as three layers", () => {
  const state = initThinLines();
  for (let layer = 0; layer < 4; layer++) assert.is(layerOf(state, layer, {}), null);
  for (let layer = 4; layer < 40; layer++) {
    assert.is(layerOf(state, layer, { infill: layer % 3 ? FULL : 3 * FULL }), null, `${layer}`);
  }
});

thin(
  "says nothing of ironing, of short pieces that fill gaps, nor of bridges of half the flow",
  () => {
    const state = initThinLines();
    const odd = { infill: 0.1 * FULL, apartMm: 0.1 };
    for (let layer = 0; layer < 3; layer++) assert.is(layerOf(state, layer, odd), null);
    assert.is(layerOf(state, 3, { infill: 0.3 * FULL, pathMm: 2 }), null);
    assert.is(layerOf(state, 4, { infill: 0.5 * FULL }), null);
  },
);

thin("stays bounded, whatever comes", () => {
  const state = initThinLines();
  for (let layer = 0; layer < 500; layer++) {
    for (let i = 0; i < 100; i++) {
      stepThinLines(state, { layer, pathMm: 4, ratio: Math.exp(i - 50 + layer / 7), apartMm: 0 });
    }
  }
  assert.ok(JSON.stringify(state).length < 10_000);
});

thin.run();
