import { ACCOUNTS } from "../twin/thermal/accounts.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";

/** When one account raises the alarm. */
export interface HeatBound {
  /** Standard deviations of the account while all is well. */
  spreads: number;
  /** And so many kelvin at least: what no print suffers from. */
  leastK: number;
}

/** The bounds of each account; calibrated on clean prints of printers that judge nothing. */
export const HEAT_BOUNDS: Record<"hotend" | "bed", readonly HeatBound[]> = {
  hotend: [
    { spreads: 5, leastK: 2 },
    { spreads: 5, leastK: 3 },
    { spreads: 5, leastK: 5 },
  ],
  bed: [
    { spreads: 5.5, leastK: 1.5 },
    { spreads: 5.5, leastK: 2.5 },
    { spreads: 5.5, leastK: 4 },
  ],
};

/** An account is quiet under this share of its bound: there an event had not begun yet. */
const QUIET_SHARE = 0.35;

/** Since when each account has stood out, s on the source's clock. */
export interface HeatBalance {
  sinceS: (number | null)[];
  /** Which way each stood out: 1 or −1. */
  sign: number[];
}

export interface HeatAlarm {
  direction: "gain" | "loss";
  /** The account over the alarm's bound: 1 is just enough. */
  score: number;
  onsetS: number;
  /** The unexplained heat, K. */
  heatK: number;
}

export function initHeatBalance(): HeatBalance {
  return { sinceS: Array(ACCOUNTS).fill(null), sign: Array(ACCOUNTS).fill(1) };
}

/**
 * Takes one residual's accounts. Mutates the state; returns the account that stands out most, over
 * its bound or not; its score is under 1 while nothing is wrong.
 */
export function stepHeatBalance(
  state: HeatBalance,
  residual: HeaterResidual,
  bounds: readonly HeatBound[],
): HeatAlarm {
  let most: HeatAlarm = { direction: "gain", score: 0, onsetS: residual.eventTimeS, heatK: 0 };
  residual.accounts.forEach(({ offK, spreadK }, i) => {
    const { spreads, leastK } = bounds[i]!;
    const score = Math.abs(offK) / Math.max(leastK, spreads * spreadK);
    const sign = offK < 0 ? -1 : 1;
    if (score < QUIET_SHARE || sign !== state.sign[i]) state.sinceS[i] = null;
    state.sign[i] = sign;
    if (score >= QUIET_SHARE) state.sinceS[i] ??= residual.eventTimeS - residual.dtS;
    if (score <= most.score) return;
    const onsetS = state.sinceS[i] ?? residual.eventTimeS;
    most = { direction: offK < 0 ? "loss" : "gain", score, onsetS, heatK: offK };
  });
  return most;
}
