import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { LayerMap } from "../../../shared/layer_map.ts";
import { LayerMapFigure } from "../../../cloud/console/plot/layer_map.tsx";
import { layerWords, sidesOf } from "../../../cloud/console/plot/layer_words.ts";

const test = suite("the picture of a layer");

/** A layer of 4 × 3 cells of 2 mm at 100, 60; nothing in its second row's third cell. */
function layerMap(more: Partial<LayerMap> = {}): LayerMap {
  const planned = Array<number>(12).fill(170);
  const seen = planned.map((value, at) => at === 6 ? 0 : value);
  const grid = { layer: 7, widthCells: 4, heightCells: 3, cellMm: 2, leftMm: 100, frontMm: 60 };
  return { ...grid, extent: "layer", planned, seen, ...more };
}

const html = (map: LayerMap) => String(LayerMapFigure({ map }));

test("a void is told with its place on the bed and its share of the filament", () => {
  assert.is(
    layerWords(layerMap()),
    "1 cell with less filament than planned, X 104 to 106 and Y 62 to 64 mm; " +
      "92 % of the planned filament.",
  );
});

test("more and less are told apart", () => {
  const seen = layerMap().planned.map((value, at) => at < 2 ? 250 : at === 11 ? 20 : value);
  const map = layerMap({ seen, extent: "part" });
  assert.equal(sidesOf(map).filter((side) => side === "more").length, 2);
  assert.match(
    layerWords(map),
    /^1 cell with less filament and 2 cells with more than planned, X 100/,
  );
  assert.match(layerWords(map), /in this part of the layer\.$/);
});

test("rounding at the edges of cells is no difference", () => {
  const seen = layerMap().planned.map((value, at) => value + (at % 2 === 0 ? 20 : -20));
  assert.match(layerWords(layerMap({ seen })), /^Every cell is about as planned; in all 100 %/);
  assert.not.match(html(layerMap({ seen })), /difference/);
});

test("a layer under way is not called short of anything", () => {
  const map = layerMap({ extent: "so-far" });
  assert.equal(sidesOf(map), []);
  assert.match(html(map), /still being printed: what is missing may yet come/);
  assert.not.match(html(map), /difference/);
});

test("without a registered job only what was seen is shown, and it says so", () => {
  const map = layerMap({ planned: [] });
  assert.match(html(map), /No registered job says what this layer should look like/);
  assert.not.match(html(map), /planned against seen|as planned|difference/);
  assert.match(html(map), /aria-label="Layer 7 as seen: filament in 11 of 12 cells"/);
});

test("each grid says in words what it shows, and signs stand beside colours", () => {
  const page = html(layerMap());
  assert.match(page, /aria-label="Layer 7 as planned: filament in 12 of 12 cells"/);
  assert.match(page, /aria-label="How layer 7 differs: 1 cell with less filament/);
  assert.match(page, /class="sign" d="M2 1m.2.46h.52"/);
});

test("the front of the bed is below", () => {
  const first = Array.from({ length: 12 }, (_, at) => at === 0 ? 255 : 0);
  assert.match(html(layerMap({ planned: [], seen: first })), /d="M0 2h/);
});

test("a map of other lengths than it says, or of nothing, breaks no page", () => {
  for (const cells of [[], [255], Array<number>(1024).fill(255)]) {
    html(layerMap({ planned: cells }));
    html(layerMap({ seen: cells }));
    assert.ok(html(layerMap({ planned: cells, seen: [] })).includes("</figure>"));
  }
  const nothing = Array<number>(12).fill(0);
  assert.match(layerWords(layerMap({ planned: nothing })), /more than nothing of the planned/);
});

test("the largest map is a small part of a page", () => {
  const cells = Array.from({ length: 1024 }, (_, at) => at % 256);
  const map = layerMap({
    widthCells: 32,
    heightCells: 32,
    planned: cells,
    seen: cells.toReversed(),
  });
  assert.ok(html(map).length < 120_000, `${html(map).length}`);
});

test.run();
