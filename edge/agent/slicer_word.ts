/** What the slicer says of its own print as it goes by (M73 of Marlin and Prusa's firmware). */
export interface SlicerWord {
  percent: number | null;
  remainingS: number | null;
}

const REMAINING_MIN_MAX = 60 * 24 * 60;

/**
 * Reads a line on its way to the printer; null unless it is the slicer's word. `P` is percent and
 * `R` minutes, of normal mode; the words of silent mode (`Q`, `S`) are left out.
 */
export function slicerWord(line: string): SlicerWord | null {
  const rest = /^\s*(?:N\d+\s*)?M73\s+([^;*]*)/i.exec(line)?.[1];
  if (rest === undefined) return null;
  const percent = numberAfter("P", rest, 100);
  const minutes = numberAfter("R", rest, REMAINING_MIN_MAX);
  if (percent === null && minutes === null) return null;
  return { percent, remainingS: minutes === null ? null : minutes * 60 };
}

function numberAfter(letter: string, rest: string, max: number): number | null {
  const found = new RegExp(`(?:^|\\s)${letter}(\\d+(?:\\.\\d+)?)`, "i").exec(rest)?.[1];
  const value = found === undefined ? NaN : Number(found);
  return value >= 0 && value <= max ? value : null;
}
