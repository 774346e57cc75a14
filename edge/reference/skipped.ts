import type { AlignState } from "./align_state.ts";
import { isMove } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import { describe, itemKind, type Mismatch, mismatch, type StreamItem } from "./mismatch.ts";

/** The extruder's position is set before so many more commands, or never. */
const SET_WITHIN = 2;
const SETS_E = /^G92 E[-\d.]+$/;

/**
 * Moves are left out and the extruder's position is set to fit, as when an object is cancelled;
 * null where something else happened. Where the position may still be set, what is missing waits.
 */
export function skippedMismatches(
  job: Job,
  state: AlignState,
  foreign: readonly StreamItem[],
  from: number,
  to: number,
): Mismatch[] | null {
  const strange = foreign.some((item) =>
    (item.extrudes && item.hasXY) || itemKind(item) !== null || !(isMove(item.hi) || isSet(item))
  );
  if (to === from || strange || !job.hi.subarray(from, to).some((hi) => isMove(hi))) return null;
  const count = to - from;
  if (state.skipping || foreign.some(isSet)) {
    state.skipping = true;
    return [mismatch(job, "dropped", from, { count, detail: "skipped" })];
  }
  // Travels that came instead show that it isn't merely a lost line.
  if (foreign.length > 0) return null;
  const told = [mismatch(job, "dropped", from, { count, expectedText: describe(job, from) })];
  if (state.gone !== null) return [...settled(state), ...told];
  state.gone = { told, left: SET_WITHIN };
  return [];
}

/**
 * What becomes of the moves that are missing, now that `item` has come; null where it has to be
 * looked at as any other.
 */
export function stepGone(job: Job, state: AlignState, item: StreamItem): Mismatch[] | null {
  const sets = isSet(item) && !fits(job, state, item);
  if (state.skipping && sets) return [];
  const { gone } = state;
  if (gone === null) return null;
  if (!sets) {
    gone.left--;
    return null;
  }
  state.gone = null;
  state.skipping = true;
  const count = gone.told.reduce((sum, each) => sum + each.count, 0);
  return [mismatch(job, "dropped", gone.told[0]!.position, { count, detail: "skipped" })];
}

/**
 * Once an object is being left out, what else is missing and where the toolhead goes instead belong
 * to that. What prints elsewhere, or sets something, does not.
 */
export function leftOut(state: AlignState, told: Mismatch[]): Mismatch[] {
  if (!state.skipping) return told;
  return told.map((each) => {
    const travels = each.gotText === null || /^G[01] (?!.*E)/i.test(each.gotText);
    const moves = each.kind === "dropped" || each.kind === "inserted" ||
      each.kind === "geometry" || each.kind === "order";
    return travels && moves ? { ...each, kind: "dropped", detail: "skipped" } : each;
  });
}

/** What is missing for good. */
export function settled(state: AlignState): Mismatch[] {
  const { gone } = state;
  state.gone = null;
  return gone?.told ?? [];
}

function isSet(item: StreamItem): boolean {
  return SETS_E.test(item.text);
}

function fits(job: Job, state: AlignState, item: StreamItem): boolean {
  return job.hi[state.at] === item.hi && job.lo[state.at] === item.lo;
}
