import type { Finding } from "../finding.ts";
import type { Mismatch } from "../reference/mismatch.ts";
import { type Reference, streamEventOf } from "./reference_watch.ts";
import type { AnalysisOptions, AnalysisState } from "./state.ts";
import { layerOf, NEVER } from "./stream_watch.ts";
import { tell } from "./tell.ts";
import { tickUnfinished } from "./unfinished_job.ts";

/** A job that hasn't moved for so long, and isn't paused, has ended, s. */
const ENDED_S = 240;

/** What time alone tells of the job: an overdue line, or an end without its last line. */
export function tickJob(state: AnalysisState, options: AnalysisOptions): Finding[] {
  const { reference } = options;
  const { stream, answers, targets, nowS } = state;
  if (!reference) {
    const standing = { stream, answers, hotend: targets.hotend };
    return tickUnfinished(state.unfinished, standing, nowS)
      .flatMap((event) => tell(state, event, options));
  }
  const layer = layerOf(stream);
  const found = [...reference.tick(state.reference, nowS), ...endOfJob(state, reference)];
  return found.flatMap((mismatch) => tell(state, streamEventOf(mismatch, nowS, layer), options));
}

/** What is left to say of a job that has ended without its last line. */
function endOfJob(state: AnalysisState, reference: Reference): Mismatch[] {
  const { stream, nowS } = state;
  const stillS = nowS - stream.lastExtrusionS;
  const begun = stream.lastExtrusionS > NEVER;
  return begun && !stream.paused && stillS >= ENDED_S ? reference.finish(state.reference) : [];
}
