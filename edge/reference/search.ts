import { sameCommand } from "./fingerprint.ts";
import { isNear } from "./difference.ts";
import { classOf, isMove } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import type { StreamItem } from "./mismatch.ts";

/** How far ahead of the expected command a stream may be found again. */
export const LOOK_AHEAD = 96;

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
    if (!sameCommand(item.hi, item.lo, job.hi[at - run]!, job.lo[at - run]!)) break;
    run++;
  }
  return run;
}

/**
 * Looks for the newest items near the expected command. The farther from what altered or inserted
 * lines alone would explain, the more commands in a row are asked for; commands that say little,
 * such as `G92 E0`, count for less.
 */
export function findNearby(job: Job, items: readonly StreamItem[], expected: number): Place | null {
  const lockstep = expected + items.length - 1;
  let best: Place | null = null, bestScore = 0;
  const end = Math.min(expected + LOOK_AHEAD, job.count - 1);
  for (let at = expected; at <= end; at++) {
    const run = runLength(job, items, at, 8);
    if (run === 0) continue;
    const telling = run - plain(items, run);
    const away = at === lockstep || at === expected + run - 1 ? 0 : at - expected <= 8 ? 1 : 2;
    // One telling command suffices where lines were altered or inserted.
    if (telling < 1 + away && run < 3 + away) continue;
    const score = run * 4 - away - Math.abs(at - lockstep) / LOOK_AHEAD;
    if (score > bestScore) [best, bestScore] = [{ at, run }, score];
  }
  return best;
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

/** Whether every item is, one for one, an altered form of what the job has here. */
export function inLockstep(job: Job, items: readonly StreamItem[], expected: number): boolean {
  const newest = expected + items.length - 1;
  if (newest >= job.count || !isNear(job, items.at(-1)!, newest)) return false;
  return items.every((item, at) =>
    isMove(item.hi) && classOf(item.hi) === classOf(job.hi[expected + at]!)
  );
}

/** Looks for the newest `run` items in a part of the job, first place first. */
export function findAnywhere(
  job: Job,
  items: readonly StreamItem[],
  run: number,
  from: number,
  to: number,
): number | null {
  const newest = items.at(-1);
  if (!newest || items.length < run || plain(items, run) > run / 2) return null;
  const { hi, lo } = newest;
  for (let at = Math.max(from, run - 1); at < Math.min(to, job.count); at++) {
    if (job.hi[at] !== hi || !sameCommand(hi, lo, job.hi[at]!, job.lo[at]!)) continue;
    if (runLength(job, items, at, run) === run) return at;
  }
  return null;
}
