import type { Command } from "../gcode/command.ts";
import type { Response } from "../gcode/response.ts";
import {
  initMotionTwin,
  type MotionOutput,
  type MotionTwin,
  stepCommand,
  stepIdle,
  stepResponse,
} from "../twin/motion/motion_twin.ts";
import { initMotion, type PlannedMove } from "../twin/motion/planner.ts";
import { marlinRules } from "../twin/motion/rules.ts";
import { rulesFromSettings } from "../twin/motion/settings_rules.ts";
import { type HostPace, initHostPace, noteHostPace } from "./host_pace.ts";
import type { MotionOddity } from "./motion_event.ts";
import {
  forgetRuns,
  initPaceChange,
  isLearning,
  type PaceChange,
  stepPaceChange,
} from "./pace_change.ts";

/** Planned motion that is judged as one, s. */
const STRETCH_S = 8;
/** A jump of lateness is a stop of another kind (pause, wait), no pace, s. */
const JUMP_S = 0.7;
/** So long nothing is judged after damaged lines and stops; after being busy; while learning, s. */
const QUIET_S = 60, BUSY_QUIET_S = 20, LEARNING_QUIET_S = 5;
/** A line that wasn't acknowledged for so long while the next one came has lost its answer, s. */
const LOST_S = 10;
/** Answers that say nothing unusual; after any other the pace is unsure for a while. */
const ORDINARY: ReadonlySet<Response["type"]> = new Set([
  "ok",
  "temperature",
  "wait",
  "setting",
  "firmware",
  "capability",
  "position",
  "blank",
]);
/** The planner's buffers that Marlin is built with; one place stays free. */
const DEPTHS = [7, 15, 31, 63];
const TRIES_MAX = 8;
const SETTINGS_MAX = 64;

/** One printer's motion against its plan; plain JSON. */
export interface MotionWatch {
  twin: MotionTwin;
  /** The firmware's own list of settings, while it comes. */
  listing: string[];
  /** The settings that the twin plans by; empty: unknown, and the pace isn't judged. */
  settings: string[];
  stretch:
    | { plannedS: number; latenessS: number; rampS: number; stops: number; beganS: number }
    | null;
  lastLatenessS: number;
  /** What disturbs the pairing of lines and moves makes the pace unsure until then, s. */
  quietUntilS: number;
  pace: PaceChange;
  /** Depths of the buffer that were tried because the first one didn't fit. */
  tries: number;
  host: HostPace;
}

export function initMotionWatch(): MotionWatch {
  return {
    twin: initMotionTwin({ rules: marlinRules() }),
    listing: [],
    settings: [],
    stretch: null,
    lastLatenessS: 0,
    quietUntilS: 0,
    pace: initPaceChange(),
    tries: 0,
    host: initHostPace(),
  };
}

/**
 * Takes a command on its way to the printer. Returns what is odd about the time that motion takes.
 * Mutates the watch; `output` is overwritten: its planned moves carry their times.
 */
export function noteMotionCommand(
  watch: MotionWatch,
  command: Command,
  eventTimeS: number,
  output: MotionOutput,
): MotionOddity[] {
  const { twin } = watch;
  const { lastOkS } = twin.clock;
  const waiting = twin.clock.waiting.length > 0;
  if (waiting && eventTimeS - twin.clock.waiting[0]!.sentS > LOST_S) {
    // An acknowledgement got lost; the ones to come must not be taken for those of older lines.
    twin.clock.waiting = [];
    keepQuiet(watch, eventTimeS, QUIET_S);
  }
  // The host's silence lets the planner run empty: that must be planned before the next line is.
  if (eventTimeS - twin.lastSentS > 1) stepIdle(twin, eventTimeS, output);
  const emptyS = eventTimeS - twin.clock.freeS;
  stepCommand(twin, command, eventTimeS, output);
  const moves = output.effects.moveCount > 0;
  const starving = noteHostPace(watch.host, { eventTimeS, lastOkS, waiting, emptyS, moves });
  if (starving.starvedS > 0) watch.stretch = null;
  if (output.passage === "refused") keepQuiet(watch, eventTimeS, QUIET_S);
  return [...takeOutput(watch, output), ...(starving.told ? [starving.told] : [])];
}

/** Takes what the printer says; see `noteMotionCommand`. */
export function noteMotionResponse(
  watch: MotionWatch,
  response: Response,
  eventTimeS: number,
  output: MotionOutput,
): MotionOddity[] {
  if (response.type === "setting") {
    if (watch.listing.length < SETTINGS_MAX) watch.listing.push(response.command);
  } else if (response.ok !== null && watch.listing.length > 0) adoptSettings(watch);
  if (response.type === "start") forget(watch);
  if (response.type === "busy") keepQuiet(watch, eventTimeS, BUSY_QUIET_S);
  else if (!ORDINARY.has(response.type)) keepQuiet(watch, eventTimeS, QUIET_S);
  stepResponse(watch.twin, response, eventTimeS, output);
  snapDepth(watch.twin);
  return takeOutput(watch, output);
}

