import type { ManifestLayer } from "../../../shared/manifest.ts";
import type { Effects, Move } from "../../gcode/effects.ts";

/** What one layer's commands push, against the path that they push it along. */
export interface LayerExtrusion {
  layer: number;
  zMm: number;
  heightMm: number;
  /** Lengths of extruding and of other path, mm. */
  pathMm: number;
  travelMm: number;
  /** Filament pushed while moving along X or Y, mm. */
  extrudedMm: number;
  /** Filament drawn back and pushed again without moving, mm, and how often drawn back. */
  retractMm: number;
  primeMm: number;
  retractions: number;
  /**
   * Path without filament where printing goes on: same feedrate, nothing drawn back; mm and moves.
   * Slicers travel at another feedrate.
   */
  dryMm: number;
  dryMoves: number;
  /** Path with less than 0.7 of the filament per path that the layer before had, mm. */
  thinMm: number;
}

/** A finished layer with what can be told from it. */
export interface LayerSummary extends LayerExtrusion {
  /** Filament per path, mm/mm, and the width of line that it implies, mm. */
  ratio: number;
  lineWidthMm: number;
  /**
   * Natural logarithm of the ratio per layer height against the layers before; `null` for the
   * first two layers. One layer of bridges may stand out by 0.35, several in a row don't.
   */
  step: number | null;
}

/** Plain values, owned by the caller. */
export interface ExtrusionTwin {
  readonly filamentAreaMm2: number;
  current: LayerExtrusion | null;
  /** Filament per path and layer height over the layers before, 1/mm·mm/mm; 0 before there is one. */
  usual: number;
  layersSeen: number;
  /** Feedrate of the last extruding move, mm/s. */
  printingMmPerS: number;
  /** Filament drawn back and not yet pushed again, mm. */
  owedMm: number;
}

const THIN = 0.7;
/** The part of a new layer in what is usual. */
const LEARN = 0.2;
/** Layers with less path than this teach nothing, mm. */
const PATH_LEAST_MM = 20;
const SAME_FEEDRATE = 0.01;

export function initExtrusion(filamentMm = 1.75): ExtrusionTwin {
  return {
    filamentAreaMm2: Math.PI * (filamentMm / 2) ** 2,
    current: null,
    usual: 0,
    layersSeen: 0,
    printingMmPerS: 0,
    owedMm: 0,
  };
}

/** Takes what a command did; gives the layer that has just ended, if one has. */
export function stepExtrusion(twin: ExtrusionTwin, effects: Effects): LayerSummary | null {
  let ended: LayerSummary | null = null;
  for (const event of effects.events) {
    if (event.type !== "layer") continue;
    ended = endExtrusion(twin);
    twin.current = startLayer(event.layer, event.zMm, event.heightMm);
  }
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    if (move.certain) countMove(twin, move);
  }
  return ended;
}

/** Ends the layer that runs, as at the end of a job. */
export function endExtrusion(twin: ExtrusionTwin): LayerSummary | null {
  const layer = twin.current;
  twin.current = null;
  if (layer === null || layer.pathMm === 0) return null;
  const ratio = layer.extrudedMm / layer.pathMm;
  const perHeight = ratio / Math.max(layer.heightMm, 0.01);
  const step = twin.layersSeen < 2 ? null : Math.log(perHeight / twin.usual);
  if (layer.pathMm >= PATH_LEAST_MM) {
    twin.usual += (perHeight - twin.usual) * (twin.layersSeen < 2 ? 1 : LEARN);
    twin.layersSeen++;
  }
  const lineWidthMm = perHeight * twin.filamentAreaMm2;
  return { ...layer, ratio, lineWidthMm, step };
}

function startLayer(layer: number, zMm: number, heightMm: number): LayerExtrusion {
  return {
    layer,
    zMm,
    heightMm,
    pathMm: 0,
    travelMm: 0,
    extrudedMm: 0,
    retractMm: 0,
    primeMm: 0,
    retractions: 0,
    dryMm: 0,
    dryMoves: 0,
    thinMm: 0,
  };
}

function countMove(twin: ExtrusionTwin, move: Move): void {
  const { current } = twin;
  const along = move.dxMm !== 0 || move.dyMm !== 0;
  const owedBeforeMm = twin.owedMm;
  twin.owedMm = Math.max(0, twin.owedMm - move.extrudedMm);
  if (!along) {
    if (current) countStanding(current, move.extrudedMm);
    return;
  }
  if (move.extrudedMm > 0) {
    twin.printingMmPerS = move.feedrateMmPerS;
    if (current) countPrinting(twin, current, move);
    return;
  }
  if (!current) return;
  current.travelMm += move.lengthMm;
  const difference = Math.abs(move.feedrateMmPerS - twin.printingMmPerS);
  if (owedBeforeMm > 0 || move.extrudedMm < 0) return;
  if (difference > SAME_FEEDRATE * twin.printingMmPerS) return;
  current.dryMm += move.lengthMm;
  current.dryMoves++;
}

function countStanding(layer: LayerExtrusion, extrudedMm: number): void {
  if (extrudedMm > 0) layer.primeMm += extrudedMm;
  if (extrudedMm >= 0) return;
  layer.retractMm -= extrudedMm;
  layer.retractions++;
}

function countPrinting(twin: ExtrusionTwin, layer: LayerExtrusion, move: Move): void {
  layer.pathMm += move.lengthMm;
  layer.extrudedMm += move.extrudedMm;
  const usual = twin.usual * layer.heightMm;
  if (twin.layersSeen >= 2 && move.extrudedMm < THIN * usual * move.lengthMm) {
    layer.thinMm += move.lengthMm;
  }
}

/** A layer against the job's own profile: 1 is as registered; `null` where there is nothing. */
export interface LayerComparison {
  extruded: number | null;
  path: number | null;
  /** More (positive) or fewer retractions than registered. */
  retractions: number;
}

/** Compares a finished layer with the same layer of a manifest. */
export function compareLayer(seen: LayerExtrusion, planned: ManifestLayer): LayerComparison {
  return {
    extruded: planned.extrudedMm > 0.1 ? seen.extrudedMm / planned.extrudedMm : null,
    path: planned.pathMm > 1 ? seen.pathMm / planned.pathMm : null,
    retractions: seen.retractions - planned.retractions,
  };
}
