import { cellDiffers, type LayerMap } from "../../shared/layer_map.ts";
import { frameOf } from "../reference/job_maps.ts";
import { type CellGrid, cellsOf, keyOf, placeOf } from "../twin/extrusion/cell_grid.ts";

/** A map has no more cells along a side: so it fits into a message with what else there is. */
const SIDE_MAX = 24;
/** What a usual cell becomes, so that one with more filament shows too. */
const USUAL = 170, MOST = 255;
/** Of the cells with filament, so many have no more than a usual one. */
const USUAL_SHARE = 0.9;
/** The largest bed fits after six doublings; what then still doesn't is no layer. */
const DOUBLINGS_MAX = 10;
/** A later layer's map replaces an earlier one's if so many times as much of it is off. */
const WORSE = 1.25;

/** A layer as it was planned, where that is known, and as it was commanded. */
export interface LayerToDraw {
  /** The number that people know it by. */
  layer: number;
  planned: CellGrid | null;
  seen: CellGrid;
  /** Whether all of it has been printed. */
  whole: boolean;
}

interface Frame {
  column: number;
  row: number;
  widthCells: number;
  heightCells: number;
}

interface Cells {
  planned: ReadonlyMap<number, number> | null;
  seen: ReadonlyMap<number, number>;
  /** Makes filament a cell's value. */
  scale: number;
}

/**
 * Draws a layer small enough for a message: whole, in coarser cells where it is large; or, where it
 * differs from its plan in one place only, that place in fine cells. Null where nothing was printed,
 * and where cells lie nowhere, as in a snapshot that somebody changed.
 */
export function layerPicture({ layer, planned, seen, whole }: LayerToDraw): LayerMap | null {
  let cellMm = Math.max(seen.cellMm, planned?.cellMm ?? 0);
  for (let doublings = 0; doublings <= DOUBLINGS_MAX; doublings++, cellMm *= 2) {
    const cells = scaled(planned && cellsOf(planned, cellMm), cellsOf(seen, cellMm));
    const places = [...cells.seen.keys(), ...cells.planned?.keys() ?? []].map(placeOf);
    if (places.length === 0) return null;
    const frame = frameOf(places);
    if (fits(frame)) {
      return { ...drawn(cells, frame, cellMm), layer, extent: whole ? "layer" : "so-far" };
    }
    const place = whole ? placeOfDifference(cells, frame) : null;
    if (place) return { ...drawn(cells, place, cellMm), layer, extent: "part" };
  }
  return null;
}

function fits({ widthCells, heightCells }: Frame): boolean {
  return widthCells <= SIDE_MAX && heightCells <= SIDE_MAX;
}

function scaled(planned: Map<number, number> | null, seen: Map<number, number>): Cells {
  const amounts = [...(planned ?? seen).values()].sort((a, b) => a - b);
  const usual = amounts[Math.floor(amounts.length * USUAL_SHARE)] ?? 1;
  return { planned, seen, scale: USUAL / usual };
}

/** A frame of full size around all that differs; null where nothing does, or too much. */
function placeOfDifference(cells: Cells, all: Frame): Frame | null {
  const { planned, seen } = cells;
  if (!planned) return null;
  const keys = new Set([...planned.keys(), ...seen.keys()]);
  const places = [...keys]
    .filter((key) => cellDiffers(valueOf(cells, planned, key), valueOf(cells, seen, key)))
    .map(placeOf);
  if (places.length === 0) return null;
  const frame = frameOf(places);
  if (!fits(frame)) return null;
  const [column, widthCells] = widened(frame.column, frame.widthCells, all.column, all.widthCells);
  const [row, heightCells] = widened(frame.row, frame.heightCells, all.row, all.heightCells);
  return { column, row, widthCells, heightCells };
}

/** A stretch made as long as a map may be, within the whole. */
function widened(from: number, length: number, allFrom: number, all: number): [number, number] {
  const long = Math.min(SIDE_MAX, all);
  const centred = from - Math.floor((long - length) / 2);
  return [Math.min(Math.max(centred, allFrom), allFrom + all - long), long];
}

function valueOf({ scale }: Cells, of: ReadonlyMap<number, number>, key: number): number {
  return Math.min(MOST, Math.round((of.get(key) ?? 0) * scale));
}

function drawn(cells: Cells, { column, row, widthCells, heightCells }: Frame, cellMm: number) {
  const values = (of: ReadonlyMap<number, number>) =>
    Array.from(
      { length: widthCells * heightCells },
      (_, at) =>
        valueOf(cells, of, keyOf(column + at % widthCells, row + Math.floor(at / widthCells))),
    );
  return {
    widthCells,
    heightCells,
    cellMm,
    leftMm: column * cellMm,
    frontMm: row * cellMm,
    planned: cells.planned ? values(cells.planned) : [],
    seen: values(cells.seen),
  };
}

/** How much of a layer isn't as planned, as a share of the plan; 0 where nothing was planned. */
export function shareOff({ planned, seen }: LayerMap): number {
  let off = 0, sum = 0;
  planned.forEach((value, at) => {
    const seenHere = seen[at] ?? 0;
    if (cellDiffers(value, seenHere)) off += Math.abs(value - seenHere);
    sum += value;
  });
  return sum === 0 ? 0 : off / sum;
}

/** A finished layer says more than one under way, and the worst layer more than the others. */
export function isBetter(map: LayerMap, last: LayerMap | null): boolean {
  if (last === null || last.extent === undefined || last.extent === "so-far") return true;
  if (map.extent === "so-far") return false;
  return shareOff(map) > WORSE * shareOff(last);
}
