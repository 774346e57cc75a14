import { CURVES_PER_KELVIN } from "../twin/senses/offset_here.ts";
import {
  type ProbeResidual,
  roughnessK,
  type SecondThermometer,
} from "../twin/senses/second_thermometer.ts";

/** Two thermometers on one block that part; plain values. */
export interface ProbeCheck {
  /** How far they have been apart beyond the band, K·s, either way. */
  hotterKs: number;
  colderKs: number;
  sinceS: number;
  /** Recent differences: [time, thermocouple less report, reported], oldest first. */
  recent: [number, number, number][];
  /** How they parted this time; what has left `recent` is remembered. Null: they haven't. */
  parting: Parting | null;
}

/** How two thermometers parted. */
interface Parting {
  /** How fast at most, K/s. */
  partedKPerS: number;
  /** How far the reports moved meanwhile, K, and how far they were wont to move before. */
  reportSwingK: number;
  usualSwingK: number;
}

export interface ProbeAlarm {
  /** How much hotter (positive) the block is than the reports say, K. */
  offK: number;
  /** How fast they parted at most, K/s. */
  partedKPerS: number;
  /** How far the reports moved while they parted, beyond what they were wont to, K; how rough. */
  reportSwingK: number;
  roughK: number;
  sinceS: number;
  score: number;
}

/**
 * Half width of the band: noise and steps of 0.25 K, and what fan and flow do to two places of one block,
 * which on some printers part by 1 K; a band of 0.5 K with half of the alarm told 23 times in 15 clean
 * prints of one of them.
 */
const BAND_K = 0.7;
/** An offset that a minute of this very print taught is less sure, K. */
const FRESH_K = 0.2;
const BAND_PER_SLOPE_S = 2.2;
const BAND_PER_ROUGH = 0.5;
/** Between two reports the block needn't go straight: a share of what it may move meanwhile. */
const BAND_PER_GAP = 0.3;
/** What raises the alarm, K·s. */
const ALARM_KS = 5;
/** Of rough reports one adds no more: by the third it is known whether all of them are rough. */
const ONE_ROUGH_KS = 2.4;
/** Reports that differ by less than this from one to the next are quiet: one of them is enough, K. */
const QUIET_K = 0.6;
/** Inside the band what was gathered halves in this time, s. */
const HALF_LIFE_S = 3;
const KEEP_S = 60;
/** The speed of parting is taken over so long, s. */
const SPEED_S = 6;
/** They part from so long before the first sign of it until so long after it, s. */
const BEFORE_S = 12, AFTER_S = 30;
/** What lies this long before the first sign is as it always was, s; a held heater swings so far, K. */
const CLEAR_S = 2;
const USUAL_MAX_K = 2;

export function initProbeCheck(): ProbeCheck {
  return { hotterKs: 0, colderKs: 0, sinceS: 0, recent: [], parting: null };
}

/** Takes a comparison of both; returns the alarm that stands, or null. Mutates the state. */
export function stepProbeCheck(
  state: ProbeCheck,
  twin: SecondThermometer,
  { eventTimeS, dtS, offK, reportedC, awayK }: ProbeResidual,
): ProbeAlarm | null {
  state.recent.push([eventTimeS, offK, reportedC]);
  while (state.recent[0]![0] < eventTimeS - KEEP_S) state.recent.shift();
  const roughK = roughnessK(twin);
  const band = BAND_K + (twin.lagKnown ? 0 : FRESH_K) + BAND_PER_SLOPE_S * twin.slopeKPerS +
    BAND_PER_ROUGH * Math.max(0, roughK - 0.3) + CURVES_PER_KELVIN * awayK +
    BAND_PER_GAP * twin.slopeKPerS * dtS;
  const keep = Math.pow(0.5, dtS / HALF_LIFE_S);
  if (state.hotterKs < 0.05 && state.colderKs < 0.05) {
    state.sinceS = eventTimeS - dtS;
    state.parting = null;
  }
  const mostKs = roughK < QUIET_K ? ALARM_KS : ONE_ROUGH_KS;
  state.hotterKs = gather(state.hotterKs, offK - band, keep, dtS, mostKs);
  state.colderKs = gather(state.colderKs, -offK - band, keep, dtS, mostKs);
  const score = Math.max(state.hotterKs, state.colderKs) / ALARM_KS;
  if (score < 1) return null;
  const known = state.parting !== null && eventTimeS - state.sinceS > KEEP_S - BEFORE_S;
  const { partedKPerS, reportSwingK, usualSwingK } = known ? state.parting! : parting(state);
  state.parting = { partedKPerS, reportSwingK, usualSwingK };
  return {
    offK,
    partedKPerS,
    // Noise and swing that were there before say nothing of a leap.
    reportSwingK: Math.sqrt(Math.max(0, reportSwingK ** 2 - usualSwingK ** 2)),
    roughK,
    sinceS: state.sinceS,
    score,
  };
}

function gather(
  sumKs: number,
  overK: number,
  keep: number,
  dtS: number,
  mostKs: number,
): number {
  if (overK <= 0) return sumKs * keep;
  return Math.min(4 * ALARM_KS, sumKs + Math.min(mostKs, overK * dtS));
}

/** How fast they parted, and how far the reports moved meanwhile and before. */
function parting({ recent, sinceS, parting: known }: ProbeCheck): Parting {
  const since = recent.filter(([atS]) => atS >= sinceS - BEFORE_S && atS <= sinceS + AFTER_S);
  let partedKPerS = 0;
  for (let i = 0, j = 0; i < since.length; i++) {
    while (j + 1 < i && since[i]![0] - since[j + 1]![0] >= SPEED_S) j++;
    const spanS = Math.max(SPEED_S, since[i]![0] - since[j]![0]);
    partedKPerS = Math.max(partedKPerS, Math.abs(since[i]![1] - since[j]![1]) / spanS);
  }
  const before = recent.filter(([atS]) => atS <= sinceS - CLEAR_S);
  const usualSwingK = known?.usualSwingK ?? Math.min(USUAL_MAX_K, swingK(before));
  return { partedKPerS, reportSwingK: swingK(since), usualSwingK };
}

function swingK(part: readonly [number, number, number][]): number {
  const reported = part.map(([, , c]) => c);
  return part.length === 0 ? 0 : Math.max(...reported) - Math.min(...reported);
}
