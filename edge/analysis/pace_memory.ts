import type { Stretch } from "./pace_model.ts";

/** Where a stretch lay among all (see `placeOf`), and how late it was, as a share of planned time. */
interface Seen {
  at: number[];
  late: number;
}

/** The latest stretches of a print, what they were made of and how late they were; plain JSON. */
export interface PaceMemory {
  seen: Seen[];
  /** What earlier prints left: another part's stretches are much like this one's, but not quite. */
  before: Seen[];
  /** Mean square of what predictions missed, as far as they were sure of themselves. */
  noise2: number;
  count: number;
}

/** What one print leaves to the next; kept in a printer's profile. */
export interface KnownPace {
  seen: Seen[];
  noise2: number;
}

/** How late a stretch should be, as a share of planned time, and how sure that is (sd). */
export interface Expected {
  late: number;
  sd: number;
}

const KEPT = 70;
/** So many stretches are left to the next print, and so many have to be seen for that. */
const LEFT = 50, LEAVES_FROM = 12;
/** Stretches of two prints share so much of what those of one have in common, and no constant. */
const OTHER_PRINT = 0.9;
/** Another print's noise isn't known better than this, sd. */
const NOISE_LEFT = 0.005;
/** Stretches that are alike differ by this at least, sd; all have so much in common. */
const NOISE_LEAST = 0.004, COMMON = 0.03;
/** Stretches that are nothing alike differ by this at least, sd, and by more where any are late. */
const UNLIKE_LEAST = 0.04, UNLIKE = 1.5;
/** Weight of the newest stretch in the measure of noise; where it starts, sd; what one may add. */
const NOISE_GAIN = 0.06, NOISE_FIRST = 0.008, NOISE_CLIP = 6;
const NOISE_FROM = 3;
/** Stretches are alike within so much of each of what they are made of (see `placeOf`). */
const ALIKE = { rampShare: 0.15, stopsPerS: 0.5, lnSpeed: 0.2, lnLengthMm: 0.5 };

/** @param known what earlier prints have left */
export function initPaceMemory(known: KnownPace | null = null): PaceMemory {
  return {
    seen: [],
    before: known?.seen ?? [],
    noise2: known?.noise2 ?? NOISE_FIRST ** 2,
    count: 0,
  };
}

/** What this print leaves to the next: what earlier ones left, where it has shown too little itself. */
export function leavePace({ seen, before, noise2, count }: PaceMemory): KnownPace | null {
  const left = count < LEAVES_FROM ? before : [...before, ...seen].slice(-LEFT);
  if (left.length === 0) return null;
  return { seen: left, noise2: Math.max(noise2, NOISE_LEFT ** 2) };
}

/**
 * How late a stretch should be, as a share of planned time, by what was seen of stretches like it,
 * and how sure that is (sd): a Gaussian process. What is like nothing seen before may be anything,
 * so another kind of infill is no alarm. Some 0.1 ms, every eighth second.
 */
export function recallPace(memory: PaceMemory, stretch: Stretch): Expected {
  const { before } = memory;
  const all = [...before, ...memory.seen];
  const noise2 = noiseOf(memory), unlike2 = Math.max(unlikeOf(before), unlikeOf(memory.seen));
  const place = placeOf(stretch);
  const alike = (a: readonly number[], b: readonly number[], onePrint: boolean) => {
    const near2 = unlike2 * Math.exp(-distance2(a, b) / 2);
    return onePrint ? COMMON ** 2 + near2 : OTHER_PRINT * near2;
  };
  const isOld = (at: number) => at < before.length;
  const root = rootOf(
    all.length,
    (row, column) =>
      alike(all[row]!.at, all[column]!.at, isOld(row) === isOld(column)) +
      (row === column ? noise2 : 0),
  );
  const near = forward(root, all.map(({ at }, row) => alike(at, place, !isOld(row))));
  const lates = forward(root, all.map(({ late }) => late));
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
function unlikeOf(print: readonly Seen[]): number {
  const mean2 = print.reduce((sum, { late }) => sum + late * late, 0) / Math.max(1, print.length);
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
