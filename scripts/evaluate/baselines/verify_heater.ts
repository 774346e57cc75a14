import type { Baseline } from "./baseline.ts";
import { type HeatSample, SILENCE_S } from "./seen.ts";

interface Rules {
  hysteresisC: number;
  heatingGainC: number;
  checkGainS: number;
  /** Kelvin-seconds. */
  maxError: number;
}

/** Klipper's documented defaults: a bed is given a minute for its two degrees. */
const RULES: Record<HeatSample["heater"], Rules> = {
  hotend: { hysteresisC: 5, heatingGainC: 2, checkGainS: 20, maxError: 120 },
  bed: { hysteresisC: 5, heatingGainC: 2, checkGainS: 60, maxError: 120 },
};

interface Heater {
  lastS: number;
  targetC: number;
  /** Kelvin-seconds below the target's band. */
  error: number;
  /** Not null while the heater is on its way to a new target. */
  approach: { goalC: number; dueS: number; started: boolean } | null;
  alarmed: boolean;
}

interface State {
  hotend: Heater;
  bed: Heater;
  rules: typeof RULES;
}

/**
 * Klipper's `[verify_heater]` as its configuration reference describes it: below target minus
 * hysteresis an error grows by kelvin and second and alarms at `max_error`; on the way to a new target
 * at least `heating_gain` must be won in every `check_gain_time`. Nothing is said of a heater above its
 * target. Klipper checks every second; here each report counts for the time since the last one.
 */
export const VERIFY_HEATER: Baseline<State> = {
  name: "Klipper verify_heater",
  init: ({ bedGainS = RULES.bed.checkGainS }) => ({
    hotend: initHeater(),
    bed: initHeater(),
    rules: { hotend: RULES.hotend, bed: { ...RULES.bed, checkGainS: bedGainS } },
  }),
  step(state, seen) {
    if (seen.type !== "heat") return null;
    const heater = state[seen.heater];
    const failed = check(heater, state.rules[seen.heater], seen);
    const alarm = failed && !heater.alarmed;
    if (failed) heater.alarmed = true;
    return alarm ? `${seen.heater} not heating at the expected rate` : null;
  },
};

function initHeater(): Heater {
  return { lastS: -Infinity, targetC: 0, error: 0, approach: null, alarmed: false };
}

function check(heater: Heater, rules: Rules, seen: HeatSample): boolean {
  const { eventTimeS, measuredC, targetC, afterGap } = seen;
  const passedS = eventTimeS - heater.lastS;
  const changed = targetC !== heater.targetC;
  heater.lastS = eventTimeS;
  heater.targetC = targetC;
  if (afterGap || passedS > SILENCE_S) heater.error = 0;
  const dtS = afterGap || passedS > SILENCE_S ? 0 : passedS;
  if (targetC <= 0 || measuredC >= targetC - rules.hysteresisC) {
    heater.approach = null;
    heater.alarmed = false;
    if (targetC <= 0 || measuredC <= targetC + rules.hysteresisC) heater.error = 0;
    return false;
  }
  heater.error += (targetC - rules.hysteresisC - measuredC) * dtS;
  if (heater.approach === null && !changed) return heater.error >= rules.maxError;
  const goal = { goalC: measuredC + rules.heatingGainC, dueS: eventTimeS + rules.checkGainS };
  if (heater.approach === null) heater.approach = { ...goal, started: false };
  else if (measuredC >= heater.approach.goalC) {
    heater.error = 0;
    heater.approach = { ...goal, started: true };
  } else if (eventTimeS >= heater.approach.dueS) heater.approach = null;
  else if (!heater.approach.started) {
    // A block that still cools when it is asked to heat has its goal come down with it.
    heater.approach.goalC = Math.min(heater.approach.goalC, goal.goalC);
  }
  return false;
}
