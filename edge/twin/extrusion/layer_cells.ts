import { PATH_MM_MAX } from "./cell_grid.ts";
import type { LayerMap } from "../../../shared/layer_map.ts";
import type { Effects, Move } from "../../gcode/effects.ts";

/** Where filament was commanded on the layer that is being printed, cell by cell; plain values. */
export interface LayerCells {
  layer: number;
  /** Filament commanded so far, net of retractions, mm. */
  atMm: number;
  /** Pieces of path within one cell, oldest first: column, row, filament, and `atMm` at its end. */
  pieces: CellPiece[];
}

export type CellPiece = [column: number, row: number, mm: number, atMm: number];

/** A cell's width, mm; what a person can point at on a part. */
const CELL_MM = 2;
/** A layer of more pieces loses its oldest. */
const PIECES_MAX = 1500;
/** A map has no more cells along a side: a coarser one says as much. */
const SIDE_MAX = 24;
const MOST = 255;

export function initLayerCells(): LayerCells {
  return { layer: -1, atMm: 0, pieces: [] };
}

/** Takes what a command did. Mutates the state. */
export function addCells(cells: LayerCells, effects: Effects, moveMaxMm: number): void {
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    if (Math.abs(move.extrudedMm) > moveMaxMm) continue;
    if (move.layer !== cells.layer) Object.assign(cells, { layer: move.layer, pieces: [] });
    const isPath = move.lengthMm > 0 && move.lengthMm <= PATH_MM_MAX;
    if (move.extrudedMm > 0 && isPath) addMove(cells, move);
    else cells.atMm += move.extrudedMm;
  }
  const { pieces } = cells;
  if (pieces.length > PIECES_MAX) pieces.splice(0, pieces.length - PIECES_MAX);
}

function addMove(cells: LayerCells, move: Move): void {
  const steps = Math.max(1, Math.ceil(move.lengthMm / CELL_MM));
  const mm = move.extrudedMm / steps;
  for (let step = 0; step < steps; step++) {
    const back = 1 - (step + 0.5) / steps;
    const column = Math.floor((move.xMm - back * move.dxMm) / CELL_MM);
    const row = Math.floor((move.yMm - back * move.dyMm) / CELL_MM);
    cells.atMm += mm;
    const last = cells.pieces.at(-1);
    if (last && last[0] === column && last[1] === row) {
      last[2] += mm;
      last[3] = cells.atMm;
    } else cells.pieces.push([column, row, mm, cells.atMm]);
  }
}

/**
 * The layer as a coarse map of filament commanded and filament that passed; null while there is too
 * little of it.
 *
 * @param shareAt what share of the filament passed around a point of the print; null: not there yet
 */
export function mapOfLayer(
  { layer, pieces }: LayerCells,
  shareAt: (atMm: number) => number | null,
): LayerMap | null {
  const passed = pieces.map((piece) => ({ piece, share: shareAt(piece[3]) }))
    .filter((each): each is { piece: CellPiece; share: number } => each.share !== null);
  if (passed.length < 2 || layer < 0) return null;
  const columns = passed.map(({ piece }) => piece[0]), rows = passed.map(({ piece }) => piece[1]);
  const left = Math.min(...columns), top = Math.min(...rows);
  const wide = Math.max(...columns) - left + 1, high = Math.max(...rows) - top + 1;
  const coarse = Math.ceil(Math.max(wide, high) / SIDE_MAX);
  const widthCells = Math.ceil(wide / coarse), heightCells = Math.ceil(high / coarse);
  const planned: number[] = new Array(widthCells * heightCells).fill(0);
  const seen = [...planned];
  for (const { piece: [column, row, mm], share } of passed) {
    const at = Math.floor((row - top) / coarse) * widthCells + Math.floor((column - left) / coarse);
    planned[at]! += mm;
    seen[at]! += mm * share;
  }
  const most = Math.max(...planned, ...seen);
  const scaled = (values: number[]) => values.map((mm) => Math.round(mm / most * MOST));
  const cellMm = CELL_MM * coarse;
  return { layer, widthCells, heightCells, cellMm, planned: scaled(planned), seen: scaled(seen) };
}
