/** Temperatures of late, oldest first: [time, °C]. */
export type HeatTrail = [atS: number, c: number][];

const KEEP_S = 30;
/** A slope is taken from so long before, s, and so many points at least. */
const BEFORE_S = 5;
const POINTS = 3;
/** Now is the mean of so many. */
const NOW_POINTS = 3;

/** Adds a temperature and forgets what is old. Mutates the trail. */
export function noteHeat(trail: HeatTrail, atS: number, c: number): void {
  trail.push([atS, c]);
  while (trail[0]![0] < atS - KEEP_S) trail.shift();
}

/**
 * How much hotter it is than it would be had it gone on as before `sinceS`, K; null where too little
 * is known. A block that cools and then stops cooling has been heated as well.
 *
 * @param nowPoints how many of the latest temperatures are averaged
 */
export function hotterThanBefore(
  trail: HeatTrail,
  sinceS: number,
  nowPoints = NOW_POINTS,
): number | null {
  const before = trail.filter(([atS]) => atS <= sinceS && atS >= sinceS - BEFORE_S);
  const now = trail.filter(([atS]) => atS > sinceS).slice(-nowPoints);
  if (before.length < POINTS || now.length < nowPoints) return null;
  const [atS, c] = meanOf(before), [nowS, nowC] = meanOf(now);
  return nowC - (c + slopeOf(before, atS, c) * (nowS - atS));
}

/** Where it has rested until `sinceS`: the mean and the highest, °C; null where it hasn't. */
export function restedAt(
  trail: HeatTrail,
  sinceS: number,
  forS: number,
  bandK: number,
): { meanC: number; highC: number } | null {
  const part = trail.filter(([atS]) => atS <= sinceS && atS >= sinceS - forS);
  if (part.length < POINTS || part[0]![0] > sinceS - 0.8 * forS) return null;
  const cs = part.map(([, c]) => c);
  const highC = Math.max(...cs);
  return highC - Math.min(...cs) <= bandK ? { meanC: meanOf(part)[1], highC } : null;
}

/** What it was then, as a mean of a second, °C. */
export function heatAt(trail: HeatTrail, thenS: number): number | null {
  const part = trail.filter(([atS]) => atS <= thenS && atS > thenS - 1);
  return part.length === 0 ? null : meanOf(part)[1];
}

/** The latest temperature, as a mean, °C. */
export function latelyC(trail: HeatTrail, nowPoints = NOW_POINTS): number | null {
  return trail.length < nowPoints ? null : meanOf(trail.slice(-nowPoints))[1];
}

function meanOf(part: HeatTrail): [atS: number, c: number] {
  const sum = part.reduce((all, [atS, c]) => [all[0] + atS, all[1] + c] as [number, number], [
    0,
    0,
  ]);
  return [sum[0] / part.length, sum[1] / part.length];
}

/** Least squares. */
function slopeOf(part: HeatTrail, meanS: number, meanC: number): number {
  const over = part.reduce((sum, [atS]) => sum + (atS - meanS) ** 2, 0);
  return over === 0
    ? 0
    : part.reduce((sum, [atS, c]) => sum + (atS - meanS) * (c - meanC), 0) / over;
}
