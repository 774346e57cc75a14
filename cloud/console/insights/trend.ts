/** One line of a picture over time. */
export interface TrendSeries {
  label: string;
  /** `at` in ms since 1970. */
  points: { at: number; y: number }[];
}

/** A picture over time, ready to draw: at most six lines, told apart by their dashes too. */
export interface Trend {
  title: string;
  /** What the numbers are, shown beside them. */
  unit: string;
  /** Each point for itself, or one development. */
  kind: "points" | "lines";
  /** The vertical axis spans at least this: noise must not look like news. */
  spanMin: number;
  series: TrendSeries[];
}

/** No picture holds more lines: more can't be told apart without colour. */
export const SERIES_MAX = 6;

/** What both axes have to hold, with a little air; null if there is nothing to draw. */
export function boundsOf({ series, spanMin }: Trend) {
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return null;
  const [atMin, atMax] = extent(points.map(({ at }) => at));
  const [yMin, yMax] = extent(points.map(({ y }) => y));
  const span = Math.max((yMax - yMin) * 1.16, spanMin);
  const middle = (yMin + yMax) / 2;
  const half = atMax === atMin ? 43_200_000 : 0;
  return {
    x: { min: atMin - half, max: atMax + half },
    y: { min: middle - span / 2, max: middle + span / 2 },
  };
}

function extent(values: readonly number[]): [number, number] {
  return values.reduce(
    ([min, max], value) => [Math.min(min, value), Math.max(max, value)],
    [Infinity, -Infinity],
  );
}
