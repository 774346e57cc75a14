import type { JobMap, JobMaps } from "../../shared/manifest.ts";
import type { Effects } from "../gcode/effects.ts";
import { cellsOf, keyOf, PER_MM, placeOf } from "../twin/extrusion/cell_grid.ts";
import {
  addToLayer,
  type GridLayer,
  initLayerGrids,
  type LayerGrids,
} from "../twin/extrusion/layer_grid.ts";

/** Bytes of all maps of a job, before base64: a layer of more cells gets coarser ones. */
const BYTES_MAX = 150_000;
const LAYERS_MAX = 20_000;
const MOST = 255;
/** Heights nearer than this are one layer's, mm. */
const SAME_Z_MM = 0.02;

/** The maps of a job while it is being read. */
export interface MapsBuilding {
  grids: LayerGrids;
  /** Index of the first printing command of the layer under way. */
  first: number;
  done: { first: number; layer: GridLayer }[];
}

export function initJobMaps(): MapsBuilding {
  return { grids: initLayerGrids(), first: 0, done: [] };
}

/** Takes what the command at an index did. Mutates the maps. */
export function takeMoves(
  maps: MapsBuilding,
  effects: Effects,
  shiftMm: number,
  index: number,
): void {
  if (!addToLayer(maps.grids, effects, shiftMm)) return;
  keep(maps, maps.grids.before);
  maps.first = index;
}

function keep({ done, first }: MapsBuilding, layer: GridLayer | null): void {
  if (layer !== null && done.length < LAYERS_MAX) done.push({ first, layer });
}

/** The maps of the whole job; null for one that prints nothing. */
export function endJobMaps(maps: MapsBuilding): JobMaps | null {
  const { grids, done } = maps;
  keep(maps, grids.now.grid.keys.length > 0 ? grids.now : null);
  if (done.length === 0) return null;
  let cellMm = Math.max(...done.map(({ layer }) => layer.grid.cellMm));
  let layers = done.map((each) => mapOf(each, cellMm));
  while (layers.reduce((sum, each) => sum + each.widthCells * each.heightCells, 0) > BYTES_MAX) {
    cellMm *= 2;
    layers = done.map((each) => mapOf(each, cellMm));
  }
  return { cellMm, layers };
}

function mapOf({ first, layer }: MapsBuilding["done"][number], cellMm: number): JobMap {
  const cells = cellsOf(layer.grid, cellMm);
  const places = [...cells.keys()].map(placeOf);
  const { column, row, widthCells, heightCells } = frameOf(places);
  const most = Math.max(...cells.values());
  const bytes = new Uint8Array(widthCells * heightCells);
  for (const [key, amount] of cells) {
    const [x, y] = placeOf(key);
    // What is printed at all is never rounded to nothing.
    const byte = Math.max(1, Math.round(amount / most * MOST));
    bytes[(y - row) * widthCells + x - column] = byte;
  }
  const zMm = Math.round(layer.zMm * 1e3) / 1e3;
  const mostMm = Math.round(most) / PER_MM;
  return { first, zMm, column, row, widthCells, heightCells, mostMm, cells: bytes.toBase64() };
}

/** The smallest rectangle around places. */
export function frameOf(places: readonly [column: number, row: number][]) {
  let [left, right, front, back] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [column, row] of places) {
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [front, back] = [Math.min(front, row), Math.max(back, row)];
  }
  const [widthCells, heightCells] = [right - left + 1, back - front + 1];
  return { column: left, row: front, widthCells, heightCells };
}

/**
 * What a job plans for the layer that its command at a position belongs to; where that is at
 * another height, for the layer at the height seen. Null where the job doesn't tell.
 */
export function plannedLayer(
  maps: JobMaps | undefined,
  position: number,
  zMm: number | null,
): GridLayer | null {
  if (!maps) return null;
  const { layers } = maps;
  const next = layers.findIndex(({ first }) => first > position);
  const own = layers.at(next < 0 ? -1 : Math.max(0, next - 1));
  const found = zMm === null ? own : layers.find((each) => Math.abs(each.zMm - zMm) < SAME_Z_MM);
  return found ? gridOf(found, maps.cellMm) : null;
}

function gridOf(map: JobMap, cellMm: number): GridLayer {
  const { column, row, widthCells, mostMm, zMm } = map;
  const bytes = Uint8Array.fromBase64(map.cells);
  const keys: number[] = [], amounts: number[] = [];
  bytes.forEach((byte, at) => {
    if (byte === 0) return;
    keys.push(keyOf(column + at % widthCells, row + Math.floor(at / widthCells)));
    amounts.push(byte / MOST * mostMm * PER_MM);
  });
  return { zMm, grid: { cellMm, keys, amounts } };
}

/** Whether every map has as many cells as it says. */
export function areWhole(maps: JobMaps): boolean {
  return maps.layers.every(({ widthCells, heightCells, cells }) =>
    Uint8Array.fromBase64(cells).length === widthCells * heightCells
  );
}
