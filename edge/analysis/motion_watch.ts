import type { Command } from "../gcode/command.ts";
import { forgetPlace } from "../gcode/machine_state.ts";
import type { Response } from "../gcode/response.ts";
import {
  followCommand,
  followIdle,
  followResponse,
  initMotionTwin,
  interpretCommand,
  type MotionOutput,
  type MotionPlan,
  type MotionTwin,
  restartMachine,
} from "../twin/motion/motion_twin.ts";
import type { PacingSample } from "../twin/motion/move_clock.ts";
import { marlinRules } from "../twin/motion/rules.ts";
import { type HostPace, initHostPace, noteHostPace } from "./host_pace.ts";
import type { MotionOddity } from "./motion_event.ts";
import { isLearning, type Pace } from "./pace_change.ts";
import { type KnownPace, leavePace } from "./pace_memory.ts";
import {
  agreedPace,
  assumedPlans,
  fittingPlans,
  isAssumed,
  makePlan,
  type PaceProfile,
  type PlanKind,
  possibleKinds,
  type RivalPlan,
} from "./pace_plans.ts";
import { dropSpan, type PaceTrack, stepPaceTrack } from "./pace_track.ts";

/** So long nothing is judged after damaged lines and stops; while learning, s. */
const QUIET_S = 60, LEARNING_QUIET_S = 5;
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
  "busy",
]);
/** So often other kinds of planners are tried because none has fitted. */
const TRIES_MAX = 4;
const SETTINGS_MAX = 64;

/** One printer's motion against its plan; plain JSON. */
export interface MotionWatch {
  twin: MotionTwin;
  /** The firmware's own list of settings, while it comes. */
  listing: string[];
  /** The settings that plans are made by; empty: unknown, and the pace isn't judged. */
  settings: string[];
  /**
   * The ways in which the printer may plan its motion, as far as they still fit, best first: a
   * change of pace is told when none of them explains it.
   */
  plans: RivalPlan[];
  /** What earlier prints have taught. */
  profile: PaceProfile | null;
  /** How often other kinds were tried because none fitted. */
  tries: number;
  host: HostPace;
}

export function initMotionWatch(profile: PaceProfile | null = null): MotionWatch {
  return {
    twin: initMotionTwin({ rules: marlinRules() }),
    listing: [],
    settings: [],
    plans: [],
    profile,
    tries: 0,
    host: initHostPace(),
  };
}

/** What the printer's motion has taught so far, in this print or in earlier ones; null: too little. */
export function paceProfileOf({ settings, plans, profile }: MotionWatch): PaceProfile | null {
  const learnt = plans.filter(({ track }) => !isLearning(track.pace));
  if (settings.length === 0 && !isAssumed(plans) || learnt.length === 0) return profile;
  return {
    settings: [...settings],
    plans: learnt.map((plan) => {
      const { kind, track: { pace } } = plan;
      const known = leftBy(plan);
      return { kind, model: pace.model, ...(known ? { known } : {}) };
    }),
  };
}

/** What an assumed plan's print leaves to the next; null where there is nothing to recall. */
function leftBy({ track: { pace: { memory } } }: RivalPlan): KnownPace | null {
  return memory && leavePace(memory);
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
  const { clock } = leading(watch);
  const { lastOkS } = clock;
  const waiting = clock.waiting.length > 0;
  if (waiting && eventTimeS - clock.waiting[0]!.sentS > LOST_S) {
    // An acknowledgement got lost; the ones to come must not be taken for those of older lines.
    for (const each of followed(watch)) each.clock.waiting = [];
    keepQuiet(watch, eventTimeS, QUIET_S);
  }
  // The host's silence lets the planner run empty: that must be planned before the next line is.
  if (eventTimeS - twin.lastSentS > 1) noteMotionTick(watch, eventTimeS, output);
  const emptyS = eventTimeS - leading(watch).clock.freeS;
  interpretCommand(twin, command, eventTimeS, output);
  const moves = output.effects.moveCount > 0;
  if (moves && watch.plans.length === 0) assume(watch);
  // Another job may be made of other moves: what is usual is learnt anew, upon what the last ones left.
  if (command.is("G", 28) && isAssumed(watch.plans)) {
    watch.plans = watch.plans.map((plan) => renewed(plan.kind, leftBy(plan)));
  }
  const starving = noteHostPace(watch.host, { eventTimeS, lastOkS, waiting, emptyS, moves });
  if (starving.starvedS > 0) watch.plans.forEach(({ track }) => track.span = null);
  if (output.passage === "refused") keepQuiet(watch, eventTimeS, QUIET_S);
  const told = follow(
    watch,
    output,
    (plan) => followCommand(plan, output, command, eventTimeS, output.planned),
  );
  return starving.told ? [...told, starving.told] : told;
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
  if (!ORDINARY.has(response.type)) keepQuiet(watch, eventTimeS, QUIET_S);
  return follow(watch, output, (plan) => {
    output.planned.count = 0;
    return followResponse(plan, response, eventTimeS);
  });
}

