/** Shorter moves fill gaps and corners, with any width, mm. */
const MOVE_LEAST_MM = 3;
/** Filament per path is sorted by its logarithm in steps of this. */
const STEP = 0.05;
/** A width that so large a share of a layer's path has, and so much of it, mm, is the layer's own. */
const WIDE_SHARE = 0.15, WIDE_LEAST_MM = 30;
/** No slicer makes a long line so much thinner than the layer's widest: its logarithm. */
const THIN_LOG = Math.log(0.45);
/** So many thin lines of one width tell. */
const THIN_LEAST = 12;
/** Ironed lines push next to nothing, and lie nearer to each other than this, mm. */
const IRONED_MM = 0.25;
/** The first layer has skirts and purge lines, which are as thick as they like. */
const LAYER_LEAST = 1;
/** What was the widest of so many layers isn't thin: walls, where infill is as high as several layers. */
const FULL_LAYERS = 3;
const BINS_MAX = 80;

/** How wide the long lines of the layer under way are; plain JSON, bounded. */
export interface ThinLines {
  layer: number;
  pathMm: number;
  /** Path, mm, and lines by the logarithm of filament per path, in steps of 0.05. */
  widths: Record<string, { pathMm: number; lines: number }>;
  /** Layers of which a width was the widest, by its bin. */
  full: Record<string, number>;
}

export function initThinLines(): ThinLines {
  return { layer: -1, pathMm: 0, widths: {}, full: {} };
}

/**
 * Takes a printing move; true where many long lines of its layer are far thinner than the others,
 * which needs no layer before it to be seen. Mutates the state.
 *
 * @param ratio filament per path, mm/mm
 * @param apartMm how far it lies from a line beside it, mm; 0 where it has none
 */
export function stepThinLines(
  state: ThinLines,
  move: { layer: number; pathMm: number; ratio: number; apartMm: number },
): boolean {
  if (move.layer !== state.layer) beginLayer(state, move.layer);
  const ironed = move.apartMm > 0 && move.apartMm < IRONED_MM;
  if (move.pathMm < MOVE_LEAST_MM || ironed) return false;
  const bin = Math.round(Math.log(move.ratio) / STEP);
  const { widths } = state;
  if (!widths[bin] && Object.keys(widths).length >= BINS_MAX) return false;
  const width = widths[bin] ??= { pathMm: 0, lines: 0 };
  width.pathMm += move.pathMm;
  width.lines++;
  state.pathMm += move.pathMm;
  return move.layer >= LAYER_LEAST && hasThin(state);
}

function beginLayer(state: ThinLines, layer: number): void {
  const wide = widest(state, 0);
  const { full } = state;
  const fits = full[wide] !== undefined || Object.keys(full).length < BINS_MAX;
  if (Number.isFinite(wide) && fits) full[wide] = (full[wide] ?? 0) + 1;
  Object.assign(state, { layer, pathMm: 0, widths: {} });
}

/** The widest of the widths of which there is so much path; -Infinity where there is none. */
function widest({ widths }: ThinLines, pathLeastMm: number): number {
  const common = Object.keys(widths).filter((bin) => widths[bin]!.pathMm >= pathLeastMm);
  return Math.max(...common.map(Number));
}

function hasThin(state: ThinLines): boolean {
  const { widths, full, pathMm } = state;
  const wide = widest(state, Math.max(WIDE_LEAST_MM, WIDE_SHARE * pathMm));
  const isFull = (bin: number) =>
    [bin - 1, bin, bin + 1].some((near) => (full[near] ?? 0) >= FULL_LAYERS);
  return Object.entries(widths).some(([bin, { lines }]) =>
    lines >= THIN_LEAST && (Number(bin) - wide) * STEP < THIN_LOG && !isFull(Number(bin))
  );
}
