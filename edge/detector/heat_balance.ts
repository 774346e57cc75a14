import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";

/**
 * Bounds of the test, in the manner of Klipper's heater check: what lies outside the band is
 * accumulated, being inside undoes it. Units are kelvin that the block gained or lost unexplained.
 */
export interface HeatBalanceBounds {
  /** Half width of the band as a share of the heat that should be lost now. */
  bandShare: number;
  /** Half width in standard deviations of the estimate, added to the above. */
  bandSpreads: number;
  /** Accumulated heat that raises the alarm, K. */
  alarmK: number;
  /** The accumulated heat halves inside the band in this time, s. */
  halfLifeS: number;
}

/** Heat as such, judged soon and late, and its change against where it stood of late. */
export type HeatTest = "fast" | "slow" | "change";

/**
 * For each heater one for sudden changes and one for slow ones. Calibrated on clean prints of other
 * printers than those that figures are reported for. A bed is switched coarsely and is slow.
 */
export const HEAT_BOUNDS: Record<"hotend" | "bed", Record<HeatTest, HeatBalanceBounds>> = {
  hotend: {
    fast: { bandShare: 0.06, bandSpreads: 2.5, alarmK: 1.5, halfLifeS: 4 },
    slow: { bandShare: 0.05, bandSpreads: 2.5, alarmK: 5, halfLifeS: 20 },
    change: { bandShare: 0.06, bandSpreads: 2.8, alarmK: 1.2, halfLifeS: 4 },
  },
  bed: {
    fast: { bandShare: 0.3, bandSpreads: 3, alarmK: 2.5, halfLifeS: 8 },
    slow: { bandShare: 0.25, bandSpreads: 3, alarmK: 6, halfLifeS: 40 },
    change: { bandShare: 0.3, bandSpreads: 3.5, alarmK: 2.5, halfLifeS: 8 },
  },
};

/** One accumulator for unexplained gains and one for losses, each with the time that it began. */
export interface HeatBalance {
  gainK: number;
  gainSinceS: number;
  lossK: number;
  lossSinceS: number;
}

export interface HeatAlarm {
  direction: "gain" | "loss";
  /** Accumulated heat over the alarm's bound: 1 is just enough. */
  score: number;
  onsetS: number;
}

export function initHeatBalance(): HeatBalance {
  return { gainK: 0, gainSinceS: 0, lossK: 0, lossSinceS: 0 };
}

/**
 * Takes one residual's estimate of unexplained heating. Mutates the state; returns the alarm that
 * stands, or null.
 */
export function stepHeatBalance(
  state: HeatBalance,
  residual: HeaterResidual,
  estimate: { drive: number; spread: number },
  bounds: HeatBalanceBounds,
): HeatAlarm | null {
  const { dtS, eventTimeS } = residual;
  const band = bounds.bandShare * residual.lossKPerS + bounds.bandSpreads * estimate.spread;
  const keep = Math.pow(0.5, dtS / bounds.halfLifeS);
  const gain = estimate.drive - band, loss = -estimate.drive - band;
  if (state.gainK === 0) state.gainSinceS = eventTimeS - dtS;
  if (state.lossK === 0) state.lossSinceS = eventTimeS - dtS;
  state.gainK = gain > 0 ? state.gainK + gain * dtS : fade(state.gainK * keep);
  state.lossK = loss > 0 ? state.lossK + loss * dtS : fade(state.lossK * keep);
  // Bounded, so that what has ended is forgotten in a bounded time.
  const mostK = 4 * bounds.alarmK * caution(residual);
  state.gainK = Math.min(state.gainK, mostK);
  state.lossK = Math.min(state.lossK, mostK);
  const direction = state.gainK >= state.lossK ? "gain" : "loss";
  const heatK = Math.max(state.gainK, state.lossK);
  const alarmK = bounds.alarmK * caution(residual);
  if (heatK < alarmK) return null;
  const onsetS = direction === "gain" ? state.gainSinceS : state.lossSinceS;
  return { direction, score: heatK / alarmK, onsetS };
}

/** A log without fan and flow shows half of what moves heat: it takes more to be sure. */
function caution({ unsureKPerS, approaching }: HeaterResidual): number {
  if (unsureKPerS === 0) return 1;
  return approaching ? 10 : 2;
}

function fade(heatK: number): number {
  return heatK < 0.02 ? 0 : heatK;
}
