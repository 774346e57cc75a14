import { advance, type AlignState } from "./align_state.ts";
import { classOf, compareMoves, isMove } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import { type Mismatch, mismatch, short, type StreamItem } from "./mismatch.ts";

/** No arc stands for more moves than this. */
const WELDED_MAX = 512;

/**
 * Takes an arc that stands for a chain of the job's straight moves: it ends where one of them ends,
 * with the same E, and nothing else stands between. Null where it doesn't, or where the slicer
 * wrote arcs itself.
 */
export function weldedArc(job: Job, state: AlignState, item: StreamItem): Mismatch[] | null {
  if (item.straight === null || job.hasArcs || state.pending.length > 0) return null;
  const end = Math.min(state.at + WELDED_MAX, job.count);
  let onlyPath = -1;
  for (let at = state.at; at < end && classOf(job.hi[at]!) === "linear"; at++) {
    const { path, filament } = compareMoves(item.straight, job.hi[at]!, job.lo[at]!);
    if (path) continue;
    if (!filament) return weld(job, state, item, at);
    if (onlyPath < 0) onlyPath = at;
  }
  // Where E is relative, the arc's is a sum that no single move has.
  return onlyPath >= 0 && state.machine.relativeE ? weld(job, state, item, onlyPath) : null;
}

function weld(job: Job, state: AlignState, item: StreamItem, at: number): Mismatch[] {
  state.block = null;
  advance(state, at + 1);
  if (state.at === job.count) state.phase = "after";
  return tellRewritten(job, state, [item]);
}

/** A plug-in has turned moves into arcs: several moves are gone where each arc stands. */
export function isRewritten(
  job: Job,
  foreign: readonly StreamItem[],
  from: number,
  to: number,
): boolean {
  const arcs = foreign.filter((item) => classOf(item.hi) === "arc");
  if (arcs.length === 0 || to - from < 2 * arcs.length) return false;
  if (!foreign.every((item) => isMove(item.hi))) return false;
  if (!arcs.every((arc) => endsWithin(job, arc, from, to))) return false;
  return job.hi.subarray(from, to).every((hi) => classOf(hi) === "linear");
}

/** Whether an arc ends where one of the job's straight moves does. */
function endsWithin(job: Job, arc: StreamItem, from: number, to: number): boolean {
  return job.hi.subarray(from, to).includes(arc.straight?.hi ?? -1);
}

/** Arcs that wait, in a job that has none, for the moves that they stand for: no foreign moves. */
export function waitingArcs(job: Job, state: AlignState): Mismatch[] | null {
  const { pending } = state;
  const end = Math.min(state.at + WELDED_MAX, job.count);
  const welded = !job.hasArcs &&
    pending.every((item) => item.straight === null || endsWithin(job, item, state.at, end)) &&
    pending.every((item) => isMove(item.hi)) &&
    pending.some((item) => classOf(item.hi) === "arc");
  return welded ? tellRewritten(job, state, pending) : null;
}

/** Told once; from then on arcs in place of moves are what is to be expected of this host. */
export function tellRewritten(
  job: Job,
  state: AlignState,
  foreign: readonly StreamItem[],
): Mismatch[] {
  if (state.rewritten) return [];
  state.rewritten = true;
  const arc = foreign.find((item) => classOf(item.hi) === "arc");
  const gotText = short(arc?.body ?? "");
  return [mismatch(job, "swapped-job", state.at, { gotText, detail: "rewritten" })];
}
