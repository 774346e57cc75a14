import type { Effects } from "../../gcode/effects.ts";
import { initLayers, type Layers, noteExtrusion } from "../../gcode/layers.ts";
import { addPath, type CellGrid, initCellGrid } from "./cell_grid.ts";

/** Where the filament of one layer went; plain values. */
export interface GridLayer {
  zMm: number;
  grid: CellGrid;
}

/**
 * The layer under way and the one before it, told apart by their heights alone: a job's file and
 * its stream, which has no comments, are cut at the same moves.
 */
export interface LayerGrids {
  layers: Layers;
  now: GridLayer;
  before: GridLayer | null;
}

export function initLayerGrids(): LayerGrids {
  return { layers: initLayers("z"), now: emptyLayer(0), before: null };
}

function emptyLayer(zMm: number): GridLayer {
  return { zMm, grid: initCellGrid() };
}

/**
 * Takes what a command did; true where it has begun another layer. Mutates the state.
 *
 * @param shiftMm by how much the height was shifted without a move (babysteps)
 */
export function addToLayer(grids: LayerGrids, effects: Effects, shiftMm: number): boolean {
  let begun = false;
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    if (move.extrudedMm <= 0 || !move.certain || (move.dxMm === 0 && move.dyMm === 0)) continue;
    const event = noteExtrusion(grids.layers, move.zMm - shiftMm, move.dzMm);
    if (event?.type === "layer") {
      grids.before = grids.now.grid.keys.length > 0 ? grids.now : null;
      grids.now = emptyLayer(event.zMm);
      begun = true;
    }
    addPath(grids.now.grid, move);
  }
  return begun;
}