/** Lets time pass; see `noteMotionCommand`. */
export function noteMotionTick(
  watch: MotionWatch,
  eventTimeS: number,
  output: MotionOutput,
): MotionOddity[] {
  stepIdle(watch.twin, eventTimeS, output);
  return takeOutput(watch, output);
}

function takeOutput(watch: MotionWatch, { planned, sample }: MotionOutput): MotionOddity[] {
  const { stretch } = watch;
  if (stretch) {
    for (let at = 0; at < planned.count; at++) {
      const move = planned.moves[at]!;
      stretch.rampS += rampS(move);
      if (move.extruderOnly || move.extrudedMm === 0) stretch.stops++;
    }
  }
  if (!sample) return [];
  const { plannedS, latenessS, eventTimeS } = sample;
  const jumped = Math.abs(latenessS - watch.lastLatenessS) > JUMP_S;
  watch.lastLatenessS = latenessS;
  if (jumped) keepQuiet(watch, eventTimeS, QUIET_S);
  if (eventTimeS < watch.quietUntilS) return [];
  if (!stretch || !watch.twin.clock.anchored) {
    watch.stretch = { plannedS, latenessS, rampS: 0, stops: 0, beganS: eventTimeS };
    return [];
  }
  const spanS = plannedS - stretch.plannedS;
  if (spanS < STRETCH_S) return [];
  watch.stretch = { plannedS, latenessS, rampS: 0, stops: 0, beganS: eventTimeS };
  if (watch.settings.length === 0) return [];
  const late = (latenessS - stretch.latenessS) / spanS;
  const rampShare = Math.min(1, stretch.rampS / spanS);
  const made = { rampShare, stopsPerS: stretch.stops / spanS };
  const { unsettled, told } = stepPaceChange(watch.pace, late, made, stretch.beganS);
  if (unsettled) tryDepth(watch);
  return told;
}

/** Time of a move that isn't spent at its cruising speed, s. */
function rampS(move: PlannedMove): number {
  const { cruiseMmPerS, startMmPerS, endMmPerS, accelMmPerS2, durationS } = move;
  return Math.min(durationS, (2 * cruiseMmPerS - startMmPerS - endMmPerS) / accelMmPerS2);
}

/** Plans by the firmware's own settings from here on, if they are others than before. */
function adoptSettings(watch: MotionWatch): void {
  const { listing, twin } = watch;
  watch.listing = [];
  const settings = listing.filter((text) => /^M20[1-5]\b/.test(text));
  if (settings.length === 0 || settings.join("\n") === watch.settings.join("\n")) return;
  const rules = rulesFromSettings(marlinRules(), settings);
  const { nextIndex } = twin.motion;
  twin.motion = { ...initMotion(rules), nextIndex };
  watch.settings = settings;
  watch.tries = 0;
  restartPace(watch);
}

/** After a restart settings may be others: nothing is judged until they are told again. */
function forget(watch: MotionWatch): void {
  watch.settings = [];
  watch.listing = [];
  watch.stretch = null;
}

/** Tries the next depth of the buffer: with a wrong one, readings scatter as moves differ. */
function tryDepth(watch: MotionWatch): void {
  const { clock } = watch.twin;
  const at = DEPTHS.indexOf(clock.bufferMoves ?? -1);
  if (at < 0 || watch.tries >= TRIES_MAX) return;
  watch.tries++;
  clock.bufferMoves = DEPTHS[(at + 1) % DEPTHS.length]!;
  restartPace(watch);
}

/** Neither judges nor learns for a while. */
function keepQuiet(watch: MotionWatch, eventTimeS: number, forS: number): void {
  // What is still being learned is judged by its own scatter; starts of prints are never quiet.
  const learning = isLearning(watch.pace);
  const untilS = eventTimeS + (learning ? Math.min(forS, LEARNING_QUIET_S) : forS);
  watch.quietUntilS = Math.max(watch.quietUntilS, untilS);
  watch.stretch = null;
  forgetRuns(watch.pace);
}

function restartPace(watch: MotionWatch): void {
  watch.stretch = null;
  watch.pace = initPaceChange();
}

/** What was learned of the buffer's depth is near one that firmware is built with. */
function snapDepth({ clock }: MotionTwin): void {
  const depth = clock.bufferMoves;
  if (depth === null || DEPTHS.includes(depth)) return;
  clock.bufferMoves = DEPTHS.find((known) => known + 1 >= depth) ?? depth;
}
