import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { HeatAlarm } from "./heat_balance.ts";

/** With no power a block may still warm its sensor for so long, s. */
const SETTLE_S: Record<HeaterName, number> = { hotend: 10, bed: 15 };
/** A climb by more than this after that, over the set point, has no source, K. */
const CLIMB_K: Record<HeaterName, number> = { hotend: 3, bed: 1 };
/**
 * A room that warms up, or a cold bed under a hot nozzle, climbs no faster than this, K/s; what is so much
 * hotter than its surroundings, K, only cools by them.
 */
const SLOW_K_PER_S = 0.05;
const COOLS_OVER_K = 25;
const IDLE_DUTY = 0.02;
/** Between two reports further apart than this, s, a switched heater may have been on and off again unseen. */
const SPARSE_S = 3;

/** Since when the firmware has reported no power, and the lowest reading once it had settled. */
export interface ForcedHeat {
  idleSinceS: number | null;
  lowestC: number | null;
}

export function initForcedHeat(): ForcedHeat {
  return { idleSinceS: null, lowestC: null };
}

/**
 * A heater that climbs over its set point though the firmware reports no power is told without any
 * model of it, so also on the first print. Mutates the state; returns the alarm that stands, or null.
 *
 * @param powerKPerS how fast full power heats it, as far as that is known: what one pulse may bring
 */
export function stepForcedHeat(
  state: ForcedHeat,
  heater: HeaterName,
  residual: HeaterResidual,
  powerKPerS: number,
): HeatAlarm | null {
  const { duty, eventTimeS, measuredC, targetC, outlier } = residual;
  if (duty === null || duty > IDLE_DUTY || targetC === null) {
    state.idleSinceS = null;
    state.lowestC = null;
    return null;
  }
  if (outlier) return null;
  state.idleSinceS ??= eventTimeS;
  if (eventTimeS - state.idleSinceS < SETTLE_S[heater]) return null;
  const slowKPerS = residual.overAmbientK > COOLS_OVER_K ? 0 : SLOW_K_PER_S;
  const slowlyC = state.lowestC === null ? measuredC : state.lowestC + slowKPerS * residual.dtS;
  state.lowestC = Math.min(slowlyC, measuredC);
  const climbK = measuredC - Math.max(state.lowestC, targetC);
  // A room's warmth isn't told from a bed that is off by so little.
  const roomK = targetC > 0 ? CLIMB_K[heater] : CLIMB_K.hotend;
  const mostK = roomK + unseenK(residual, targetC, powerKPerS);
  if (climbK < mostK) return null;
  return {
    direction: "gain",
    score: climbK / mostK,
    onsetS: state.idleSinceS,
    heatK: climbK,
  };
}

/** What a pulse between two reports may have brought; a heater that isn't asked for gets none, K. */
function unseenK({ dtS }: HeaterResidual, targetC: number, powerKPerS: number): number {
  return dtS > SPARSE_S && targetC > 0 ? powerKPerS * dtS : 0;
}
