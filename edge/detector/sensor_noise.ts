import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { SensorAlarm } from "./sensor_alarm.ts";

/** Noise over so many readings is compared with what is usual. */
const NOISE_READINGS = 15;
const RATIO_MAX = 5;
const LEAST_K = 0.5;
/** So many readings tell what noise is usual. */
const KNOWN_READINGS = 150;
/** One far reading makes three rough places: so many of the last ones must be rough, none less. */
const ROUGH_MIN = 5;

/** How rough a sensor's readings are, now and usually. */
export interface NoiseCheck {
  /** The last readings, °C, newest last, and the interval before the newest, s. */
  lastC: number[];
  lastDtS: number;
  /** Roughness of the last readings, K, newest last, less for those far apart. */
  rough: number[];
  usualK: number;
  seen: number;
}

export function initNoiseCheck(usualK: number, seen: number): NoiseCheck {
  return { lastC: [], lastDtS: 1, rough: [], usualK, seen };
}

/** After a silence no line leads through the readings. */
export function interruptNoiseCheck(state: NoiseCheck): void {
  state.lastC = [];
}

/** Takes one residual. Mutates; noise that is loud teaches nothing. */
export function stepNoiseCheck(state: NoiseCheck, residual: HeaterResidual): SensorAlarm | null {
  state.seen++;
  state.lastC = [...state.lastC, residual.measuredC].slice(-3);
  if (residual.outlier) return null;
  const rough = roughnessK(state, residual.dtS);
  state.lastDtS = residual.dtS;
  // Readings far apart differ because the heater swings, not because they are noisy.
  const apart = Math.max(1, residual.dtS / 1.5);
  state.rough = [...state.rough, Math.min(rough, 8) / apart].slice(-NOISE_READINGS);
  const bound = Math.max(LEAST_K, RATIO_MAX * state.usualK);
  const recentK = state.rough.reduce((sum, each) => sum + each, 0) / NOISE_READINGS;
  const roughly = state.rough.filter((each) => each > bound / 2).length;
  const noisy = state.seen > KNOWN_READINGS && recentK > bound && roughly >= ROUGH_MIN;
  if (!noisy) {
    state.usualK += (Math.min(rough, 2) - state.usualK) / Math.min(300, state.seen);
    return null;
  }
  const onsetS = residual.eventTimeS - (NOISE_READINGS / 2) * residual.dtS;
  return { fault: "noise", score: recentK / bound, onsetS, jumpK: 0 };
}

/** Sensors are no steadier than this, K. */
const STEADY_K = 0.12;
/** One leap makes three rough places, which are left out; of noise the others are this much less rough. */
const LEAP_PLACES = 3, LEFT_SHARE = 0.7;

/** How rough the last readings are against what is usual for this sensor; null where that isn't known. */
export function unsteadiness({ rough, usualK, seen }: NoiseCheck): number | null {
  if (seen <= KNOWN_READINGS || rough.length < NOISE_READINGS) return null;
  const left = rough.toSorted((a, b) => a - b).slice(0, -LEAP_PLACES);
  const recentK = left.reduce((sum, each) => sum + each, 0) / left.length / LEFT_SHARE;
  return recentK / Math.max(STEADY_K, usualK);
}

/**
 * How far the newest reading is from the line through the two before it, over √6: noise shows in
 * it, a slope or a slow swing doesn't. A steep slope with jittering times counts less.
 */
function roughnessK({ lastC, lastDtS }: NoiseCheck, dtS: number): number {
  const [a, b, c] = lastC;
  if (a === undefined || b === undefined || c === undefined) return 0;
  const slopeKPerS = (b - a) / Math.max(0.2, lastDtS);
  const off = Math.abs(c - b - slopeKPerS * dtS);
  return Math.max(0, off - 0.3 * Math.abs(slopeKPerS)) / Math.sqrt(6);
}
