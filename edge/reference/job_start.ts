import { KNOWN_Z } from "../gcode/machine_state.ts";
import type { AlignState } from "./align_state.ts";
import { explain } from "./difference.ts";
import type { Job } from "./job.ts";
import { type Mismatch, mismatch } from "./mismatch.ts";
import { findAnywhere, runLength } from "./search.ts";

/** The job's beginning is looked for among so many of its first commands. */
const HEAD = 256;
const SHORT_HEAD = 24;
const HEAD_RUN = 3;
/** A stream that was met midway has to show so many commands in a row. */
export const MIDWAY_RUN = 6;
/** One that was lost, more. */
const FOUND_AGAIN_RUN = 32;

/**
 * Looks whether the latest commands belong to the job: at its beginning, with a host's start script
 * before it, or anywhere in it where the guard has come late. Gives what differed up to here, or
 * `null` where the job hasn't begun.
 */
export function tryStart(job: Job, state: AlignState): Mismatch[] | null {
  const head = findHead(job, state);
  if (head !== null) return startAt(job, state, head, HEAD_RUN);
  const run = state.phase === "before" ? MIDWAY_RUN : FOUND_AGAIN_RUN;
  const midway = findAnywhere(job, state.pending, run, heightOf(state), null);
  if (midway === null) return null;
  // It is this job, though which of its like layers is still to be seen.
  state.foreignMoves = 0;
  return midway === "ambiguous" ? null : startAt(job, state, midway.at, run);
}

/** The toolhead's height, mm, or `null` while it was never told. */
export function heightOf(state: AlignState): number | null {
  return (state.machine.known & KNOWN_Z) === 0 ? null : state.machine.zMm;
}

function findHead(job: Job, state: AlignState): number | null {
  const run = Math.min(HEAD_RUN, job.count);
  // Without homing a match further on may as well be one of many like layers.
  const end = Math.min(state.homed ? HEAD : SHORT_HEAD, job.count);
  for (let at = run - 1; at < end; at++) {
    if (runLength(job, state.pending, at, run) < run) continue;
    // Further on, commands that say little are not enough.
    if (at < SHORT_HEAD || state.pending.slice(-run).some((item) => item.hasXY)) return at;
  }
  return null;
}

function startAt(job: Job, state: AlignState, at: number, run: number): Mismatch[] {
  const first = at - run + 1;
  const foreign = state.pending.slice(0, state.pending.length - run);
  // Without homing the guard may simply have come late.
  const sawStart = state.phase !== "lost" && (state.homed || first < SHORT_HEAD);
  const told = first > 0 && first < HEAD && sawStart
    ? explain(job, foreign, 0, first, true, null)
    : first >= HEAD && state.homed && state.phase === "before"
    ? [mismatch(job, "dropped", 0, { count: first })]
    : [];
  told.push(...startFactors(job, state));
  state.block = first === 0 ? state.pending.slice(-run).map((item) => item.text) : null;
  state.phase = at + 1 === job.count ? "after" : "running";
  state.at = at + 1;
  state.pending = [];
  state.homed = false;
  state.foreignMoves = 0;
  state.upheaval = 0;
  state.rewritten = false;
  state.scriptTold = null;
  state.skipping = false;
  state.gone = null;
  state.alteredAt = -1;
  if (first === 0) state.swapTold = false;
  return told;
}

/** Factors that a start script has left behind scale the whole job. */
function startFactors(job: Job, state: AlignState): Mismatch[] {
  const told: Mismatch[] = [];
  if (state.startFlow !== 100) {
    const gotText = `M221 S${state.startFlow}`;
    told.push(mismatch(job, "flow", 0, { gotText, detail: "start-script" }));
  }
  if (state.startSpeed !== 100) {
    const gotText = `M220 S${state.startSpeed}`;
    told.push(mismatch(job, "speed", 0, { gotText, detail: "start-script" }));
  }
  state.startFlow = state.startSpeed = 100;
  return told;
}
