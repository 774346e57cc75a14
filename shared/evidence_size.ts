import type { Series } from "./series.ts";

interface Measured {
  series: readonly Series[];
  lines: readonly string[];
  layerMap: { planned: readonly number[]; seen: readonly number[] } | null;
}

/** Longest forms of one character of a text, of one number, and of one object's names, in bytes. */
const CHAR_BYTES = 6;
const NUMBER_BYTES = 25;
const NAMES_BYTES = 120;
const SERIES_NAMES_BYTES = 90;

/** No evidence is longer than this as JSON, in bytes: quick to tell, and often near enough. */
export function evidenceBytesAtMost({ series, lines, layerMap }: Measured): number {
  let bytes = NAMES_BYTES;
  for (const { signal, role, unit, startS, stepS, scale, points } of series) {
    const texts = signal.length + role.length + CHAR_BYTES * unit.length;
    bytes += SERIES_NAMES_BYTES + texts + `${startS}${stepS}${scale}`.length + pointsBytes(points);
  }
  for (const line of lines) bytes += 3 + CHAR_BYTES * line.length;
  if (layerMap) {
    const { planned, seen } = layerMap;
    bytes += NAMES_BYTES + 4 * NUMBER_BYTES;
    bytes += pointsBytes(planned) + pointsBytes(seen);
  }
  return bytes;
}

/** Integers with their signs and commas; `null` takes five. */
function pointsBytes(points: readonly (number | null)[]): number {
  let bytes = 0;
  for (const point of points) {
    const size = point === null ? 9_999 : point < 0 ? -point * 10 : point;
    bytes += size < 100 ? 3 : size < 10_000 ? 5 : size < 1_000_000 ? 7 : NUMBER_BYTES;
  }
  return bytes;
}
