import { classOf, sameCommand } from "./fingerprint.ts";
import { isNear } from "./difference.ts";
import { type Job, layerAt } from "./job.ts";
import type { StreamItem } from "./mismatch.ts";

/** How far ahead of the expected command a stream may be found again. */
export const LOOK_AHEAD = 96;
/** …and so many more for each arc that came. */
const ARC_MOVES = 24;

/** Where the newest items stand in the job: the last of them at `at`, `run` of them in a row. */
export interface Place {
  at: number;
  run: number;
}

/** How many of the newest items equal the job's commands that end at `at`. */
export function runLength(
  job: Job,
  items: readonly StreamItem[],
  at: number,
  most: number,
): number {
  let run = 0;
  while (run < most && run < items.length && at - run >= 0) {
    const item = items[items.length - 1 - run]!;
    if (!sameCommand(item, job.hi[at - run]!, job.lo[at - run]!)) break;
    run++;
  }
  return run;
}

/**
 * Looks for the newest items near the expected command. The farther from what altered or inserted
 * lines alone would explain, the more commands in a row are asked for; commands that say little,
 * such as `G92 E0`, count for less. While an object is left out, up to `leftOut` commands may be.
 */
export function findNearby(
  job: Job,
  items: readonly StreamItem[],
  expected: number,
  leftOut = 0,
): Place | null {
  const lockstep = expected + items.length - 1;
  let best: Place | null = null, bestScore = 0;
  // An arc stands for any number of moves.
  const arcs = items.filter((item) => classOf(item.hi) === "arc").length;
  const ahead = Math.max(LOOK_AHEAD, leftOut);
  const end = Math.min(expected + ahead + arcs * ARC_MOVES, job.count - 1);
  for (let at = expected; at <= end; at++) {
    // What was seen already can't come again: a repeated line is an inserted one.
    const run = runLength(job, items, at, Math.min(8, at - expected + 1));
    if (run === 0) continue;
    const telling = run - plain(items, run);
    const away = at === lockstep || at === expected + run - 1
      ? 0
      : at - expected <= 8 || leftOut > 0
      ? 1
      : 2;
    // One telling command suffices where lines were altered or inserted, not where they were
    // exchanged: then the next one has to be seen too.
    const needed = at === expected + run - 1 && isExchanged(job, items, run, at) ? 1 : away;
    if (telling < 1 + needed && run < 3 + needed) continue;
    const score = run * 4 - away - Math.abs(at - lockstep) / LOOK_AHEAD;
    if (score > bestScore) [best, bestScore] = [{ at, run }, score];
  }
  return best;
}

/** Whether what came before the newest items stands a little later in the job. */
function isExchanged(job: Job, items: readonly StreamItem[], run: number, at: number): boolean {
  const end = Math.min(at + 16, job.count);
  for (const item of items.slice(0, items.length - run)) {
    for (let later = at + 1; later < end; later++) {
      if (item.hasXY && isSame(job, item, later)) return true;
    }
  }
  return false;
}

/** How many of the newest `run` items say little about where they stand. */
function plain(items: readonly StreamItem[], run: number): number {
  let count = 0;
  for (let back = 1; back <= run; back++) {
    const item = items[items.length - back]!;
    if (!item.hasXY) count++;
  }
  return count;
}

/** Whether every item is, one for one, an altered form of what the job has here, or the same. */
export function inLockstep(job: Job, items: readonly StreamItem[], expected: number): boolean {
  const newest = expected + items.length - 1, last = items.at(-1)!;
  if (newest >= job.count) return false;
  const fits = isSame(job, last, newest) || isNear(job, last, newest);
  return fits &&
    items.every((item, at) => classOf(item.hi) === classOf(job.hi[expected + at]!));
}

export function isSame(job: Job, item: StreamItem, at: number): boolean {
  return sameCommand(item, job.hi[at]!, job.lo[at]!);
}

/** What a search of the whole job gave: one place, several that can't be told apart, or none. */
export type Found = { at: number } | "ambiguous" | null;

/**
 * Looks for the newest items in the whole job, at least `run` in a row. Layers often repeat each
 * other: the longest run wins, then the place whose layer has the toolhead's height (`null` where
 * it isn't known), then the first one not before `prefer`, where the caller can tell one.
 */
export function findAnywhere(
  job: Job,
  items: readonly StreamItem[],
  run: number,
  zMm: number | null,
  prefer: number | null,
): Found {
  const newest = items.at(-1);
  if (!newest || items.length < run || plain(items, run) > run / 2) return null;
  let places: number[] = [], longest = run;
  for (let at = run - 1; at < job.count; at++) {
    if (job.hi[at] !== newest.hi || !isSame(job, newest, at)) continue;
    const length = runLength(job, items, at, items.length);
    if (length < longest) continue;
    if (length > longest) places = [];
    longest = length;
    places.push(at);
  }
  return choose(job, places, newest.extrudes ? zMm : null, prefer);
}

function choose(
  job: Job,
  places: number[],
  zMm: number | null,
  prefer: number | null,
): Found {
  if (places.length === 0) return null;
  if (places.length === 1) return { at: places[0]! };
  const { layers } = job.manifest;
  const level = zMm === null ? [] : places.filter((at) => {
    const layer = layerAt(job, at);
    return layer !== null && Math.abs(layers[layer]!.zMm - zMm) < 0.002;
  });
  if (level.length === 1) return { at: level[0]! };
  const next = prefer === null ? undefined : places.find((at) => at >= prefer);
  return next === undefined ? "ambiguous" : { at: next };
}
