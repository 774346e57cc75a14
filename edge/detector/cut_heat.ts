import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeatAlarm } from "./heat_balance.ts";

/** At full power a block may still cool its sensor for so long, s. */
const SETTLE_S: Record<HeaterName, number> = { hotend: 6, bed: 12 };
/** A fall by more than this after that has no cause but that the power doesn't arrive, K. */
const FALL_K: Record<HeaterName, number> = { hotend: 3, bed: 0.8 };
/** What the fall may be slowed by and still count as one: a reading's own noise, K/s. */
const SLOW_K_PER_S = 0.005;
const FULL_DUTY = 0.97;

/** Since when the firmware has reported full power, and the highest reading once it had settled. */
export interface CutHeat {
  fullSinceS: number | null;
  highestC: number | null;
}

export function initCutHeat(): CutHeat {
  return { fullSinceS: null, highestC: null };
}

/**
 * A heater that cools though the firmware reports full power is told without any model of it, so
 * also on the first print. Mutates the state; returns the alarm that stands, or null.
 */
export function stepCutHeat(
  state: CutHeat,
  heater: HeaterName,
  residual: HeaterResidual,
): HeatAlarm | null {
  const { toldDuty: duty, eventTimeS, measuredC, targetC, outlier } = residual;
  if (duty === null || duty < FULL_DUTY || targetC === null || measuredC > targetC) {
    state.fullSinceS = null;
    state.highestC = null;
    return null;
  }
  if (outlier) return null;
  state.fullSinceS ??= eventTimeS;
  if (eventTimeS - state.fullSinceS < SETTLE_S[heater]) return null;
  const fadedC = state.highestC === null ? measuredC : state.highestC - SLOW_K_PER_S * residual.dtS;
  state.highestC = Math.max(fadedC, measuredC);
  const fallK = state.highestC - measuredC;
  if (fallK < FALL_K[heater]) return null;
  const score = fallK / FALL_K[heater];
  return { direction: "loss", score, onsetS: state.fullSinceS, heatK: -fallK };
}
