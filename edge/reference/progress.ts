import type { AlignState } from "./align_state.ts";
import { type Job, layerAt } from "./job.ts";

/** How far a job has come, by its own plan. */
export interface JobProgress {
  /** The layer at work; `null` before the first. */
  layer: number | null;
  /** Planned motion of the whole job and of what has come of it, s. */
  totalS: number;
  doneS: number;
  /** The same of filament, mm. */
  totalMm: number;
  doneMm: number;
  /** The slicer's own estimate, s. */
  slicerS: number | null;
  /** Its last command has come. */
  ended: boolean;
}

/**
 * How far the job has come; `null` while it doesn't run. A layer's motion and filament count as
 * spread evenly over its commands.
 */
export function progress(job: Job, state: AlignState): JobProgress | null {
  if (state.phase !== "running" && state.phase !== "after") return null;
  const { layers, totals, slicerS = null } = job.manifest;
  const whole = { totalS: totals.timeS, totalMm: totals.extrudedMm, slicerS };
  const layer = layerAt(job, state.at);
  if (state.phase === "after") {
    return { ...whole, layer, doneS: totals.timeS, doneMm: totals.extrudedMm, ended: true };
  }
  let doneS = 0, doneMm = 0;
  for (let index = 0; index <= (layer ?? -1); index++) {
    const { first, timeS, extrudedMm } = layers[index]!;
    const end = layers[index + 1]?.first ?? job.count;
    const share = Math.min(1, (state.at - first) / Math.max(1, end - first));
    doneS += timeS * share;
    doneMm += extrudedMm * share;
  }
  return {
    ...whole,
    layer,
    doneS: Math.min(doneS, totals.timeS),
    doneMm: Math.min(doneMm, totals.extrudedMm),
    ended: false,
  };
}
