import type { Stretch } from "./pace_model.ts";

/** The latest stretches of a print, what they were made of and how late they were; plain JSON. */
export interface PaceMemory {
  seen: { at: number[]; late: number }[];
  /** Mean square of what predictions missed, as far as they were sure of themselves. */
  noise2: number;
  count: number;
}

/** How late a stretch should be, as a share of planned time, and how sure that is (sd). */
export interface Expected {
  late: number;
  sd: number;
}

const KEPT = 70;
/** Stretches that are alike differ by this at least, sd; all have so much in common. */
const NOISE_LEAST = 0.004, COMMON = 0.03;
/** Stretches that are nothing alike differ by this at least, sd, and by more where any are late. */
const UNLIKE_LEAST = 0.04, UNLIKE = 1.5;
/** Weight of the newest stretch in the measure of noise; where it starts, sd; what one may add. */
const NOISE_GAIN = 0.06, NOISE_FIRST = 0.008, NOISE_CLIP = 6;
const NOISE_FROM = 3;
/** Stretches are alike within so much of each of what they are made of (see `placeOf`). */
const ALIKE = { rampShare: 0.15, stopsPerS: 0.5, lnSpeed: 0.2, lnLengthMm: 0.5 };

export function initPaceMemory(): PaceMemory {
  return { seen: [], noise2: NOISE_FIRST ** 2, count: 0 };
}

/**
 * How late a stretch should be, as a share of planned time, by what was seen of stretches like it,
 * and how sure that is (sd): a Gaussian process. What is like nothing seen before may be anything,
 * so another kind of infill is no alarm. Some 0.1 ms, every eighth second.
 */
export function recallPace(memory: PaceMemory, stretch: Stretch): Expected {
  const { seen } = memory;
  const noise2 = noiseOf(memory), unlike2 = unlikeOf(memory);
  const place = placeOf(stretch);
  const alike = (a: readonly number[], b: readonly number[]) =>
    COMMON ** 2 + unlike2 * Math.exp(-distance2(a, b) / 2);
  const root = rootOf(
    seen.length,
    (row, column) => alike(seen[row]!.at, seen[column]!.at) + (row === column ? noise2 : 0),
  );
  const near = forward(root, seen.map(({ at }) => alike(at, place)));
  const lates = forward(root, seen.map(({ late }) => late));
  const late = near.reduce((sum, one, row) => sum + one * lates[row]!, 0);
  const known = near.reduce((sum, one) => sum + one * one, 0);
  return { late, sd: Math.sqrt(Math.max(0, COMMON ** 2 + unlike2 - known) + noise2) };
}

/**
 * Takes in a stretch that seemed undisturbed. Mutates the memory.
 *
 * @param expected what was recalled before it came
 */
export function keepPace(
  memory: PaceMemory,
  stretch: Stretch,
  late: number,
  expected: Expected = recallPace(memory, stretch),
): void {
  if (memory.count >= NOISE_FROM) {
    const noise2 = noiseOf(memory);
    const missed2 = (late - expected.late) ** 2 * noise2 / expected.sd ** 2;
    memory.noise2 += NOISE_GAIN * (Math.min(missed2, NOISE_CLIP * noise2) - memory.noise2);
  }
  memory.seen = [...memory.seen, { at: placeOf(stretch), late }].slice(-KEPT);
  memory.count++;
}

function noiseOf({ noise2 }: PaceMemory): number {
  return Math.max(noise2, NOISE_LEAST ** 2);
}

/** The worse a plan fits, the more may become of what it hasn't been held against. */
function unlikeOf({ seen }: PaceMemory): number {
  const mean2 = seen.reduce((sum, { late }) => sum + late * late, 0) / Math.max(1, seen.length);
  return Math.max(UNLIKE_LEAST ** 2, UNLIKE ** 2 * mean2);
}

/** Where a stretch lies among all, in units within which they are alike. */
function placeOf(stretch: Stretch): number[] {
  return [
    stretch.rampShare / ALIKE.rampShare,
    stretch.stopsPerS / ALIKE.stopsPerS,
    stretch.lnSpeed / ALIKE.lnSpeed,
    stretch.lnLengthMm / ALIKE.lnLengthMm,
  ];
}

function distance2(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/**
 * The lower triangle whose square a positive definite matrix is (Cholesky), row by row; made column
 * by column, as sums that don't wait for each other are made some times as fast.
 */
function rootOf(size: number, of: (row: number, column: number) => number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let row = 0; row < size; row++) {
    const mine = new Float64Array(row + 1);
    for (let column = 0; column <= row; column++) mine[column] = of(row, column);
    rows.push(mine);
  }
  const done = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    const pivot = Math.sqrt(rows[at]![at]!);
    rows[at]![at] = pivot;
    for (let row = at + 1; row < size; row++) {
      const mine = rows[row]!;
      const part = mine[at]! / pivot;
      mine[at] = done[row] = part;
      for (let column = at + 1; column <= row; column++) mine[column]! -= part * done[column]!;
    }
  }
  return rows;
}

/** Solves the triangle's system for one side. */
function forward(root: readonly Float64Array[], side: readonly number[]): Float64Array {
  const solved = new Float64Array(side.length);
  root.forEach((row, at) => {
    let sum = side[at]!;
    for (let before = 0; before < at; before++) sum -= row[before]! * solved[before]!;
    solved[at] = sum / row[at]!;
  });
  return solved;
}
