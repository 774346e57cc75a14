import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LayerMap } from "../../../../shared/layer_map.ts";
import { makeEffects, nextMove } from "../../../../edge/gcode/effects.ts";
import {
  addCells,
  initLayerCells,
  mapOfLayer,
} from "../../../../edge/twin/extrusion/layer_cells.ts";

const test = suite("layer cells");

/** Lines of 20 mm along X, `count` of them 1 mm apart, 1 mm of filament each, on one layer. */
function lines(count: number, layer = 3) {
  const cells = initLayerCells();
  const effects = makeEffects();
  for (let line = 0; line < count; line++) {
    effects.moveCount = 0;
    const move = nextMove(effects);
    const along = { xMm: 120, yMm: 80 + line, dxMm: 20, dyMm: 0, lengthMm: 20 };
    Object.assign(move, { ...along, extrudedMm: 1, layer, certain: true });
    addCells(cells, effects, 150);
  }
  return cells;
}

test("what passed whole is seen as planned", () => {
  const map = LayerMap.parse(mapOfLayer(lines(20), () => 1));
  assert.is(map.layer, 3);
  assert.is(map.widthCells, 10);
  assert.is(map.heightCells, 10);
  assert.equal(map.planned, map.seen);
  assert.is(Math.max(...map.planned), 255);
});

test("what is missing from one place on is missing there", () => {
  const map = mapOfLayer(lines(20), (atMm) => atMm > 10 ? 0.5 : 1)!;
  const { widthCells, planned, seen } = map;
  assert.is(seen[0], planned[0]);
  const last = planned.length - widthCells / 2;
  assert.ok(Math.abs(seen[last]! - planned[last]! / 2) <= 1);
});

test("what hasn't been pushed yet isn't on the map", () => {
  const map = mapOfLayer(lines(20), (atMm) => atMm > 10 ? null : 1)!;
  assert.is(map.heightCells, 5);
  assert.is(mapOfLayer(lines(20), () => null), null);
});

test("a large layer becomes a coarse map that fits the contract", () => {
  const map = LayerMap.parse(mapOfLayer(lines(200), () => 1));
  assert.ok(map.widthCells <= 24 && map.heightCells <= 24);
  assert.ok(JSON.stringify(map).length < 6000);
});

test("a new layer begins an empty map, and a single huge move is none", () => {
  const cells = lines(5, 3);
  const effects = makeEffects();
  const move = nextMove(effects);
  Object.assign(move, { dxMm: 1, dyMm: 0, lengthMm: 1, extrudedMm: 900, layer: 4 });
  addCells(cells, effects, 150);
  assert.is(cells.layer, 3);
  Object.assign(move, { extrudedMm: 0.1 });
  addCells(cells, effects, 150);
  assert.is(cells.layer, 4);
  assert.is(cells.pieces.length, 1);
});

test.run();
