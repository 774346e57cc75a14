import type { Wear } from "../../shared/print_account.ts";

/** One figure of one day. */
export interface WearPoint {
  day: string;
  value: number;
}

/** How a figure changes: by least squares over its days. */
export interface WearTrend {
  points: WearPoint[];
  first: number;
  last: number;
  /** Change in 30 days as a share of the mean; null before there are two weeks of days. */
  per30Days: number | null;
}

const DAY_MS = 86_400_000;
/** Fewer days say more of the weather than of the heater. */
const SPAN_DAYS_MIN = 14;
const POINTS_MIN = 5;

/** What each part's wear is read from, and how. */
export const WEAR_FIGURES = {
  /** Duty that holds the hotend: it grows as the heater fades. */
  hotend: ({ hotendHoldDuty }: Wear) => hotendHoldDuty,
  bed: ({ bedHoldDuty }: Wear) => bedHoldDuty,
  /** What the part fan adds to that duty, as a share of it: it falls as the fan fades. */
  fan: ({ hotendHoldDuty: still, hotendBlownDuty: blown }: Wear) =>
    still === null || blown === null || still <= 0 ? null : blown / still - 1,
} as const;
export type WearPart = keyof typeof WEAR_FIGURES;

/** The trend of one part; null while nothing is known of it. */
export function wearTrend(days: readonly Wear[], part: WearPart): WearTrend | null {
  const points = days.flatMap((wear) => {
    const value = WEAR_FIGURES[part](wear);
    return value === null ? [] : [{ day: wear.day, value }];
  }).sort((a, b) => a.day < b.day ? -1 : 1);
  if (points.length === 0) return null;
  const [first, last] = [points[0]!, points.at(-1)!];
  return { points, first: first.value, last: last.value, per30Days: slopeOf(points) };
}

function slopeOf(points: readonly WearPoint[]): number | null {
  const xs = points.map(({ day }) => Date.parse(day) / DAY_MS);
  const ys = points.map(({ value }) => value);
  if (points.length < POINTS_MIN || xs.at(-1)! - xs[0]! < SPAN_DAYS_MIN) return null;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const shared = xs.reduce((sum, x, at) => sum + (x - meanX) * (ys[at]! - meanY), 0);
  return meanY === 0 ? null : shared / spread * 30 / meanY;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
