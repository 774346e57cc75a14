import type { ManifestLayer } from "../../shared/manifest.ts";
import type { Move } from "../gcode/effects.ts";
import type { MachineState } from "../gcode/machine_state.ts";

/** Feedrates are told apart to 1 mm/s up to here. */
const FEEDRATE_BINS = 1000;

/** A layer's profile while it is being counted. */
export interface LayerCount {
  /** The layer's number by the interpreter. */
  index: number;
  zMm: number;
  hotendC: number;
  bedC: number;
  fanDuty: number;
  first: number;
  pathMm: number;
  travelMm: number;
  extrudedMm: number;
  retractions: number;
  /** Extruding path by feedrate, mm [1000]. */
  byFeedrateMm: Float64Array;
}

/** Starts a layer with the settings that hold at its first extrusion. */
export function startLayer(machine: MachineState, first: number): LayerCount {
  return {
    index: machine.layers.index,
    zMm: machine.layers.zMm,
    hotendC: machine.hotendTargetsC[machine.tool] ?? 0,
    bedC: machine.bedTargetC,
    fanDuty: machine.fanDuties[0] ?? 0,
    first,
    pathMm: 0,
    travelMm: 0,
    extrudedMm: 0,
    retractions: 0,
    byFeedrateMm: new Float64Array(FEEDRATE_BINS),
  };
}

/** Counts one move into its layer. */
export function countMove(layer: LayerCount, move: Move): void {
  const along = move.dxMm !== 0 || move.dyMm !== 0;
  if (!along) {
    if (move.extrudedMm < 0 && move.lengthMm === 0) layer.retractions++;
    return;
  }
  if (move.extrudedMm <= 0) {
    layer.travelMm += move.lengthMm;
    return;
  }
  layer.pathMm += move.lengthMm;
  layer.extrudedMm += move.extrudedMm;
  const bin = Math.min(Math.round(move.feedrateMmPerS), FEEDRATE_BINS - 1);
  layer.byFeedrateMm[bin]! += move.lengthMm;
}

/** The layer's part of the manifest. */
export function endLayer(layer: LayerCount, timeS: number): ManifestLayer {
  return {
    zMm: round(layer.zMm, 1e3),
    first: layer.first,
    pathMm: round(layer.pathMm, 1e2),
    travelMm: round(layer.travelMm, 1e2),
    extrudedMm: round(layer.extrudedMm, 1e4),
    retractions: layer.retractions,
    timeS: round(timeS, 1e3),
    hotendC: Math.max(0, layer.hotendC),
    bedC: Math.max(0, layer.bedC),
    fanDuty: round(layer.fanDuty, 1e4),
    feedrateMmPerS: [0.1, 0.5, 0.9].map((part) => quantile(layer, part)) as [
      number,
      number,
      number,
    ],
  };
}

function quantile(layer: LayerCount, part: number): number {
  let passed = 0;
  const wanted = layer.pathMm * part;
  if (wanted === 0) return 0;
  for (let bin = 0; bin < FEEDRATE_BINS; bin++) {
    passed += layer.byFeedrateMm[bin]!;
    if (passed >= wanted) return bin;
  }
  return FEEDRATE_BINS - 1;
}

function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}
