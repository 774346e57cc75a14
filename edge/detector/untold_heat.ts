import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeatAlarm } from "./heat_balance.ts";

/** A heater has arrived once it stayed so near its set point, K, for so long, s. */
const NEAR_K = 2.5;
const ARRIVED_S = 12;
/** So far from its set point no draught, fan or controller's swing brings a heater, K. */
const AWAY_K: Record<HeaterName, number> = { hotend: 8, bed: 5 };
/** A switched bed swings: so much further than it swung before, and no swing counts for more than, K. */
const SWINGS = 1.4;
const SWING_MAX_K = 7;
/** An event began where the reading left this neighbourhood, K. */
const LEFT_K = 1.5;

/** What is known of a heater whose firmware tells no duty: its set point, and how it kept to it. */
export interface UntoldHeat {
  targetC: number | null;
  nearSinceS: number | null;
  arrived: boolean;
  leftS: number | null;
  lastC: number | null;
  /** How far it is off at most since it left, and how far it was on swings that it came back from, K. */
  farK: number;
  swungK: number;
}

export function initUntoldHeat(): UntoldHeat {
  return {
    targetC: null,
    nearSinceS: null,
    arrived: false,
    leftS: null,
    lastC: null,
    farK: 0,
    swungK: 0,
  };
}

/**
 * Where no duty is told, a heater that had arrived and then runs away from its set point is all that
 * can be seen of a heater forced on, or cut. Mutates the state; returns the alarm that stands.
 */
export function stepUntoldHeat(
  state: UntoldHeat,
  heater: HeaterName,
  residual: HeaterResidual,
): HeatAlarm | null {
  const { toldDuty, targetC, measuredC, eventTimeS, outlier } = residual;
  if (toldDuty !== null || !targetC || targetC !== state.targetC) {
    Object.assign(state, initUntoldHeat(), { targetC: toldDuty === null ? targetC : null });
    return null;
  }
  if (outlier) return null;
  const offK = measuredC - targetC;
  const movedK = measuredC - (state.lastC ?? measuredC);
  state.lastC = measuredC;
  follow(state, offK, eventTimeS);
  const runsAway = movedK * offK > 0;
  const mostK = Math.max(AWAY_K[heater], SWINGS * state.swungK);
  if (!state.arrived || !runsAway || Math.abs(offK) < mostK) return null;
  const direction = offK > 0 ? "gain" : "loss";
  const score = Math.abs(offK) / mostK;
  return { direction, score, onsetS: state.leftS ?? eventTimeS, heatK: offK };
}

function follow(state: UntoldHeat, offK: number, eventTimeS: number): void {
  if (Math.abs(offK) > NEAR_K) state.nearSinceS = null;
  else state.nearSinceS ??= eventTimeS;
  if (state.nearSinceS !== null && eventTimeS - state.nearSinceS >= ARRIVED_S) state.arrived = true;
  if (Math.abs(offK) <= LEFT_K) {
    state.leftS = null;
    state.swungK = Math.max(state.swungK, Math.min(SWING_MAX_K, state.farK));
    state.farK = 0;
    return;
  }
  state.leftS ??= eventTimeS;
  state.farK = Math.max(state.farK, Math.abs(offK));
}
