import type { Baseline, BaselineContext } from "./baseline.ts";
import { type HeatSample, SILENCE_S } from "./seen.ts";

interface Rules {
  hysteresisC: number;
  periodS: number;
  watchRiseC: number;
  watchS: number;
}

/** Marlin's protection with the periods of the design's issue; a bed is watched for a minute. */
const RULES: Record<HeatSample["heater"], Rules> = {
  hotend: { hysteresisC: 4, periodS: 40, watchRiseC: 2, watchS: 20 },
  bed: { hysteresisC: 2, periodS: 20, watchRiseC: 2, watchS: 60 },
};
/** Nearer to its target than this besides the rise, a heater isn't watched, K. */
const WATCH_MARGIN_C = 4;

interface Heater {
  lastS: number;
  targetC: number;
  /** Has reached its target once since it was set. */
  stable: boolean;
  /** Past this time outside the band it has run away, s. */
  dueS: number;
  watch: { goalC: number; dueS: number } | null;
  alarmed: boolean;
}

interface State {
  hotend: Heater;
  bed: Heater;
  rules: typeof RULES;
}

/**
 * Marlin's thermal runaway protection as its configuration describes it: a heater that has once
 * reached its target must not stay more than the hysteresis below it for a whole period (hotend 4 °C,
 * 40 s; bed 2 °C, 20 s).
 */
export const THERMAL_RUNAWAY: Baseline<State> = {
  name: "Marlin thermal runaway",
  init,
  step: (state, seen) => alarmOf(state, seen, runsAway, "thermal runaway"),
};

/**
 * Marlin's heating watch as its configuration describes it: from a new target on, each period (hotend
 * 20 s, bed 60 s) must bring 2 °C until the heater is near its target.
 */
export const HEATING_WATCH: Baseline<State> = {
  name: "Marlin heating watch",
  init,
  step: (state, seen) => alarmOf(state, seen, failsToHeat, "heating failed"),
};

function init({ bedGainS = RULES.bed.watchS }: BaselineContext): State {
  const bed = { ...RULES.bed, watchS: bedGainS };
  return { hotend: initHeater(), bed: initHeater(), rules: { hotend: RULES.hotend, bed } };
}

function initHeater(): Heater {
  return {
    lastS: -Infinity,
    targetC: 0,
    stable: false,
    dueS: Infinity,
    watch: null,
    alarmed: false,
  };
}

function alarmOf(
  state: State,
  seen: Parameters<Baseline["step"]>[1],
  fails: (heater: Heater, rules: Rules, seen: HeatSample, changed: boolean) => boolean,
  text: string,
): string | null {
  if (seen.type !== "heat") return null;
  const heater = state[seen.heater];
  const changed = seen.targetC !== heater.targetC;
  const silent = seen.afterGap || seen.eventTimeS - heater.lastS > SILENCE_S;
  heater.targetC = seen.targetC;
  heater.lastS = seen.eventTimeS;
  const failed = fails(heater, state.rules[seen.heater], seen, changed || silent);
  const alarm = failed && !heater.alarmed;
  heater.alarmed = failed;
  return alarm ? `${seen.heater}: ${text}` : null;
}

function runsAway(heater: Heater, rules: Rules, seen: HeatSample, anew: boolean): boolean {
  const { measuredC, targetC, eventTimeS } = seen;
  if (anew) heater.stable = false;
  if (targetC <= 0) return false;
  if (!heater.stable) {
    heater.stable = measuredC >= targetC;
    heater.dueS = eventTimeS + rules.periodS;
    return false;
  }
  if (measuredC >= targetC - rules.hysteresisC) heater.dueS = eventTimeS + rules.periodS;
  return eventTimeS > heater.dueS;
}

function failsToHeat(heater: Heater, rules: Rules, seen: HeatSample, anew: boolean): boolean {
  const { measuredC, targetC, eventTimeS } = seen;
  if (anew) heater.watch = watchFrom(rules, seen);
  const { watch } = heater;
  if (targetC <= 0 || watch === null || eventTimeS < watch.dueS) return heater.alarmed;
  const failed = measuredC < watch.goalC;
  // A firmware would have stopped here; the check goes on so that all of a print is counted.
  heater.watch = watchFrom(rules, seen);
  return failed;
}

function watchFrom(rules: Rules, { measuredC, targetC, eventTimeS }: HeatSample) {
  if (measuredC >= targetC - rules.watchRiseC - WATCH_MARGIN_C) return null;
  return { goalC: measuredC + rules.watchRiseC, dueS: eventTimeS + rules.watchS };
}
