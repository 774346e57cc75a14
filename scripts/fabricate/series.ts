import type { Series } from "../../shared/series.ts";

export const STEP_S = 0.5;
const POINTS = 130;
/** The detection falls on this point of each series, and what it is about began at that. */
export const DETECTED_POINT = 96;
export const STARTED_POINT = 60;

export type Curve = (pointFromStart: number) => number;

/** One signal in one role; the curve counts points from where it began. */
export function series(
  signal: string,
  role: Series["role"],
  unit: string,
  detectedEventS: number,
  curve: Curve,
): Series {
  const scale = 100;
  return {
    signal,
    role,
    unit,
    startS: Math.max(0, detectedEventS - DETECTED_POINT * STEP_S),
    stepS: STEP_S,
    scale,
    points: Array.from(
      { length: POINTS },
      (_, index) => Math.round(curve(index - STARTED_POINT) * scale),
    ),
  };
}

/** A measured signal in the band that its twin gives it. */
export function banded(
  signal: string,
  unit: string,
  atS: number,
  width: number,
  twin: Curve,
  measured: Curve,
  target?: Curve,
): Series[] {
  return [
    series(signal, "low", unit, atS, (n) => twin(n) - width),
    series(signal, "high", unit, atS, (n) => twin(n) + width),
    series(signal, "twin", unit, atS, twin),
    ...(target ? [series(signal, "target", unit, atS, target)] : []),
    series(signal, "measured", unit, atS, measured),
  ];
}

/** A drop towards `depth` with a time constant of `s`. */
export const sag = (n: number, depth: number, s: number) =>
  n < 0 ? 0 : -depth * (1 - Math.exp(-n * STEP_S / s));
