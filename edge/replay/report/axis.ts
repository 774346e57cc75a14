/** One axis of a plot: values from `min` to `max` lie from `from` to `to` on the page. */
export interface Axis {
  min: number;
  max: number;
  at(value: number): number;
}

export function axis(min: number, max: number, from: number, to: number): Axis {
  const span = max > min ? max - min : 1;
  return { min, max, at: (value) => tenth(from + (value - min) / span * (to - from)) };
}

/** Page coordinates need no more than a tenth. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

const STEPS = [1, 2, 2.5, 5, 10];
/** Steps that people read clocks in, s. */
const TIME_STEPS_S = [
  ...[1, 2, 5, 10, 15, 30].flatMap((step) => [step, step * 60]),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * 3600),
].sort((a, b) => a - b);

/** About `wanted` round values along an axis. */
export function roundValues({ min, max }: Axis, wanted: number): number[] {
  const rough = (max - min) / wanted;
  if (!(rough > 0)) return [min];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((one) => one * power >= rough) ?? 10);
  return multiples(step, min, max);
}

/** About `wanted` round times along an axis in seconds, and the step between them. */
export function roundTimes(
  { min, max }: Axis,
  wanted: number,
): { stepS: number; timesS: number[] } {
  const rough = (max - min) / wanted;
  const stepS = TIME_STEPS_S.find((one) => one >= rough) ??
    Math.ceil(rough / TIME_STEPS_S.at(-1)!) * TIME_STEPS_S.at(-1)!;
  return { stepS, timesS: multiples(stepS, min, max) };
}

function multiples(step: number, min: number, max: number): number[] {
  const first = Math.ceil(min / step - 1e-9), last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** The path through points; null lifts the pen. */
export function path(points: readonly ([x: number, y: number] | null)[]): string {
  let pen = "M";
  let drawn = "";
  for (const point of points) {
    if (point === null) pen = "M";
    else {
      drawn += `${pen}${point[0]} ${point[1]}`;
      pen = "L";
    }
  }
  return drawn;
}

/** The outline of the area between two curves that have values at the same places. */
export function area(
  high: readonly ([x: number, y: number] | null)[],
  low: readonly ([x: number, y: number] | null)[],
): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= high.length; at++) {
    if (at < high.length && high[at] && low[at]) continue;
    const run = [...high.slice(from, at), ...low.slice(from, at).reverse()];
    if (at - from > 1) parts.push(`${path(run)}Z`);
    from = at + 1;
  }
  return parts.join("");
}

/** A number for a label: no noise, a real minus. */
export function label(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
