import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initMachine, makeEffects, stepMachine } from "../../../../edge/gcode/machine.ts";
import { parseLine } from "../../../../edge/gcode/parse_line.ts";
import {
  addFlow,
  flowMmPerS,
  initFlowWindow,
  volumeMm3PerS,
} from "../../../../edge/twin/extrusion/flow_window.ts";
import {
  compareLayer,
  endExtrusion,
  initExtrusion,
  type LayerSummary,
  stepExtrusion,
} from "../../../../edge/twin/extrusion/layer_extrusion.ts";
import type { Planned, PlannedMove } from "../../../../edge/twin/motion/planner.ts";
import { manifestOf, partLines, scaleE, sentLines } from "../../reference/stream.ts";

const extrusion = suite("extrusion twin");

function layersOf(lines: string[]): LayerSummary[] {
  const machine = initMachine(), effects = makeEffects(), twin = initExtrusion();
  const layers: LayerSummary[] = [];
  for (const line of lines) {
    const parsed = parseLine(line);
    if (!parsed.ok) continue;
    stepMachine(machine, parsed.value, effects);
    const ended = stepExtrusion(twin, effects);
    if (ended) layers.push(ended);
  }
  const last = endExtrusion(twin);
  return last ? [...layers, last] : layers;
}

const near = (value: number, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs(value - wanted) <= within, `wanted ${wanted}, got ${value}`);

function moves(...given: [number, number, number][]): Planned {
  const planned = given.map(([startEventS, endEventS, extrudedMm]) => ({
    extrudedMm,
    startEventS,
    endEventS,
  }));
  return { moves: planned as PlannedMove[], count: planned.length };
}

extrusion("averages the filament over its window", () => {
  const flow = initFlowWindow(2);
  addFlow(flow, moves([0, 10, 20]));
  near(flowMmPerS(flow, 5), 2);
  near(flowMmPerS(flow, 11), 1);
  near(flowMmPerS(flow, 12), 0);
  near(volumeMm3PerS(initFlowWindow(), 1), 0);
});

extrusion("gives the volume by the filament's diameter", () => {
  const flow = initFlowWindow(1, 2.85);
  addFlow(flow, moves([0, 4, 4]));
  near(volumeMm3PerS(flow, 2), Math.PI * 1.425 ** 2, 1e-9);
});

extrusion("lets a retraction and its way back cancel out", () => {
  const flow = initFlowWindow(2);
  addFlow(flow, moves([0, 1, 3], [1, 1.05, -2], [1.5, 1.55, 2]));
  near(flowMmPerS(flow, 2), 1.5);
  assert.is(flowMmPerS(initFlowWindow(), 5), 0);
  const drawn = initFlowWindow(1);
  addFlow(drawn, moves([0, 0.1, -3]));
  assert.is(flowMmPerS(drawn, 0.5), 0);
});

extrusion("keeps its memory bounded", () => {
  const flow = initFlowWindow(2);
  for (let at = 0; at < 20_000; at++) addFlow(flow, moves([at * 0.001, at * 0.001 + 0.001, 0.1]));
  assert.ok(flow.pieces.length <= 4096);
  flowMmPerS(flow, 1000);
  assert.is(flow.pieces.length, 0);
});

for (const part of ["bracket-prusaslicer", "bracket-cura", "gear-prusaslicer", "gear-cura"]) {
  extrusion(`sums each layer of ${part} as its manifest has it`, () => {
    const manifest = manifestOf(partLines(part));
    const layers = layersOf(partLines(part));
    assert.is(layers.length, manifest.layers.length);
    layers.forEach((layer, at) => {
      const { extruded, path, retractions } = compareLayer(layer, manifest.layers[at]!);
      near(extruded ?? 1, 1, 1e-3);
      near(path ?? 1, 1, 1e-3);
      assert.is(retractions, 0);
      assert.ok(layer.lineWidthMm > 0.3 && layer.lineWidthMm < 0.7, `${layer.lineWidthMm} mm`);
    });
  });

  extrusion(`finds ${part} plausible without any reference`, () => {
    const layers = layersOf(sentLines(partLines(part)));
    // A layer of bridges may push a third more; several in a row don't.
    const steps = layers.map((layer) => Math.abs(layer.step ?? 0));
    assert.ok(steps.every((step) => step < 0.4), `${steps}`);
    steps.slice(2).forEach((step, at) =>
      assert.ok(Math.min(step, steps[at]!, steps[at + 1]!) < 0.1)
    );
    for (const layer of layers) {
      assert.ok(layer.dryMm < 0.02 * layer.pathMm, `${layer.dryMm} mm dry`);
    }
  });
}

extrusion("sees scaled, cut and missing extrusion without any reference", () => {
  const sent = sentLines(partLines("gear-prusaslicer"));
  // Layers 8 to 11 of 20 are altered.
  const rises = sent.flatMap((line, at) => /^G1 Z[\d.]+ F7200/.test(line) ? [at] : []);
  const from = rises[8]!, to = rises[12]!;
  const scaled = layersOf(scaleE(sent, from, to, 0.85)).map((layer) => layer.step ?? 0);
  const clean = layersOf(sent).map((layer) => layer.step ?? 0);
  assert.ok(scaled[9]! - clean[9]! < -0.13, `${scaled}`);
  let count = 0;
  const cut = sent.map((line, at) =>
    at > from && at < to && /^G1 X.*E/.test(line) && ++count % 5 === 0
      ? line.replace(/ E[\d.]+/, "")
      : line
  );
  const dry = layersOf(cut).map((layer) => layer.dryMoves);
  assert.ok(Math.max(...dry.slice(6, 14)) > 10, `${dry}`);
  assert.is(Math.max(...dry.slice(0, 6)), 0);
  const thinned = layersOf(scaleE(sent, from, to, 0.4));
  assert.ok(thinned.slice(6, 14).some((layer) => layer.thinMm > 0.5 * layer.pathMm));
});

extrusion("balances retractions", () => {
  const layers = layersOf([
    "G1 Z0.2 F600",
    "G1 X50 E2",
    "G1 E1 F2100",
    "G1 X0 F7200",
    "G1 E2 F2100",
    "G1 X50 E4 F1200",
  ]);
  const [layer] = layers;
  near(layer!.retractMm, 1);
  near(layer!.primeMm, 1);
  assert.is(layer!.retractions, 1);
  assert.is(layer!.dryMoves, 0);
  near(layer!.travelMm, 50);
});

extrusion.run();
