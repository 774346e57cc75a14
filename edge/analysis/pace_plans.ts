import { initMotion } from "../twin/motion/planner.ts";
import { initMoveClock } from "../twin/motion/move_clock.ts";
import type { MotionPlan } from "../twin/motion/motion_twin.ts";
import { type Corners, marlinRules, type MotionRules } from "../twin/motion/rules.ts";
import { rulesFromSettings } from "../twin/motion/settings_rules.ts";
import type { Pace } from "./pace_change.ts";
import { type PaceModel, widenModel } from "./pace_model.ts";
import { initPaceTrack, type PaceTrack } from "./pace_track.ts";

/** The planner's buffers that Marlin is built with; one place stays free. */
export const DEPTHS = [15, 31, 7, 63];
const USUAL_DEPTHS = 2;
/** A plan is given up after so many stretches, once it fits worse by this factor, and by this share. */
const JUDGE_STRETCHES = 4, WORSE = 2, WORSE_SHARE = 0.003;

/** What no list of settings tells of a planner. */
export interface PlanKind {
  bufferMoves: number;
  corners: Corners;
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
  plans: { kind: PlanKind; model: PaceModel }[];
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

/** The rules that a firmware's settings imply for a planner of this kind. */
export function rulesOf(kind: PlanKind, settings: readonly string[]): MotionRules {
  const { bufferMoves, corners } = kind;
  return rulesFromSettings(marlinRules({ lookaheadMoves: bufferMoves, corners }), settings);
}

/** A plan of this kind; its model is what another print has taught, if one has. */
export function makePlan(
  kind: PlanKind,
  settings: readonly string[],
  model: PaceModel | null,
): RivalPlan {
  return {
    kind,
    motion: initMotion(rulesOf(kind, settings)),
    clock: initMoveClock({ bufferMoves: kind.bufferMoves }),
    track: initPaceTrack(model ? widenModel(model) : undefined),
  };
}

/** The plans that still fit; the best comes first. */
export function fittingPlans(plans: readonly RivalPlan[]): RivalPlan[] {
  const judged = plans.filter(({ track }) => track.count >= JUDGE_STRETCHES);
  if (judged.length === 0) return [...plans];
  const best = judged.reduce((a, b) => misfit(b) < misfit(a) ? b : a);
  const bound = WORSE * misfit(best) + WORSE_SHARE;
  const fit = plans.filter((plan) =>
    plan !== best && (plan.track.count < JUDGE_STRETCHES || misfit(plan) < bound)
  );
  return [best, ...fit];
}

/** A change of pace that every plan sees that may be the printer's; the least of what they say. */
export function agreedPace(plans: readonly RivalPlan[]): Pace | null {
  let least: Pace | null = null;
  for (const { track: { said } } of plans) {
    if (!said) return null;
    if (least && Math.sign(least.rateShare) !== Math.sign(said.rateShare)) return null;
    if (!least || Math.abs(said.rateShare) < Math.abs(least.rateShare)) least = said;
  }
  return least;
}

function misfit({ track }: RivalPlan): number {
  return Math.sqrt(track.misfit2);
}
