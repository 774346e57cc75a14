import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeatAlarm } from "./heat_balance.ts";

/** A heater has arrived once it stayed so near its set point, K, for so long, s. */
const NEAR_K = 2.5;
const ARRIVED_S = 12;
/** So far from its set point no draught, fan or controller's swing brings a heater, K. */
const AWAY_K: Record<HeaterName, number> = { hotend: 8, bed: 5 };
/** An event began where the reading left this neighbourhood, K. */
const LEFT_K = 1.5;

/** What is known of a heater whose firmware tells no duty: its set point, and how it kept to it. */
export interface UntoldHeat {
  targetC: number | null;
  nearSinceS: number | null;
  arrived: boolean;
  leftS: number | null;
  lastC: number | null;
}

export function initUntoldHeat(): UntoldHeat {
  return { targetC: null, nearSinceS: null, arrived: false, leftS: null, lastC: null };
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
  if (!state.arrived || !runsAway || Math.abs(offK) < AWAY_K[heater]) return null;
  const direction = offK > 0 ? "gain" : "loss";
  const score = Math.abs(offK) / AWAY_K[heater];
  return { direction, score, onsetS: state.leftS ?? eventTimeS, heatK: offK };
}

function follow(state: UntoldHeat, offK: number, eventTimeS: number): void {
  if (Math.abs(offK) > NEAR_K) state.nearSinceS = null;
  else state.nearSinceS ??= eventTimeS;
  if (state.nearSinceS !== null && eventTimeS - state.nearSinceS >= ARRIVED_S) state.arrived = true;
  if (Math.abs(offK) <= LEFT_K) state.leftS = null;
  else state.leftS ??= eventTimeS;
}
