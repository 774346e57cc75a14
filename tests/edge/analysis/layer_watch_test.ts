import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis } from "../../../edge/analysis.ts";
import { EVIDENCE_BYTES_MAX } from "../../../shared/deviation.ts";
import { cellDiffers, LayerMap } from "../../../shared/layer_map.ts";
import { findingsOf, FRONT_MM, LEFT_MM, mapsOf, plate, sending, type Tamper } from "./layer_job.ts";
import { BRACKET, NOTHING_KNOWN, print, referenceOf, run, threats } from "./runs.ts";

const BRACKET_JOB = referenceOf(BRACKET);
const test = suite("the map of a layer under attack");

/** A hole of 4 × 3 mm, 8 mm from the left and 6 mm from the front, in the third and fourth layer. */
const HOLE = { left: LEFT_MM + 8, right: LEFT_MM + 12, front: FRONT_MM + 6, back: FRONT_MM + 9 };
function hole(what: "no-filament" | "gone", layers: number[] = [2, 3]): Tamper {
  return ({ layer, xMm, yMm }) => {
    const inside = xMm > HOLE.left && xMm < HOLE.right && yMm > HOLE.front && yMm < HOLE.back;
    return layers.includes(layer) && inside ? what : null;
  };
}

/** The places of a map's cells that differ, mm from the bed's origin. */
function placesOff(map: LayerMap): { xMm: number; yMm: number; planned: number; seen: number }[] {
  const { widthCells, cellMm, leftMm = 0, frontMm = 0 } = map;
  return map.planned.flatMap((planned, at) => {
    const seen = map.seen[at]!;
    if (!cellDiffers(planned, seen)) return [];
    const xMm = leftMm + (at % widthCells + 0.5) * cellMm;
    return [{ xMm, yMm: frontMm + (Math.floor(at / widthCells) + 0.5) * cellMm, planned, seen }];
  });
}

for (const what of ["no-filament", "gone"] as const) {
  test(`a void (${what}) is missing exactly where it is`, () => {
    const maps = mapsOf(findingsOf(plate(20, 5), plate(20, 5, hole(what))));
    const map = LayerMap.parse(maps.at(-1));
    assert.is(map.extent, "layer");
    assert.is(map.layer, 2);
    assert.equal([map.widthCells, map.heightCells, map.cellMm], [20, 20, 1]);
    const off = placesOff(map);
    // Where lines are left out, the next one's filament is drawn out over their place.
    const drawnOutMm = what === "gone" ? 1 : 0;
    assert.is(off.length, 3 * (4 + drawnOutMm));
    for (const { xMm, yMm, planned, seen } of off) {
      assert.ok(xMm > HOLE.left && xMm < HOLE.right + drawnOutMm, `${xMm}`);
      assert.ok(yMm > HOLE.front && yMm < HOLE.back, `${yMm}`);
      assert.ok(planned > 100 && seen <= planned / 4, `${planned} and ${seen}`);
    }
    const same = map.planned.filter((planned, at) => Math.abs(planned - map.seen[at]!) <= 2);
    assert.is(same.length, 400 - off.length);
  });
}

test("while its layer is being printed the map says so, and it is whole as soon as that has ended", () => {
  const findings = findingsOf(plate(20, 5), plate(20, 5, hole("no-filament")));
  const [first, second] = mapsOf(findings);
  assert.is(first!.extent, "so-far");
  assert.ok(first!.seen.slice(0, 60).every((cell) => cell > 0));
  assert.ok(first!.seen.slice(-200).every((cell) => cell === 0), "the back isn't printed yet");
  assert.ok(first!.planned.every((cell) => cell > 0), "all of it is planned");
  assert.is(second!.extent, "layer");
  const told = findings.filter(({ evidence }) => evidence.layerMap === second);
  assert.is(told[0]!.phase, "updated");
});

test("a hole in a large layer is shown by itself, in cells fine enough", () => {
  const maps = mapsOf(findingsOf(plate(60, 4), plate(60, 4, hole("gone"))));
  const map = maps.at(-1)!;
  assert.is(map.extent, "part");
  assert.ok(map.cellMm <= 2 && map.widthCells <= 24 && map.heightCells <= 24);
  const off = placesOff(map);
  assert.ok(off.length >= 2 && off.length <= 8, `${off.length}`);
  for (const { xMm, yMm } of off) {
    assert.ok(xMm > HOLE.left - 1 && xMm <= HOLE.right + 1, `${xMm}`);
    assert.ok(yMm > HOLE.front - 1 && yMm < HOLE.back + 1, `${yMm}`);
  }
});

test("of several layers the worst one stays", () => {
  const tamper: Tamper = (at) =>
    hole("no-filament", [1, 3])(at) ??
      (at.layer === 2 && at.yMm < FRONT_MM + 10 ? "no-filament" : null);
  const map = mapsOf(findingsOf(plate(20, 5), plate(20, 5, tamper))).at(-1)!;
  assert.is(map.layer, 2);
  assert.is(placesOff(map).length, 200);
});

