import type { AnalysisState } from "../../edge/analysis.ts";
import { eventFeatures } from "../../edge/analysis/event_features.ts";
import type { HeaterWatch } from "../../edge/analysis/heater_watch.ts";
import type { Features } from "../../edge/classifier/classify.ts";
import { heldScore } from "../../edge/detector/pattern.ts";
import {
  isFull,
  wholeWindow,
  WINDOW_CHANNELS,
  WINDOW_STEPS,
} from "../../edge/detector/residual_window.ts";
import type { Models } from "../../edge/network/models.ts";
import type { EventName } from "../../shared/known_issue.ts";
import { printerSeed } from "../evaluate/split.ts";
import type { Truth } from "../printer/scenario/injection.ts";
import { type Jobs, runPrint, teachProfile } from "./prints.ts";

export const WINDOW_VALUES = WINDOW_STEPS * WINDOW_CHANNELS.length;

/** What a sample is: 0 normal, 1 an accident, 2 a threat. */
export type Label = 0 | 1 | 2;

export interface WindowSample {
  label: Label;
  values: Int8Array;
}

/** An irregularity at one moment of its life. */
export interface FeatureSample {
  label: Label;
  scenario: string | null;
  event: EventName;
  features: Features;
}

/** The highest score that stood in a clean print. */
export interface CleanPrint {
  score: number;
  hours: number;
  reportsS: number;
}

/** Windows are taken so far apart, s: of disturbances more, for there are fewer of them. */
const WINDOW_EVERY_S = 6;
const ODD_EVERY_S = 2;
/** A disturbance fills enough of a window after so long, s; one that grows slowly, after more. */
const SHOWS_AFTER_S = 14;
/** What a disturbance leaves behind belongs to it for so long, s. */
const AFTERMATH_S = 40;
/** An irregularity is looked at when it is as old as these, s. */
const AGES_S = [0, 4, 9, 14, 25, 40, 60, 85];

export function labelOf(scenario: string | null): Label {
  if (scenario === null) return 0;
  return scenario.startsWith("E") ? 1 : 2;
}

/** What a set's printers are taken through. */
export interface Course {
  jobs: Jobs;
  /** The set's own seed, and the printers' indices in it. */
  seed: number;
  first: number;
  printers: number;
  printS: number;
  /** So many clean prints of each printer, and so many with two scenarios of the list in turn. */
  clean: number;
  odd: number;
  scenarios: readonly string[];
  models: Models | null;
}

/** The scenarios of a printer's `run`-th print; undefined: it has no more. */
function scenariosOf(
  { scenarios, clean, odd }: Course,
  index: number,
  run: number,
): readonly string[] | undefined {
  if (run >= clean + odd) return undefined;
  if (run < clean) return [];
  const print = index * odd + run - clean;
  const at = (n: number) => scenarios[(2 * print + n) % scenarios.length]!;
  // Which of them comes first says nothing.
  return print % 2 === 0 ? [at(0), at(1)] : [at(1), at(0)];
}

function eachPrint(
  course: Course,
  each: (state: AnalysisState, truths: readonly Truth[]) => void,
  done: (hours: number, state: AnalysisState) => void = () => {},
): void {
  const { jobs, seed, first, printers, models, printS } = course;
  for (let index = first; index < first + printers; index++) {
    const drawn = printerSeed(jobs.set, seed, index);
    const profile = teachProfile(jobs, drawn);
    for (let run = 0;; run++) {
      const scenarios = scenariosOf(course, index, run);
      if (scenarios === undefined) break;
      let last: AnalysisState | null = null;
      const print = { printerSeed: drawn, run, profile, scenarios, durationS: printS, models };
      const seconds = runPrint(jobs, print, (state, truths) => {
        last = state;
        each(state, truths);
      });
      if (last) done(seconds / 3600, last);
    }
  }
}

function isJudged({ learner, recent }: HeaterWatch): boolean {
  return learner.trusted && (recent.at(-1)?.overAmbientK ?? 0) > 15;
}

/** Windows of the hotend's residuals, each with what was going on in it. */
export function collectWindows(
  course: Course,
  commanded: readonly string[],
  everyS = WINDOW_EVERY_S,
): WindowSample[] {
  const samples: WindowSample[] = [];
  let nextS = 0;
  eachPrint(course, ({ heaters }, truths) => {
    const watch = heaters.hotend;
    const nowS = watch.twin.last!.eventTimeS;
    if (nowS < nextS && nowS > nextS - everyS) return;
    if (!isFull(watch.window) || !isJudged(watch)) return;
    const label = labelAt(truths.filter(({ id }) => !commanded.includes(id)), nowS);
    nextS = nowS + (label === 0 ? everyS : Math.min(everyS, ODD_EVERY_S));
    if (label === null) return;
    samples.push({ label, values: wholeWindow(watch.window) });
  });
  return samples;
}

/** Null while a window shows part of a disturbance, or its aftermath. */
function labelAt(truths: readonly Truth[], nowS: number): Label | null {
  const last = truths.filter(({ startS }) => startS <= nowS).at(-1);
  if (!last || nowS > last.endS + WINDOW_STEPS + AFTERMATH_S) return 0;
  if (nowS < last.startS + SHOWS_AFTER_S || nowS > last.endS) return null;
  return labelOf(last.id);
}

/** Irregularities of the hotend as the detectors find them, with what was behind them. */
export function collectFeatures(course: Course): FeatureSample[] {
  const samples: FeatureSample[] = [];
  let seen = { alarmS: -1, ages: 0 };
  eachPrint(course, ({ heaters }, truths) => {
    const watch = heaters.hotend;
    const { event } = watch;
    if (!event) return;
    if (event.alarmS !== seen.alarmS) seen = { alarmS: event.alarmS, ages: 0 };
    const ageS = watch.twin.last!.eventTimeS - event.alarmS;
    const due = AGES_S.filter((age) => age <= ageS).length;
    if (due <= seen.ages) return;
    seen.ages = due;
    const features = eventFeatures(watch);
    if (!features) return;
    const behind = truths.findLast(({ startS, endS }) =>
      event.alarmS >= startS && event.alarmS <= endS + AFTERMATH_S
    )?.id ?? null;
    samples.push({ label: labelOf(behind), scenario: behind, event: event.name, features });
  });
  return samples;
}

/** How high the score stood at most in each clean print, where the tests saw nothing either. */
export function collectClean(course: Course): CleanPrint[] {
  const prints: CleanPrint[] = [];
  let score = -Infinity;
  eachPrint(course, ({ heaters }) => {
    const { pattern, event } = heaters.hotend;
    if (event) return;
    score = Math.max(score, heldScore(pattern) ?? -Infinity);
  }, (hours, { heaters }) => {
    const { reportsS } = heaters.hotend.window;
    if (Number.isFinite(score)) prints.push({ score, hours, reportsS });
    score = -Infinity;
  });
  return prints;
}
