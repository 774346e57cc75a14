import { type Series, seriesValues } from "../../../shared/series.ts";

export type Role = Series["role"];

/** One curve: `x` in seconds from the detection (negative before it), `y` in the signal's unit. */
export interface Curve {
  role: Role;
  points: { x: number; y: number | null }[];
}

/** All curves of one signal, ready to draw. */
export interface Plot {
  signal: string;
  unit: string;
  curves: Curve[];
  /** Where the deviation began, s from the detection. */
  startedX: number;
}

/** Sorts series into one plot per signal, in the order in which signals first come. */
export function plotsOf(
  series: readonly Series[],
  startedEventS: number,
  detectedEventS: number,
): Plot[] {
  const plots = new Map<string, Plot>();
  for (const one of series) {
    const { signal, unit, role } = one;
    const plot = plots.get(signal) ??
      { signal, unit, curves: [], startedX: startedEventS - detectedEventS };
    plots.set(signal, plot);
    const points = seriesValues(one).map((y, index) => ({
      x: one.startS + index * one.stepS - detectedEventS,
      y,
    }));
    plot.curves.push({ role, points });
  }
  return [...plots.values()];
}

/** Measured points that lie outside of what the twin allows at their instant. */
export function outside(plot: Plot): { x: number; y: number }[] {
  const curve = (role: Role) => plot.curves.find((one) => one.role === role)?.points ?? [];
  const byX = (role: Role) => new Map(curve(role).map(({ x, y }) => [Math.round(x * 10), y]));
  const [low, high] = [byX("low"), byX("high")];
  return curve("measured").flatMap(({ x, y }) => {
    const at = Math.round(x * 10);
    const [least, most] = [low.get(at) ?? null, high.get(at) ?? null];
    const leaves = y !== null && ((least !== null && y < least) || (most !== null && y > most));
    return leaves ? [{ x, y }] : [];
  });
}

export interface Range {
  min: number;
  max: number;
}

/** What the axes must span: all values, with a little air; null if there is nothing to draw. */
export function rangesOf(plot: Plot): { x: Range; y: Range } | null {
  const points = plot.curves.flatMap((curve) => curve.points);
  const xs = points.map((point) => point.x);
  const ys = points.flatMap((point) => point.y === null ? [] : [point.y]);
  if (xs.length === 0 || ys.length === 0) return null;
  const y = { min: Math.min(...ys), max: Math.max(...ys) };
  const air = Math.max((y.max - y.min) * 0.08, Math.abs(y.max) * 1e-3, 0.1);
  return {
    x: { min: Math.min(...xs, 0), max: Math.max(...xs, 0) },
    y: { min: y.min - air, max: y.max + air },
  };
}

/** Round numbers within a range, about `wanted` of them. */
export function ticks({ min, max }: Range, wanted: number): number[] {
  const raw = (max - min) / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= raw) ?? 10);
  const first = Math.ceil(min / step);
  const last = Math.floor(max / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}