test("a layer that begins without filament isn't taken for the one before it", () => {
  const tamper: Tamper = ({ layer, yMm }) =>
    layer === 2 && yMm < FRONT_MM + 10 ? "no-filament" : null;
  const [first, ...later] = mapsOf(findingsOf(plate(20, 5), plate(20, 5, tamper)));
  assert.is(first!.extent, "so-far");
  assert.ok(first!.seen.every((cell) => cell === 0), "nothing is printed yet");
  const off = placesOff(later.at(-1)!);
  assert.is(off.length, 200);
  assert.ok(off.every(({ yMm }) => yMm < FRONT_MM + 10));
});

test("less filament everywhere is seen everywhere", () => {
  const { seen } = print(3, [{ id: "A06", atS: 60, size: -50, forS: 60 }]);
  const findings = run({ ...NOTHING_KNOWN, reference: BRACKET_JOB }, seen).findings;
  const map = mapsOf(findings).at(-1)!;
  const sum = (cells: number[]) => cells.reduce((total, cell) => total + cell, 0);
  const share = sum(map.seen) / sum(map.planned);
  assert.ok(share > 0.45 && share < 0.56, `${share}`);
});

test("without a registered job there is only what was seen", () => {
  const { seen } = print(3, [{ id: "A06", atS: 60, size: -50, forS: 60 }]);
  const maps = mapsOf(threats(run(NOTHING_KNOWN, seen).findings));
  assert.ok(maps.length > 0);
  for (const map of maps) {
    assert.equal(map.planned, []);
    assert.ok(map.seen.some((cell) => cell > 0));
  }
  assert.is(maps.at(-1)!.extent, "layer");
});

test("a job registered without maps is held against its lines, and shown as far as it is known", () => {
  const job = plate(20, 5);
  const reference = referenceOf(job.join("\n"));
  const analysis = createAnalysis({
    ...NOTHING_KNOWN,
    reference: { ...reference, planned: () => null },
  });
  const state = analysis.init(null);
  const sent = sending(plate(20, 5, hole("no-filament")));
  const maps = mapsOf(sent.flatMap((one) => analysis.step(state, one)));
  assert.equal(maps.at(-1)!.planned, []);
});

test("a clean print has no map, and another job is held against the plan at its height", () => {
  assert.equal(findingsOf(plate(20, 5), plate(20, 5)), []);
  const other = plate(20, 5).map((line) => line.replace(/^G1 X1(\d\d)/, "G1 X2$1"));
  const swapped = mapsOf(findingsOf(plate(20, 5), other));
  assert.ok(swapped.length > 0);
  const map = swapped.at(-1)!;
  assert.ok(map.planned.some((cell) => cell > 0) && map.seen.some((cell) => cell > 0));
  assert.ok(map.planned.every((cell, at) => cell === 0 || map.seen[at] === 0), "apart on the bed");
});

test("a map survives that the agent stops and goes on in the middle of the layer", () => {
  const job = plate(20, 5), reference = referenceOf(job.join("\n"));
  const sent = sending(plate(20, 5, hole("no-filament")));
  const analysis = createAnalysis({ ...NOTHING_KNOWN, reference });
  let state = analysis.init(null);
  const maps = sent.flatMap((one, at) => {
    if (at % 500 === 499) {
      const restored = analysis.restore(JSON.parse(JSON.stringify(analysis.snapshot(state))));
      if (!restored.ok) throw new Error(restored.issue);
      state = analysis.init(restored.value);
    }
    return mapsOf(analysis.step(state, one));
  });
  assert.equal(maps.at(-1), mapsOf(findingsOf(job, plate(20, 5, hole("no-filament")))).at(-1));
});

test("no map fills more than two thirds of a message's evidence", () => {
  for (const side of [5, 23, 24, 60, 110]) {
    const everyOther: Tamper = ({ layer, xMm }) =>
      layer === 1 && xMm % 2 > 1 ? "no-filament" : null;
    for (const map of mapsOf(findingsOf(plate(side, 3), plate(side, 3, everyOther)))) {
      LayerMap.parse(map);
      assert.ok(JSON.stringify(map).length < EVIDENCE_BYTES_MAX * 2 / 3);
    }
  }
});

test("what came before the layer costs nothing to remember", () => {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  for (const one of sending(plate(110, 2))) analysis.step(state, one);
  const { now, before } = state.layers.grids;
  assert.ok(now.grid.keys.length <= 5000 && (before?.grid.keys.length ?? 0) <= 5000);
  assert.ok(now.grid.cellMm >= 2, "110 mm are too many cells of 1 mm");
});

test.run();
