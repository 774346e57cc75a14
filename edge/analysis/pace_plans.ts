import { initMotion } from "../twin/motion/planner.ts";
import { initMoveClock } from "../twin/motion/move_clock.ts";
import type { MotionPlan } from "../twin/motion/motion_twin.ts";
import { type Corners, marlinRules, type MotionRules } from "../twin/motion/rules.ts";
import { rulesFromSettings } from "../twin/motion/settings_rules.ts";
import type { Pace } from "./pace_change.ts";
import type { KnownPace } from "./pace_memory.ts";
import { type PaceModel, widenModel } from "./pace_model.ts";
import { initPaceTrack, type PaceTrack } from "./pace_track.ts";

/** The planner's buffers that Marlin is built with; one place stays free. */
export const DEPTHS = [15, 31, 7, 63];
const USUAL_DEPTHS = 2;
/** A plan is given up after so many stretches, once it fits worse by this factor, and by this share. */
const JUDGE_STRETCHES = 4, WORSE = 2, WORSE_SHARE = 0.003;

/** Settings to assume; plans by them are compared after so many stretches, and few are kept. */
const ACCELS = [600, 1100, 2200];
const CORNERS = ["M205 J0.03", "M205 X8 Y8 Z0.4 E5"];
const LIMITS = ["M203 X300 Y300 Z10 E50", "M201 X3000 Y3000 Z200 E5000"];
const ASSUMED_STRETCHES = 12, ASSUMED_KEPT = 2, ASSUMED_AGREE = 0.7, ASSUMED_WORSE = 1.5;

/** What no list of settings tells of a planner. */
export interface PlanKind {
  bufferMoves: number;
  corners: Corners;
  /** Where the firmware wasn't asked for its settings: what they are taken for. */
  assumed?: string[];
}

/** One way in which the printer may plan its motion, and how that fits; plain JSON. */
export interface RivalPlan extends MotionPlan {
  kind: PlanKind;
  track: PaceTrack;
}

/** What was learnt of a printer's planner: kept in its profile. */
export interface PaceProfile {
  /** The firmware's settings that this was learnt under. */
  settings: string[];
  plans: {
    kind: PlanKind;
    model: PaceModel;
    /** Of assumed settings: how late the latest stretches were. */
    known?: KnownPace;
  }[];
}

/** All kinds that a printer may be of, whose firmware has told its buffer's depth, or hasn't. */
export function possibleKinds(bufferMoves: number | null, all: boolean): PlanKind[] {
  const depths = bufferMoves !== null && DEPTHS.includes(bufferMoves)
    ? [bufferMoves]
    : DEPTHS.slice(0, all ? DEPTHS.length : USUAL_DEPTHS);
  return depths.flatMap((depth) => [
    { bufferMoves: depth, corners: "by-axis" as const },
    { bufferMoves: depth, corners: "plain" as const },
  ]);
}

/**
 * Plans for a printer whose settings nobody asked for: accelerations and corners that lie between
 * those that firmware ships with. What they get wrong is the same for stretches that are alike.
 */
export function assumedPlans(): RivalPlan[] {
  return DEPTHS.slice(0, USUAL_DEPTHS).flatMap((bufferMoves) =>
    ACCELS.flatMap((accel) =>
      CORNERS.map((corner) => {
        const assumed = [...LIMITS, `M204 P${accel} R1500 T${accel}`, corner];
        return makePlan({ bufferMoves, corners: "by-axis", assumed }, [], null);
      })
    )
  );
}

/** Whether the plans rest on settings that nobody told. */
export function isAssumed(plans: readonly RivalPlan[]): boolean {
  return plans[0]?.kind.assumed !== undefined;
}

/** The rules that a firmware's settings imply for a planner of this kind. */
export function rulesOf(kind: PlanKind, settings: readonly string[]): MotionRules {
  const { bufferMoves, corners, assumed } = kind;
  const rules = marlinRules({ lookaheadMoves: bufferMoves, corners });
  return rulesFromSettings(rules, assumed ?? settings);
}

/** A plan of this kind; its model, or what it recalls, is what another print has taught, if one has. */
export function makePlan(
  kind: PlanKind,
  settings: readonly string[],
  model: PaceModel | null,
  known: KnownPace | null = null,
): RivalPlan {
  const taught = model ? widenModel(model) : undefined;
  return {
    kind,
    motion: initMotion(rulesOf(kind, settings)),
    clock: initMoveClock({ bufferMoves: kind.bufferMoves }),
    track: initPaceTrack(taught, kind.assumed !== undefined, known),
  };
}

/** The plans that still fit; the best comes first. */
export function fittingPlans(plans: readonly RivalPlan[]): RivalPlan[] {
  if (isAssumed(plans)) return fittingAssumed(plans);
  const judged = plans.filter(({ track }) => track.count >= JUDGE_STRETCHES);
  if (judged.length === 0) return [...plans];
  const best = judged.reduce((a, b) => misfit(b) < misfit(a) ? b : a);
  const bound = WORSE * misfit(best) + WORSE_SHARE;
  const fit = plans.filter((plan) =>
    plan !== best && (plan.track.count < JUDGE_STRETCHES || misfit(plan) < bound)
  );
  return [best, ...fit];
}

/**
 * Of assumed plans all were wrong from the beginning: the most regular ones are kept. One of another
 * depth sees leaps instead of stretches, and falls behind.
 */
function fittingAssumed(plans: readonly RivalPlan[]): RivalPlan[] {
  const countOf = ({ track: { pace } }: RivalPlan) => pace.memory?.count ?? 0;
  const sdOf = ({ track: { pace } }: RivalPlan) => Math.sqrt((pace.memory ?? pace.model).noise2);
  const most = Math.max(...plans.map(countOf));
  if (most < ASSUMED_STRETCHES || plans.length === 1) return [...plans];
  const regular = plans.filter((plan) => countOf(plan) >= ASSUMED_AGREE * most)
    .sort((a, b) => sdOf(a) - sdOf(b));
  const bound = ASSUMED_WORSE * sdOf(regular[0]!);
  return regular.slice(0, ASSUMED_KEPT).filter((plan) => sdOf(plan) <= bound);
}

/** A change of pace that every plan sees that may be the printer's; the least of what they say. */
export function agreedPace(plans: readonly RivalPlan[]): Pace | null {
  let least: Pace | null = null;
  for (const { track: { said } } of plans) {
    if (!said) return null;
    if (least && least.of !== said.of) return null;
    if (least && Math.sign(least.rateShare) !== Math.sign(said.rateShare)) return null;
    if (!least || Math.abs(said.rateShare) < Math.abs(least.rateShare)) least = said;
  }
  return least;
}

function misfit({ track }: RivalPlan): number {
  return Math.sqrt(track.misfit2);
}
