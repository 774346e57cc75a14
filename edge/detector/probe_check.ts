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
}

export interface ProbeAlarm {
  /** How much hotter (positive) the block is than the reports say, K. */
  offK: number;
  /** How fast they parted at most, K/s. */
  partedKPerS: number;
  /** How far the reports moved while they parted, K, and how rough they are. */
  reportSwingK: number;
  roughK: number;
  sinceS: number;
  score: number;
}

/**
 * Half width of the band: noise and steps of 0.25 K, and what a lag gets wrong while it moves. Over
 * clean prints of 80 printers the largest sum was 3.3 K·s, while heating up.
 */
const BAND_K = 0.65;
const BAND_PER_SLOPE_S = 2.2;
const BAND_PER_ROUGH = 0.5;
/** Between two reports the block needn't go straight: a share of what it may move meanwhile. */
const BAND_PER_GAP = 0.3;
/** What the sensors' curves differ by, per kelvin from where the offset was learnt. */
const BAND_PER_KELVIN = 0.03;
/** What raises the alarm, K·s. */
const ALARM_KS = 5;
/** One report adds no more: by the third it is known whether all of them are rough. */
const ONE_KS = 2.4;
/** Inside the band what was gathered halves in this time, s. */
const HALF_LIFE_S = 3;
const KEEP_S = 60;
/** The speed of parting is taken over so long, s. */
const SPEED_S = 6;

export function initProbeCheck(): ProbeCheck {
  return { hotterKs: 0, colderKs: 0, sinceS: 0, recent: [] };
}

/** Takes a comparison of both; returns the alarm that stands, or null. Mutates the state. */
export function stepProbeCheck(
  state: ProbeCheck,
  twin: SecondThermometer,
  { eventTimeS, dtS, offK, reportedC }: ProbeResidual,
): ProbeAlarm | null {
  state.recent.push([eventTimeS, offK, reportedC]);
  while (state.recent[0]![0] < eventTimeS - KEEP_S) state.recent.shift();
  const away = Math.abs(reportedC - (twin.offset?.atC ?? reportedC));
  const band = BAND_K + BAND_PER_SLOPE_S * twin.slopeKPerS +
    BAND_PER_ROUGH * Math.max(0, roughnessK(twin) - 0.3) + BAND_PER_KELVIN * away +
    BAND_PER_GAP * twin.slopeKPerS * dtS;
  const keep = Math.pow(0.5, dtS / HALF_LIFE_S);
  if (state.hotterKs < 0.05 && state.colderKs < 0.05) state.sinceS = eventTimeS - dtS;
  state.hotterKs = gather(state.hotterKs, offK - band, keep, dtS);
  state.colderKs = gather(state.colderKs, -offK - band, keep, dtS);
  const score = Math.max(state.hotterKs, state.colderKs) / ALARM_KS;
  if (score < 1) return null;
  const { partedKPerS, reportSwingK } = parting(state);
  return { offK, partedKPerS, reportSwingK, roughK: roughnessK(twin), sinceS: state.sinceS, score };
}

function gather(sumKs: number, overK: number, keep: number, dtS: number): number {
  if (overK <= 0) return sumKs * keep;
  return Math.min(4 * ALARM_KS, sumKs + Math.min(ONE_KS, overK * dtS));
}

/** How fast they parted, and how far the reports moved meanwhile. */
function parting({ recent, sinceS }: ProbeCheck): { partedKPerS: number; reportSwingK: number } {
  const since = recent.filter(([atS]) => atS >= sinceS - 12 && atS <= sinceS + 30);
  let partedKPerS = 0;
  for (let i = 0, j = 0; i < since.length; i++) {
    while (j + 1 < i && since[i]![0] - since[j + 1]![0] >= SPEED_S) j++;
    const spanS = Math.max(SPEED_S, since[i]![0] - since[j]![0]);
    partedKPerS = Math.max(partedKPerS, Math.abs(since[i]![1] - since[j]![1]) / spanS);
  }
  const reported = since.map(([, , c]) => c);
  const reportSwingK = Math.max(...reported) - Math.min(...reported);
  return { partedKPerS, reportSwingK };
}
