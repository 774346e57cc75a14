import { restFilament } from "../detector/filament_check.ts";
import { forgetPlace } from "../gcode/machine_state.ts";
import { initChecksumWatch } from "./checksum_watch.ts";
import { noteFirmwareGap } from "./firmware_watch.ts";
import { initLayerWatch } from "./layer_watch.ts";
import { noteMotionGap } from "./motion_watch.ts";
import type { Reference } from "./reference_watch.ts";
import { initReportWatch } from "./report_watch.ts";
import type { SensesWatch } from "./senses_state.ts";
import { noteUnseenMoves } from "./senses_watch.ts";
import type { AnalysisState } from "./state.ts";
import { NEVER, type StreamWatch } from "./stream_watch.ts";
import { noteAnswerGap } from "./answer_watch.ts";
import { noteTargetGap } from "./target_watch.ts";
import { noteUnreferencedGap } from "./unreferenced_watch.ts";

/**
 * Takes that lines passed which nobody saw: what was sent or answered meanwhile is unknown, and so
 * nothing may be concluded from what seems to be missing. What the printer has taught stays. Mutates
 * the state.
 */
export function noteGap(
  state: AnalysisState,
  reference: Reference | null,
  missedFrames: number,
  eventTimeS: number,
): void {
  noteStreamGap(state.stream, missedFrames);
  noteAnswerGap(state.answers, eventTimeS);
  noteFirmwareGap(state.firmware);
  noteMotionGap(state.motion, eventTimeS);
  noteUnreferencedGap(state.unreferenced);
  noteSensesGap(state.senses);
  for (const target of Object.values(state.targets)) noteTargetGap(target);
  state.reports = initReportWatch();
  state.checksums = initChecksumWatch();
  state.layers = initLayerWatch();
  reference?.interrupt?.(state.reference);
}

function noteStreamGap(stream: StreamWatch, missedFrames: number): void {
  stream.gaps++;
  stream.missedFrames += missedFrames;
  stream.pendingMm = 0;
  stream.fanKnown = false;
  forgetPlace(stream.machine);
  // How the job went on, and whether it has ended, is seen once it extrudes again.
  stream.lastExtrusionS = NEVER;
}

function noteSensesGap(senses: SensesWatch): void {
  noteUnseenMoves(senses);
  restFilament(senses.filament);
  if (senses.commanded) forgetPlace(senses.commanded.interpreter.machine);
}