/** Lets time pass; see `noteMotionCommand`. */
export function noteMotionTick(
  watch: MotionWatch,
  eventTimeS: number,
  output: MotionOutput,
): MotionOddity[] {
  const { lastSentS } = watch.twin;
  return follow(watch, output, (plan) => followIdle(plan, lastSentS, eventTimeS, output.planned));
}

/** Lines and answers passed unseen: what the printer still has to do is unknown. Mutates the watch. */
export function noteMotionGap(watch: MotionWatch, eventTimeS: number): void {
  forgetPlace(watch.twin.machine);
  for (const { clock } of [watch.twin, ...watch.plans]) clock.waiting = [];
  watch.listing = [];
  watch.host = initHostPace();
  keepQuiet(watch, eventTimeS, QUIET_S);
}

/** The plans that are followed: those that fit, or the twin's own where settings aren't known. */
function followed(watch: MotionWatch): readonly MotionPlan[] {
  return watch.plans.length > 0 ? watch.plans : [watch.twin];
}

function leading(watch: MotionWatch): MotionPlan {
  return watch.plans[0] ?? watch.twin;
}

/** Lets each plan step, and holds what it says against the readings. */
function follow(
  watch: MotionWatch,
  output: MotionOutput,
  step: (plan: MotionPlan) => PacingSample | null,
): Pace[] {
  if (watch.plans.length === 0) {
    step(watch.twin);
    return [];
  }
  const judges = watch.settings.length > 0 || isAssumed(watch.plans);
  let judged = false, unsettled = false;
  for (const plan of watch.plans) {
    const sample = step(plan);
    const { anchored } = plan.clock;
    const stepped = stepPaceTrack(plan.track, output.planned, sample, anchored, judges);
    if (stepped.jumped) dropSpan(plan.track, sample!.eventTimeS + quietS(plan.track, QUIET_S));
    judged ||= stepped.judged;
    unsettled ||= stepped.unsettled;
  }
  if (!judged) return [];
  watch.plans = fittingPlans(watch.plans);
  if (unsettled && watch.plans.length === 1 && !isAssumed(watch.plans)) tryOthers(watch);
  const pace = agreedPace(watch.plans);
  return pace ? [pace] : [];
}

/** Plans by the firmware's own settings from here on, if they are others than before. */
function adoptSettings(watch: MotionWatch): void {
  const { listing, profile } = watch;
  watch.listing = [];
  const settings = listing.filter((text) => /^M20[1-5]\b/.test(text));
  if (settings.length === 0 || settings.join("\n") === watch.settings.join("\n")) return;
  watch.settings = settings;
  watch.tries = 0;
  const known = profile?.settings.join("\n") === settings.join("\n") ? profile : null;
  watch.plans = known
    ? known.plans.map(({ kind, model }) => makePlan(kind, settings, model))
    : kindsOf(watch).map((kind) => makePlan(kind, settings, null));
}

/** What kinds of planner the printer may have: what fitted so far under other settings, or all. */
function kindsOf({ plans, profile, twin }: MotionWatch): PlanKind[] {
  if (profile && profile.settings.length > 0) return profile.plans.map(({ kind }) => kind);
  if (plans.length > 0 && !isAssumed(plans)) return plans.map(({ kind }) => kind);
  const { bufferMoves, votes } = twin.clock;
  // Where nothing was voted on, the firmware itself has told its buffer's depth.
  const told = Object.keys(votes).length === 0 ? bufferMoves : null;
  return possibleKinds(told, false);
}

/** After a restart settings may be others: nothing is judged until they are told again. */
function forget(watch: MotionWatch): void {
  restartMachine(watch.twin);
  watch.settings = [];
  watch.listing = [];
  for (const { track } of watch.plans) track.span = null;
}

/** The firmware wasn't asked for its settings: what fitted earlier prints, or usual ones. */
function assume(watch: MotionWatch): void {
  const { profile } = watch;
  if (!profile) watch.plans = assumedPlans();
  else if (profile.settings.length === 0) {
    watch.plans = profile.plans.map(({ kind, known }) => renewed(kind, known ?? null));
  }
}

function renewed(kind: PlanKind, known: KnownPace | null): RivalPlan {
  return makePlan(kind, [], null, known);
}

/** The plan that is left doesn't fit either: all kinds are tried once more, the rare ones too. */
function tryOthers(watch: MotionWatch): void {
  if (watch.tries++ >= TRIES_MAX) return;
  watch.plans = possibleKinds(null, true).map((kind) => makePlan(kind, watch.settings, null));
}

/** Neither judges nor learns for a while. */
function keepQuiet(watch: MotionWatch, eventTimeS: number, forS: number): void {
  for (const { track } of watch.plans) dropSpan(track, eventTimeS + quietS(track, forS));
}

/** What is still being learned is judged by its own scatter; starts of prints are never quiet. */
function quietS({ pace }: PaceTrack, forS: number): number {
  return isLearning(pace) ? Math.min(forS, LEARNING_QUIET_S) : forS;
}
