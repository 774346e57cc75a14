import type { MachineEvent } from "./effects.ts";

/** Where layers are recognised: slicers' comments, heights of extruding moves, or as they come. */
export type LayerSource = "auto" | "comments" | "z";

export interface Layers {
  readonly source: LayerSource;
  /** −1 before the first layer. */
  index: number;
  zMm: number;
  heightMm: number;
  /** Whether comments rule from now on. */
  commented: boolean;
  /** The layer that a comment has announced and no extrusion has reached yet, or −1. */
  announced: number;
}

/** Heights nearer than this are the same layer, mm. */
const SAME_Z_MM = 0.005;
/** A spiral rises at least so much before it counts as a new layer, mm. */
const SPIRAL_STEP_MM = 0.05;

export function initLayers(source: LayerSource): Layers {
  const commented = source === "comments";
  return { source, index: -1, zMm: 0, heightMm: 0, commented, announced: -1 };
}

/** Takes a slicer's comment; those that don't speak of layers change nothing. */
export function noteComment(layers: Layers, comment: string): void {
  if (layers.source === "z") return;
  const announced = announcedLayer(layers, comment);
  if (announced === null) return;
  layers.commented = true;
  layers.announced = announced;
}

function announcedLayer(layers: Layers, comment: string): number | null {
  const text = comment.trim();
  // PrusaSlicer and its kin say only that a layer changes.
  if (text === "LAYER_CHANGE" || text === "CHANGE_LAYER") {
    return Math.max(layers.index, layers.announced) + 1;
  }
  // Cura counts from 0 (and below for rafts), Simplify3D and KISSlicer likewise.
  const counted = /^LAYER:(-?\d+)$/.exec(text) ?? /^(?:layer )(\d+)\b/i.exec(text);
  return counted ? Math.max(0, Number(counted[1])) : null;
}

/**
 * Takes a move that extrudes along X or Y, and says where it begins a new layer: at a height of its
 * own or, where comments rule, at the first extrusion after one. Cheap where nothing changes.
 */
export function noteExtrusion(layers: Layers, zMm: number, dzMm: number): MachineEvent | null {
  if (layers.commented) {
    if (layers.announced < 0) return null;
    const layer = layers.announced;
    layers.announced = -1;
    return layer === layers.index ? null : enterLayer(layers, layer, zMm);
  }
  const rise = zMm - layers.zMm;
  if (layers.index >= 0 && rise < SAME_Z_MM && rise > -SAME_Z_MM) return null;
  const spiral = dzMm !== 0 && layers.index >= 0;
  if (spiral && rise < Math.max(SPIRAL_STEP_MM, layers.heightMm * 0.95) && rise > -1) return null;
  return enterLayer(layers, layers.index + 1, zMm);
}

function enterLayer(layers: Layers, layer: number, zMm: number): MachineEvent {
  const rise = layers.index < 0 ? zMm : zMm - layers.zMm;
  // The next object of a sequential print starts anew on the bed.
  layers.heightMm = rise > 0 ? rise : zMm;
  layers.index = layer;
  layers.zMm = zMm;
  return { type: "layer", layer, zMm, heightMm: layers.heightMm };
}
