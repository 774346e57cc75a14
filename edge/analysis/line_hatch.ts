/** Lines of a hatch are so much alike, as logarithms: how far apart they lie, and how wide they are. */
const APART_LOG = 0.02, WIDTH_LOG = 0.004;
/** So many lines alike in a row are a hatch. */
const LINES_LEAST = 4;

/**
 * Lines laid one beside the other in a row, as slicers fill an area: at one feedrate, equally far
 * apart, with one width. Plain JSON.
 */
export interface Hatch {
  /** Lines in a row that were alike. */
  lines: number;
  apartMm: number;
  mmPerS: number;
  /** Filament per path of the last of them. */
  ratio: number;
}

export function initHatch(): Hatch {
  return { lines: 0, apartMm: 0, mmPerS: 0, ratio: 0 };
}

/** Whether a line so far from the last one is the next of a hatch. */
export function continuesHatch(hatch: Hatch, apartMm: number, mmPerS: number): boolean {
  return hatch.lines >= LINES_LEAST && mmPerS === hatch.mmPerS && isAsFar(hatch, apartMm);
}

function isAsFar(hatch: Hatch, apartMm: number): boolean {
  return Math.abs(Math.log(apartMm / hatch.apartMm)) < APART_LOG;
}

/**
 * Takes a straight line; says by how much filament per path changed in the midst of a hatch, as a
 * logarithm: its spacing and feedrate go on, and no slicer changes the width alone. 0 for no change.
 * Mutates the hatch.
 *
 * @param apartMm how far it lies from the line printed just before it, mm; null if that isn't beside it
 */
export function stepHatch(
  hatch: Hatch,
  apartMm: number | null,
  ratio: number,
  mmPerS: number,
): number {
  const { lines, ratio: before } = hatch;
  const beside = apartMm !== null && mmPerS === hatch.mmPerS;
  const goesOn = beside && (lines < 2 || isAsFar(hatch, apartMm));
  const jumpLog = before > 0 ? Math.log(ratio / before) : 0;
  const alike = goesOn && Math.abs(jumpLog) < WIDTH_LOG;
  Object.assign(hatch, { lines: alike ? lines + 1 : 1, mmPerS, ratio });
  if (alike) hatch.apartMm = apartMm;
  return goesOn && !alike && lines >= LINES_LEAST ? jumpLog : 0;
}
