import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PARTS, type PartSet, partsOf, readPart } from "../../../scripts/parts/corpus.ts";
import { idOf, RECIPES, setOf } from "../../../scripts/parts/recipes.ts";
import { SHAPES } from "../../../scripts/parts/shapes.ts";
import { measured } from "../../../scripts/parts/slice.ts";

const corpus = suite("scripts/parts corpus");
const MODEL_SETS: PartSet[] = ["train", "calibrate", "evaluate"];

corpus("no model serves two sets, the demo's included", () => {
  const setsOf = new Map<string, Set<PartSet>>();
  for (const { id, set } of PARTS) {
    const model = id.split("-")[0]!;
    setsOf.set(model, (setsOf.get(model) ?? new Set()).add(set));
  }
  for (const [model, sets] of setsOf) assert.is(sets.size, 1, model);
});

corpus("each recipe made one part of its model's set", () => {
  assert.is(new Set(PARTS.map(({ id }) => id)).size, PARTS.length);
  for (const recipe of RECIPES) {
    const part = PARTS.find(({ id }) => id === idOf(recipe));
    assert.is(part?.set, setOf(recipe), idOf(recipe));
  }
  assert.is(PARTS.length, RECIPES.length + partsOf("demo").length);
});

corpus("no two models have the same triangles", () => {
  const seen = new Set(
    Object.values(SHAPES).map(({ triangles }) => JSON.stringify(triangles())),
  );
  assert.is(seen.size, Object.keys(SHAPES).length);
});

for (const set of MODEL_SETS) {
  corpus(`${set} has short, long and first prints from more than one slicer`, () => {
    const parts = partsOf(set);
    const long = parts.filter(({ filamentM, minutes }) => filamentM >= 5 && minutes <= 80);
    assert.ok(parts.length >= (set === "evaluate" ? 12 : 6));
    assert.ok(new Set(parts.map(({ slicer }) => slicer)).size >= 2);
    assert.ok(long.length >= (set === "evaluate" ? 3 : 1));
    assert.ok(parts.some(({ calibrates, minutes }) => calibrates && minutes >= 6 && minutes <= 10));
  });
}

corpus("at least six parts of evaluate print within eight minutes", () => {
  const short = partsOf("evaluate").filter(({ minutes, calibrates }) => minutes < 8 && !calibrates);
  assert.ok(short.length >= 6, `${short.length}`);
});

corpus("each part is what the list says it is", async () => {
  for (const part of PARTS) {
    const gcode = await readPart(part);
    const { filamentM, minutes } = measured(gcode);
    assert.is(filamentM, part.filamentM, part.id);
    assert.is(minutes, part.minutes, part.id);
  }
});

corpus(
  "a first print has the fan off, half and full, and at least three rates of flow",
  async () => {
    for (const part of PARTS.filter(({ calibrates }) => calibrates)) {
      const gcode = await readPart(part);
      for (const wanted of ["M106 S127", "M106 S255", "M107"]) {
        assert.ok(gcode.split(wanted).length > 3, `${part.id} ${wanted}`);
      }
      const speeds = new Set(gcode.match(/^G1 F\d+$/gm));
      assert.ok(speeds.size >= 3, `${part.id}: ${[...speeds]}`);
    }
  },
);

corpus("packed parts hold neither date nor time", async () => {
  for (const { file } of PARTS.filter(({ file }) => file.endsWith(".gz"))) {
    const bytes = await Deno.readFile(new URL(`../../../scripts/parts/${file}`, import.meta.url));
    assert.equal([...bytes.subarray(4, 8)], [0, 0, 0, 0], file);
  }
});

corpus.run();
