import { calmStreamEvents } from "./analysis/command_findings.ts";
import { holdsOf, profileOf } from "./analysis/heater_profile.ts";
import { takeLesson, withLessons } from "./analysis/lessons.ts";
import { firstHotend } from "./analysis/hotends.ts";
import { paceProfileOf } from "./analysis/motion_watch.ts";
import type { Reference } from "./analysis/reference_watch.ts";
import { sensesProfileOf } from "./analysis/senses_state.ts";
import {
  type AnalysisOptions,
  type AnalysisState,
  freshState,
  goOn,
  type PrinterProfile,
  restoreState,
} from "./analysis/state.ts";
import { layerOf, printerState } from "./analysis/stream_watch.ts";
import { take } from "./analysis/take.ts";
import type { Analysis, AnalysisStatus, Lesson } from "./finding.ts";
import { Command } from "./gcode/command.ts";
import { makeEffects } from "./gcode/machine.ts";
import type { Observation } from "./source/observation.ts";
import { makeMotionOutput } from "./twin/motion/motion_twin.ts";

export type { AnalysisOptions, AnalysisState, PrinterProfile };

/** An analysis that can be given another job to hold the stream against. */
export interface PrinterAnalysis extends Analysis<AnalysisState> {
  /** Takes a newly registered job, or none; the stream is held against it from its next start. */
  adopt(state: AnalysisState, reference: Reference | null): void;
}

/**
 * The analysis of one printer [pure]: twin, detector and classifier in a row over one source's
 * observations.
 */
export function createAnalysis(given: AnalysisOptions): PrinterAnalysis {
  const options = { ...given };
  const scratch = { command: new Command(), effects: makeEffects(), motion: makeMotionOutput() };
  return {
    init: (restored) => restored ? goOn(restored, options) : freshState(options),
    adopt(state, reference) {
      options.reference = reference;
      state.jobDigest = reference?.jobDigest ?? null;
      state.reference = reference?.init() ?? null;
    },
    step(state, observation) {
      // A source that doesn't know the time, or a number, says nothing.
      if (!measurable(observation)) return [];
      state.nowS = Math.max(state.nowS, observation.eventTimeS);
      const found = take(state, observation, options, scratch);
      const calm = calmStreamEvents(state.commands, state.episodes, state.nowS);
      if (found.length === 0 && calm.length === 0) return found;
      return [...found, ...calm].map((finding) => withLessons(state.lessons, finding, state.nowS));
    },
    snapshot: (state) => state,
    restore: restoreState,
    status: (state) => statusOf(state, options),
    learn(state: AnalysisState, lesson: Lesson) {
      state.lessons = takeLesson(state.lessons, lesson);
      return state;
    },
  };
}

function measurable(observation: Observation): boolean {
  if (!Number.isFinite(observation.eventTimeS)) return false;
  // A reading that is no number is the business of whoever judges the sense.
  if (observation.type !== "heater") return true;
  const { measuredC, targetC, duty } = observation;
  return Number.isFinite(measuredC) && Number.isFinite(targetC) &&
    (duty === null || Number.isFinite(duty));
}

function statusOf(state: AnalysisState, options: AnalysisOptions): AnalysisStatus {
  const { linesSent, linesReceived, garbledLines, gaps, missedFrames } = state.stream;
  return {
    printerState: printerState(state.stream, state.nowS),
    linesSent,
    linesReceived,
    garbledLines,
    gaps,
    missedFrames,
    jobDigest: state.jobDigest,
    layer: layerOf(state.stream),
    digests: options.digests,
    progress: options.reference?.progress?.(state.reference) ?? null,
    holds: { hotend: holdsOf(firstHotend(state)), bed: holdsOf(state.heaters.bed) },
  };
}

/** What the printer's heaters, motion and senses have taught so far; to be saved, and approved by a person. */
export function learntProfile(state: AnalysisState): PrinterProfile {
  const { heaters, senses, motion } = state;
  const profile = { hotend: profileOf(firstHotend(state)), bed: profileOf(heaters.bed) };
  const taught = sensesProfileOf(senses);
  const pace = paceProfileOf(motion);
  return { ...profile, ...(taught ? { senses: taught } : {}), ...(pace ? { pace } : {}) };
}
