import type { Move } from "../../gcode/effects.ts";

/**
 * Filament by place on the bed; plain values. A place may stand in it several times until it is
 * tidied, so that taking a move costs next to nothing.
 */
export interface CellGrid {
  /** A power of two times the finest. */
  cellMm: number;
  /** Row and column of a cell in one number. */
  keys: number[];
  /** Filament, 10 nm. */
  amounts: number[];
}

/** The finest cell, mm; a move is spread over its path in steps of this. */
export const CELL_MM = 1;
/** Places at most; beyond that cells become coarser. */
const CELLS_MAX = 2500;
/** A move that is longer than this leads beyond any bed, mm. */
export const PATH_MM_MAX = 4096;
const ENTRIES_MAX = 2 * CELLS_MAX;
/** Keys have room for a bed of so many cells along a side. */
const SIDE = 1024, HALF = SIDE / 2;
/** Amounts are whole numbers of this many to a millimetre, so that they stay short as text. */
export const PER_MM = 100_000;

export function initCellGrid(): CellGrid {
  return { cellMm: CELL_MM, keys: [], amounts: [] };
}

/** Takes a move that prints; what lies beyond any bed is left out. Mutates the grid. */
export function addPath(grid: CellGrid, move: Move): void {
  const { keys, amounts, cellMm } = grid;
  const { lengthMm } = move;
  // No bed is so long: one line must not keep the guard busy for ever.
  if (!(lengthMm <= PATH_MM_MAX)) return;
  const steps = lengthMm <= CELL_MM ? 1 : Math.ceil(lengthMm / CELL_MM);
  const amount = Math.round(move.extrudedMm * PER_MM / steps);
  const stepX = move.dxMm / steps / cellMm, stepY = move.dyMm / steps / cellMm;
  let x = move.xMm / cellMm + HALF - stepX * (steps - 0.5);
  let y = move.yMm / cellMm + HALF - stepY * (steps - 0.5);
  for (let step = 0; step < steps; step++, x += stepX, y += stepY) {
    // Whole numbers of 32 bits: this is done for every millimetre of a print.
    const column = x | 0, row = y | 0;
    if (((column | row) & ~(SIDE - 1)) !== 0) continue;
    const key = row * SIDE + column, last = keys.length - 1;
    if (keys[last] === key) amounts[last]! += amount;
    else {
      keys.push(key);
      amounts.push(amount);
    }
  }
  if (keys.length > ENTRIES_MAX) tidy(grid);
}

/** A place as one number. */
export function keyOf(column: number, row: number): number {
  return (row + HALF) * SIDE + column + HALF;
}

/** Each place once; coarser where there are too many. Mutates the grid. */
function tidy(grid: CellGrid): void {
  take(grid, cellsOf(grid, grid.cellMm));
  while (grid.keys.length > CELLS_MAX) {
    const coarser = cellsOf(grid, 2 * grid.cellMm);
    grid.cellMm *= 2;
    take(grid, coarser);
  }
}

function take(grid: CellGrid, cells: ReadonlyMap<number, number>): void {
  grid.keys = [...cells.keys()];
  grid.amounts = [...cells.values()];
}

/** Filament by cell of another size, which must be the grid's own or a multiple of it. */
export function cellsOf({ keys, amounts, cellMm: ownMm }: CellGrid, cellMm: number) {
  const times = cellMm / ownMm;
  const cells = new Map<number, number>();
  for (let at = 0; at < keys.length; at++) {
    const [column, row] = placeOf(keys[at]!);
    const key = keyOf(Math.floor(column / times), Math.floor(row / times));
    cells.set(key, (cells.get(key) ?? 0) + amounts[at]!);
  }
  return cells;
}

/** Column and row of a cell, counted from the bed's origin. */
export function placeOf(key: number): [column: number, row: number] {
  return [key % SIDE - HALF, Math.floor(key / SIDE) - HALF];
}
