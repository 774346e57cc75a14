import type { HeaterResidual, HeaterTwin } from "./heater_state.ts";
import { onTheWay } from "./heater_state.ts";

/** How the estimates wander while all is well is learnt over so long, s, within these shares. */
const WANDER_S = 90;
/**
 * A change is measured from where the estimate stood of late: what the model gets constantly wrong
 * doesn't count. It takes so long to know where that was, s.
 */
const BASE_S = 60;
const BASE_KNOWN_S = 25;
const BASE_AGAIN_S = 6;
const WANDER_OUT = 4;
const WANDER_OUT_S = 900;
const WANDER_SHARE = 0.05;
const WANDER_SHARE_MAX = 0.6;
const BASE_SHARE_MIN = 0.03;

/**
 * Follows how the estimates wander. Called by the watch while nothing is suspected, so that an event
 * doesn't widen the band that it is judged by. Mutates the twin.
 */
export function followWander(twin: HeaterTwin, residual: HeaterResidual): void {
  const { targetC, dtS, lossKPerS } = residual;
  if (targetC === null || targetC === 0 || onTheWay(twin)) return;
  const max = (WANDER_SHARE_MAX * lossKPerS) ** 2;
  const towards = (was: number, drive: number) => {
    // What stands out is let in slowly: it may be the beginning of an event.
    const overS = drive ** 2 > WANDER_OUT * was ? WANDER_OUT_S : WANDER_S;
    return Math.min(max, was + (Math.min(drive ** 2, max) - was) * (1 - Math.exp(-dtS / overS)));
  };
  twin.wanderFast = towards(twin.wanderFast || max / 144, residual.fastKPerS);
  twin.wanderSlow = towards(twin.wanderSlow || max / 144, residual.slowKPerS);
  followBase(twin, residual);
}

/** Follows where the sudden estimate stands; starts over after a new set point or fan speed. */
function followBase(twin: HeaterTwin, { fastKPerS, dtS, lossKPerS }: HeaterResidual): void {
  if (twin.approaching) twin.baseS = 0;
  const change = fastKPerS - twin.baseKPerS;
  const known = twin.baseS >= BASE_KNOWN_S;
  const out = known && change ** 2 > WANDER_OUT * twin.wanderBase;
  const followS = out ? WANDER_OUT_S : known ? BASE_S : BASE_AGAIN_S;
  twin.baseKPerS += change * (1 - Math.exp(-dtS / followS));
  const least = (BASE_SHARE_MIN * lossKPerS) ** 2;
  const most = (WANDER_SHARE_MAX * lossKPerS) ** 2;
  const towards = Math.min(most, Math.max(least, change ** 2));
  const wanderS = out ? WANDER_OUT_S : BASE_S;
  twin.wanderBase ||= least;
  twin.wanderBase += (towards - twin.wanderBase) * (1 - Math.exp(-dtS / wanderS));
  twin.baseS += dtS;
}

/** The change of the sudden estimate, where it is known from what. */
export function changeOf(
  twin: HeaterTwin,
  known: boolean,
  structureKPerS: number,
  jumpKPerS: number,
): { changeKPerS: number | null; changeSpreadKPerS: number } {
  const changeSpreadKPerS = Math.hypot(Math.sqrt(twin.wanderBase), jumpKPerS, structureKPerS);
  const settled = known && twin.baseS >= BASE_KNOWN_S;
  return {
    changeKPerS: settled ? twin.fast.unexplainedKPerS - twin.baseKPerS : null,
    changeSpreadKPerS,
  };
}

/** The filter's own account is cautious; what the estimate really does while all is well is less. */
export function spread(
  filter: number,
  wander: number,
  lossKPerS: number,
  known: boolean,
  model: number,
): number {
  const seen = wander > 0 ? wander : (WANDER_SHARE * lossKPerS) ** 2;
  return Math.sqrt((known ? Math.min(filter, seen) : filter) + model);
}
