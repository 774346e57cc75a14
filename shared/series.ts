import { z } from "zod";

/** No series of evidence is longer than 120 s at 2 Hz. */
export const SERIES_POINTS_MAX = 240;

/**
 * One signal as scaled integers: the value of point `i` is `points[i] / scale`, taken at
 * `startS + i * stepS` on the monotonic clock. `null` stands for no reading.
 */
export const Series = z.strictObject({
  signal: z.string().regex(/^[a-z0-9-]{1,40}$/),
  role: z.enum(["measured", "twin", "low", "high", "target"]),
  unit: z.string().min(1).max(12),
  startS: z.number().min(0),
  stepS: z.number().min(0.5).max(60),
  scale: z.number().positive().max(10_000),
  points: z.array(z.int().min(-2_000_000).max(2_000_000).nullable()).max(SERIES_POINTS_MAX),
});
export type Series = z.infer<typeof Series>;

/** The values of a series in its own unit; `null` where there was no reading. */
export function seriesValues(series: Series): (number | null)[] {
  return series.points.map((point) => point === null ? null : point / series.scale);
}
