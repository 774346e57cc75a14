import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { openManifest } from "../../../edge/reference/job.ts";
import { cellsOf, PER_MM, placeOf } from "../../../edge/twin/extrusion/cell_grid.ts";
import { plate } from "../analysis/layer_job.ts";
import { manifestOf, partLines, referenceOf, SALT, sentLines } from "./stream.ts";

const test = suite("a job's maps");

const gear = partLines("gear-prusaslicer");
const manifest = manifestOf(gear);
const maps = manifest.maps!;

test("hold the filament of each layer", () => {
  assert.is(maps.layers.length, manifest.layers.length);
  const reference = referenceOf(gear);
  maps.layers.forEach(({ first, zMm }, at) => {
    const { grid } = reference.planned(first, null)!;
    const mm = grid.amounts.reduce((sum, amount) => sum + amount, 0) / PER_MM;
    const { extrudedMm } = manifest.layers[at]!;
    assert.ok(Math.abs(mm / extrudedMm - 1) < 0.01, `${mm} for ${extrudedMm} in layer ${at}`);
    assert.is(zMm, manifest.layers[at]!.zMm);
  });
});

test("are the same for a file and for what a host sends of it", () => {
  assert.equal(manifestOf(sentLines(gear)).maps!.layers.length, maps.layers.length);
  assert.is(manifestOf(sentLines(gear)).maps!.layers[3]!.cells, maps.layers[3]!.cells);
});

test("say where on the bed the filament goes", () => {
  const reference = referenceOf(plate(12, 2));
  const { grid } = reference.planned(10, null)!;
  const places = [...cellsOf(grid, grid.cellMm).keys()].map(placeOf);
  assert.is(places.length, 144);
  assert.ok(places.every(([x, y]) => x >= 100 && x < 112 && y >= 60 && y < 72));
});

test("give the layer of a position, or the one at a height", () => {
  const reference = referenceOf(gear);
  const third = maps.layers[3]!;
  assert.is(reference.planned(third.first, null)!.zMm, third.zMm);
  assert.is(reference.planned(third.first - 1, null)!.zMm, maps.layers[2]!.zMm);
  assert.is(reference.planned(0, third.zMm)!.zMm, third.zMm);
  assert.is(reference.planned(0, 77), null);
  assert.is(reference.planned(1e6, null)!.zMm, maps.layers.at(-1)!.zMm);
});

test("get coarser where they would take too much", () => {
  const large = manifestOf(plate(80, 40)).maps!;
  assert.ok(large.cellMm >= 2);
  const bytes = large.layers.reduce((sum, each) => sum + each.widthCells * each.heightCells, 0);
  assert.ok(bytes <= 150_000, `${bytes}`);
});

test("stay away where nobody wants them", () => {
  const built = buildManifest(gear, { salt: SALT, maps: false });
  if (!built.ok) throw new Error(built.issue);
  assert.is(built.value.maps, undefined);
  assert.ok(openManifest(built.value).ok);
});

test("are refused if they are of another size than they say", () => {
  const [layer, ...rest] = maps.layers;
  const wrong = { ...maps, layers: [{ ...layer!, widthCells: layer!.widthCells + 1 }, ...rest] };
  const opened = openManifest({ ...manifest, maps: wrong });
  assert.not(opened.ok);
  assert.match(opened.ok ? "" : opened.issue, /whole layers were required/);
});

test.run();
