import { advance, type AlignState } from "./align_state.ts";
import { explain, insertedMismatches } from "./difference.ts";
import { sameCommand } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import { heightOf, MIDWAY_RUN } from "./job_start.ts";
import {
  alteredMismatch,
  itemKind,
  type Mismatch,
  mismatch,
  short,
  type StreamItem,
} from "./mismatch.ts";
import { isPause, isSwitchOff } from "./scripts.ts";
import { LEFT_OUT_MAX } from "./skipped.ts";
import { findAnywhere, findNearby, inLockstep, isSame, type Place } from "./search.ts";
import { isRewritten, tellRewritten } from "./welded.ts";

/** So many commands without a place are looked for in the whole job. */
export const PENDING_MAX = 64;
/** More places with inserted or dropped commands, fading by 1 in 50 that fit, are another file. */
const UPHEAVAL_MAX = 24;
/** Who pauses takes longer than this; what comes faster may not push more than it drew back, s, mm. */
const PAUSE_LEAST_S = 5, SURPLUS_MM = 0.5;
/** The job's first commands in a row mean that it starts anew. */
export const HEAD_RUN = 5;

export function stepPending(
  job: Job,
  state: AlignState,
  item: StreamItem,
): Mismatch[] {
  if (item.idle && !hasSoon(job, state, item, state.at - 1)) return [];
  hold(state, item);
  const place = findNearby(job, state.pending, state.at, state.skipping ? LEFT_OUT_MAX : 0);
  if (place !== null) return resume(job, state, place);
  if (inLockstep(job, state.pending, state.at)) {
    const from = state.at;
    const mismatches = state.pending.flatMap((each, index) =>
      each.told || isSame(job, each, from + index) ? [] : [alteredMismatch(job, each, from + index)]
    );
    leavePending(job, state, from + state.pending.length);
    return mismatches;
  }
  const ends = /^M108$/.test(item.text) && state.pending.some(isPause);
  const atOnce = itemKind(item) !== null && !isSwitchOff(item) && !ends;
  if (atOnce && !hasSoon(job, state, item, state.at - 1)) {
    const told = insertedMismatches(job, [item], state.at, null);
    item.told = true;
    return told;
  }
  return state.pending.length >= PENDING_MAX ? searchAll(job, state) : [];
}

/** Finds its way on at `place`, and says what the commands without a place were. */
function resume(job: Job, state: AlignState, place: Place): Mismatch[] {
  const { pending, at: from } = state;
  const foreign = pending.slice(0, pending.length - place.run);
  const to = place.at - place.run + 1;
  const rewritten = isRewritten(job, foreign, from, to);
  const pause = to === from && isPauseLike(state, foreign) ? "pause-like" : null;
  leavePending(job, state, place.at + 1);
  if (rewritten) return tellRewritten(job, state, foreign);
  const told = explain(job, foreign, from, to, false, pause);
  if (state.skipping) return told;
  state.upheaval +=
    told.filter((each) => each.kind === "inserted" || each.kind === "dropped").length;
  return state.upheaval > UPHEAVAL_MAX ? giveUp(job, state) : told;
}

/** Lifts, parks and comes back without printing anything, or waits for a person. */
function isPauseLike(state: AlignState, foreign: readonly StreamItem[]): boolean {
  const last = foreign.at(-1);
  if (!last || foreign.some(isPrinting)) return false;
  if (foreign.length < 2 && !isPause(last)) return false;
  if (leavesBlob(foreign)) return false;
  return Math.abs(last.xMm - state.fromXMm) < 0.01 && Math.abs(last.yMm - state.fromYMm) < 0.01 &&
    Math.abs(last.zMm - state.fromZMm) < 0.01;
}

/** Pushes filament into a part within a moment: no pause and no change of filament takes so little. */
function leavesBlob(foreign: readonly StreamItem[]): boolean {
  if (foreign.some(isPause)) return false;
  const tookS = foreign.at(-1)!.eventTimeS - foreign[0]!.eventTimeS;
  return tookS < PAUSE_LEAST_S && foreign.reduce((sum, { deMm }) => sum + deMm, 0) > SURPLUS_MM;
}

export function quietly(state: AlignState): "no-extrusion" | null {
  return state.pending.some(isPrinting) ? null : "no-extrusion";
}

export function isPrinting(item: StreamItem): boolean {
  return item.extrudes && item.hasXY;
}

/** The rest of the job will not come. */
export function truncated(job: Job, state: AlignState): Mismatch {
  const count = job.count - state.at;
  return mismatch(job, "dropped", state.at, { count, detail: "truncated" });
}

/** The job's first commands again: it was broken off and starts anew. */
export function tryRestart(job: Job, state: AlignState): Mismatch[] | null {
  const head = Math.min(HEAD_RUN, job.count);
  const { recent } = state;
  if (recent.length < head || state.at <= head) return null;
  for (let at = 0; at < head; at++) {
    if (!sameCommand(recent[recent.length - head + at]!, job.hi[at]!, job.lo[at]!)) return null;
  }
  const told = [truncated(job, state)];
  leavePending(job, state, head);
  return told;
}

function searchAll(job: Job, state: AlignState): Mismatch[] {
  const found = findAnywhere(job, state.pending, MIDWAY_RUN, heightOf(state), state.at);
  if (found !== null && found !== "ambiguous") {
    const skipped = found.at - MIDWAY_RUN + 1 - state.at;
    const first = state.pending[0]!;
    const told = skipped > 0
      ? mismatch(job, "dropped", state.at, { count: skipped })
      : mismatch(job, "order", state.at, { gotText: short(first.body), count: PENDING_MAX });
    leavePending(job, state, found.at + 1);
    return [told];
  }
  return giveUp(job, state);
}

/** Says once that this is not the job, and stays silent until it is again. */
export function giveUp(job: Job, state: AlignState): Mismatch[] {
  const gotText = short(state.pending.at(-1)?.body ?? "");
  state.phase = "lost";
  state.homed = false;
  state.pending = [];
  state.foreignMoves = 0;
  state.block = null;
  if (state.swapTold) return [];
  state.swapTold = true;
  return [mismatch(job, "swapped-job", state.at, { gotText })];
}

function leavePending(job: Job, state: AlignState, at: number): void {
  state.pending = [];
  state.scriptTold = null;
  state.block = null;
  advance(state, at);
  if (at === job.count) state.phase = "after";
}

export function hold(state: AlignState, item: StreamItem): Mismatch[] {
  // What was told of the first of them stands for the rest.
  item.told = state.pending.some((each) => each.told && itemKind(each) === null);
  state.pending.push(item);
  return [];
}

/** Whether the job has the command a little later: then commands may be missing instead. */
export function hasSoon(job: Job, state: AlignState, item: StreamItem, at: number): boolean {
  const within = state.skipping ? LEFT_OUT_MAX : 8;
  for (let soon = at + 1; soon <= at + within && soon < job.count; soon++) {
    if (sameCommand(item, job.hi[soon]!, job.lo[soon]!)) return true;
  }
  return false;
}
