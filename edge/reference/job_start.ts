import type { AlignState } from "./align_state.ts";
import { explain } from "./difference.ts";
import type { Job } from "./job.ts";
import { type Mismatch, mismatch } from "./mismatch.ts";
import { findAnywhere, runLength } from "./search.ts";

/** The job's beginning is looked for among so many of its first commands. */
const HEAD = 256;
const HEAD_RUN = 3;
/** A stream that was met midway has to show so many commands in a row. */
const MIDWAY_RUN = 6;

/**
 * Looks whether the latest commands belong to the job: at its beginning, with a host's start script
 * before it, or anywhere in it where the guard has come late. Gives what differed up to here, or
 * `null` where the job hasn't begun.
 */
export function tryStart(job: Job, state: AlignState): Mismatch[] | null {
  const head = findHead(job, state);
  if (head !== null) return startAt(job, state, head, HEAD_RUN);
  const midway = findAnywhere(job, state.pending, MIDWAY_RUN, 0, job.count);
  return midway === null ? null : startAt(job, state, midway, MIDWAY_RUN);
}

function findHead(job: Job, state: AlignState): number | null {
  const run = Math.min(HEAD_RUN, job.count);
  for (let at = run - 1; at < Math.min(HEAD, job.count); at++) {
    if (runLength(job, state.pending, at, run) < run) continue;
    // Further on, commands that say little are not enough.
    const newest = state.pending.slice(-run);
    if (at === run - 1 || newest.some((item) => item.hasXY) || at < 32) return at;
  }
  return null;
}

function startAt(job: Job, state: AlignState, at: number, run: number): Mismatch[] {
  const first = at - run + 1;
  const foreign = state.pending.slice(0, state.pending.length - run);
  // Without homing the guard may simply have come late.
  const sawStart = state.homed || first < 32;
  const told = first > 0 && first < HEAD && sawStart
    ? explain(job, foreign, 0, first, true, null)
    : first >= HEAD && state.homed && state.phase === "before"
    ? [mismatch(job, "dropped", 0, { count: first })]
    : [];
  told.push(...startFactors(job, state));
  const whole = first === 0 || told.length === 0;
  state.block = first === 0 ? state.pending.slice(-run).map((item) => item.text) : null;
  state.phase = at + 1 === job.count ? "after" : "running";
  state.at = at + 1;
  state.pending = [];
  state.homed = false;
  state.foreignMoves = 0;
  state.upheaval = 0;
  state.arcsSeen = 0;
  state.alteredAt = -1;
  if (whole && first === 0) state.swapTold = false;
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
