import type { Manifest } from "../../shared/manifest.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { Command } from "../gcode/command.ts";
import { makeEffects } from "../gcode/effects.ts";
import type { GridLayer } from "../twin/extrusion/layer_grid.ts";
import { finishAlign, stepAlign, tickAlign } from "./align.ts";
import { type AlignState, initAlign, interruptAlign } from "./align_state.ts";
import { type Job, openManifest } from "./job.ts";
import { plannedLayer } from "./job_maps.ts";
import type { Mismatch } from "./mismatch.ts";
import { type JobProgress, progress } from "./progress.ts";

/** A registered job that streams can be held against. */
export interface JobReference {
  readonly jobDigest: string;
  readonly job: Job;
  init(): AlignState;
  /** Takes one command sent by the host; changes the state in place. */
  step(state: AlignState, command: Command, eventTimeS: number): Mismatch[];
  /** Lets time pass without a command: what waits for the next line is told after a second. */
  tick(state: AlignState, eventTimeS: number): Mismatch[];
  /** To be called when the print is known to have ended. */
  finish(state: AlignState): Mismatch[];
  /** Commands passed unseen: the place in the job is looked for anew. */
  interrupt(state: AlignState): void;
  /** How far the job has come; `null` while it doesn't run. */
  progress(state: AlignState): JobProgress | null;
  /** What the layer of a position, or of a height, should look like; null where that isn't known. */
  planned(position: number, zMm: number | null): GridLayer | null;
  /** Whether this may be the job that runs: false once another one was seen. */
  covers(state: AlignState): boolean;
  /** Reads a state back that went through JSON; one of another version is refused. */
  restore(snapshot: unknown): Result<AlignState>;
}

/**
 * Makes a reference from a manifest.
 *
 * @example
 * const reference = createReference(manifest);
 * if (reference.ok) {
 *   const state = reference.value.init();
 *   const mismatches = reference.value.step(state, command, eventTimeS);
 * }
 */
export function createReference(manifest: Manifest): Result<JobReference> {
  const opened = openManifest(manifest);
  if (!opened.ok) return opened;
  const job = opened.value;
  // Scratch: nothing in it outlives a step.
  const effects = makeEffects();
  return ok({
    jobDigest: job.manifest.jobDigest,
    job,
    init: () => initAlign(job),
    step: (state, command, eventTimeS) => stepAlign(job, state, command, eventTimeS, effects),
    tick: (state, eventTimeS) => tickAlign(job, state, eventTimeS),
    finish: (state) => finishAlign(job, state),
    interrupt: interruptAlign,
    progress: (state) => progress(job, state),
    planned: (position, zMm) => plannedLayer(job.manifest.maps, position, zMm),
    covers: ({ phase }) => phase !== "lost",
    restore,
  });
}

function restore(snapshot: unknown): Result<AlignState> {
  const version = (snapshot as { version?: unknown } | null)?.version;
  if (version === 2) return ok(snapshot as AlignState);
  return refused(`Cannot restore an alignment: version 2 was required, got '${String(version)}'`);
}
