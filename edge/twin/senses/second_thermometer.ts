import { besideAt, initOffsetHere, learnBeside, type OffsetHere } from "./offset_here.ts";

/**
 * What a thermocouple on the block should read while the firmware's own sensor tells the truth. Both
 * follow one block, each with its own lag: whichever is quicker is slowed down by the difference,
 * which is learnt, as is the offset between the two. Plain values.
 */
export interface SecondThermometer {
  /** The last report, and the last reading of the thermocouple; NaN-free: null before the first. */
  reported: { atS: number; c: number } | null;
  probe: { atS: number; c: number } | null;
  /** The thermocouple's latest readings, °C: one that stands alone is a spark, not the block. */
  readings: number[];
  /** When the reports began, or began anew, s. */
  beganS: number;
  /** For each lag of `LAGS_S` what is slowed down by it, °C, and the last difference, K. */
  slowedC: number[];
  lastOffK: number[];
  /** How badly each lag has done while the block's slope changed, K², and how much was seen. */
  misfitK2: number[];
  bends: number;
  /** The lag learnt, index into `LAGS_S`. */
  lagAt: number;
  lagKnown: boolean;
  /** Slope of the reports, smoothed; its decaying largest size, K/s; and their roughness, K. */
  smoothKPerS: number;
  /** The latest reports, °C, oldest first. */
  lately: number[];
  slopeKPerS: number;
  roughK: number;
  /** Thermocouple less report, K, once learnt, and at which temperature. */
  offset: { offsetK: number; atC: number } | null;
  learning: { count: number; seconds: number; sumK: number; sumC: number };
  /** How the offset differs at this print's set point. */
  here: OffsetHere;
}

/** What is kept of a thermocouple in a printer's profile. */
export interface ProbeOffset {
  offsetK: number;
  atC: number;
  lagS: number;
}

/** One comparison of both. */
export interface ProbeResidual {
  eventTimeS: number;
  dtS: number;
  offK: number;
  reportedC: number;
  /** How far the report is from where the offset was learnt, K. */
  awayK: number;
}

/** How much slower the thermocouple may be than the firmware's sensor, s; negative: quicker. */
export const LAGS_S = [-3, -2, -1, -0.3, 0.5, 1, 1.5, 2, 2.5, 3, 4];
const LAG_ASSUMED = 6;
/** Slopes that show which lag fits, and so many reports with them, K/s. */
const BEND_K_PER_S = 0.9;
const BENDS = 15;
/**
 * Only after so many is the lag settled: while both climb evenly noise alone decides, and it takes
 * the ends of climbs to tell.
 */
const BENDS_ENOUGH = 300;
/** One odd report decides nothing, K²; and what speaks for the usual lag beforehand, K² per s². */
const MISFIT_MAX_K2 = 6;
const PRIOR_K2 = 0.2;
/** Calm reports that teach the offset, and how long they must span, s. */
const LEARN_REPORTS = 12;
const LEARN_S = 45;
/** Wires and junctions are off by no more than this, K. */
export const OFFSET_MAX_K = 15;
/** Far from where it was learnt the offset isn't known, K; sensors' curves differ. */
const KNOWN_WITHIN_K = 70;
/** The wire conducts heat away: the offset grows with the temperature, K per K. */
const PER_KELVIN = -0.012;
const CALM_K_PER_S = 0.35;
const CALM_ROUGH_K = 2;
/** Silences longer than this start the followers anew, s. */
const SILENCE_S = 12;
/** A slope is remembered so long, s. */
const SLOPE_MEMORY_S = 5;
const SMOOTH_S = 3;
/** The median of so many readings is taken. */
const READINGS = 3;
/** So many reports tell whether all of them are rough, and not one leap. */
const LATELY = 7;
/** Followers that have just begun know nothing of the slope before: nothing is said for so long, s. */
const SETTLE_S = 15;

export function initSecondThermometer(known: ProbeOffset | null = null): SecondThermometer {
  const lagAt = known ? nearest(known.lagS) : LAG_ASSUMED;
  return {
    reported: null,
    probe: null,
    readings: [],
    beganS: -1e9,
    slowedC: LAGS_S.map(() => 0),
    lastOffK: LAGS_S.map(() => 0),
    misfitK2: LAGS_S.map(() => 0),
    bends: 0,
    lagAt,
    lagKnown: known !== null,
    smoothKPerS: 0,
    lately: [],
    slopeKPerS: 0,
    roughK: 0.1,
    offset: known ? { offsetK: known.offsetK, atC: known.atC } : null,
    learning: { count: 0, seconds: 0, sumK: 0, sumC: 0 },
    here: initOffsetHere(),
  };
}

/** What has been learnt, to be kept; null before it is. */
export function probeOffsetOf(state: SecondThermometer): ProbeOffset | null {
  const { offset, lagAt } = state;
  return offset ? { ...offset, lagS: LAGS_S[lagAt]! } : null;
}

function nearest(lagS: number): number {
  const offs = LAGS_S.map((each) => Math.abs(each - lagS));
  return offs.indexOf(Math.min(...offs));
}

/** Takes a reading of the thermocouple. Mutates the state. */
export function noteProbeC(state: SecondThermometer, eventTimeS: number, readC: number): void {
  const { probe, slowedC } = state;
  const dtS = probe ? eventTimeS - probe.atS : Infinity;
  state.readings = [...(dtS < SILENCE_S ? state.readings : []), readC].slice(-READINGS);
  const c = state.readings.toSorted((a, b) => a - b)[state.readings.length >> 1]!;
  LAGS_S.forEach((lagS, at) => {
    if (lagS >= 0) return;
    slowedC[at] = probe && dtS < SILENCE_S ? slowed(slowedC[at]!, probe.c, c, dtS, -lagS) : c;
  });
  state.probe = { atS: eventTimeS, c };
}

/** A first-order lag whose input goes straight from one value to another. */
function slowed(y: number, fromC: number, toC: number, dtS: number, lagS: number): number {
  if (dtS <= 0) return y;
  const behind = (toC - fromC) / dtS * lagS;
  return toC - behind + (y - fromC + behind) * Math.exp(-dtS / lagS);
}

/**
 * Takes a temperature report and holds both against each other; null while nothing is known, or where
 * there is nothing to compare with. Mutates the state.
 */
export function noteReportedC(
  state: SecondThermometer,
  eventTimeS: number,
  measuredC: number,
): ProbeResidual | null {
  const { reported, probe, slowedC } = state;
  const dtS = reported ? eventTimeS - reported.atS : Infinity;
  const goesOn = reported !== null && dtS < SILENCE_S;
  state.reported = { atS: eventTimeS, c: measuredC };
  LAGS_S.forEach((lagS, at) => {
    if (lagS < 0) return;
    slowedC[at] = goesOn ? slowed(slowedC[at]!, reported.c, measuredC, dtS, lagS) : measuredC;
  });
  if (!goesOn) state.beganS = eventTimeS;
  if (!goesOn || !probe || eventTimeS - probe.atS > 2) return null;
  const offs = LAGS_S.map((lagS, at) =>
    lagS < 0 ? slowedC[at]! - measuredC : probe.c - slowedC[at]!
  );
  state.lately = [...state.lately, measuredC].slice(-LATELY);
  followSlope(state, (measuredC - reported.c) / dtS, Math.abs(measuredC - reported.c), dtS);
  if (!state.lagKnown) learnLag(state, offs, measuredC);
  state.lastOffK = offs;
  const offK = offs[state.lagAt]!;
  if (!state.offset) learnOffset(state, offK, measuredC, dtS);
  if (eventTimeS - state.beganS < SETTLE_S) return null;
  if (!state.offset || Math.abs(measuredC - state.offset.atC) > KNOWN_WITHIN_K) return null;
  const { offsetK, atC } = state.offset;
  const beside = offK - (offsetK + PER_KELVIN * (measuredC - atC));
  const calm = state.slopeKPerS < CALM_K_PER_S && state.roughK < CALM_ROUGH_K;
  learnBeside(state.here, { eventTimeS, beside, measuredC, oldAtC: atC, calm });
  const { besideK, awayK } = besideAt(state.here, measuredC, atC);
  return { eventTimeS, dtS, offK: beside - besideK, reportedC: measuredC, awayK };
}

function followSlope(
  state: SecondThermometer,
  slopeKPerS: number,
  stepK: number,
  dtS: number,
): void {
  const keep = Math.exp(-dtS / SLOPE_MEMORY_S);
  state.smoothKPerS += (slopeKPerS - state.smoothKPerS) * (1 - Math.exp(-dtS / SMOOTH_S));
  state.slopeKPerS = Math.max(Math.abs(state.smoothKPerS), state.slopeKPerS * keep);
  state.roughK += (Math.min(stepK, 30) - state.roughK) * Math.min(0.5, dtS / 12);
}

/**
 * How rough the reports are, K from one to the next: over a while, or of late, where noise shows at
 * once and a single leap doesn't.
 */
export function roughnessK({ lately, roughK }: SecondThermometer): number {
  const bends = lately.slice(2)
    .map((c, at) => Math.abs(c - 2 * lately[at + 1]! + lately[at]!)).sort((a, b) => a - b);
  // The median of a Gaussian's second difference against the mean of its first one.
  const now = bends.length < LATELY - 2 ? 0 : 0.68 * bends[bends.length >> 1]!;
  return Math.max(roughK, now);
}

/** The right lag is the one with which both move alike. */
function learnLag(state: SecondThermometer, offs: readonly number[], measuredC: number): void {
  if (state.slopeKPerS < BEND_K_PER_S || measuredC < 60) return;
  offs.forEach((offK, at) => {
    const movedK2 = (offK - state.lastOffK[at]!) ** 2;
    state.misfitK2[at] = state.misfitK2[at]! + Math.min(MISFIT_MAX_K2, movedK2);
  });
  if (++state.bends < BENDS) return;
  const assumedS = LAGS_S[LAG_ASSUMED]!;
  const misfits = state.misfitK2.map((k2, at) => k2 + PRIOR_K2 * (LAGS_S[at]! - assumedS) ** 2);
  state.lagAt = misfits.indexOf(Math.min(...misfits));
  state.lagKnown = state.bends >= BENDS_ENOUGH;
}

/** Learns the offset from calm and hot reports, once. */
function learnOffset(
  state: SecondThermometer,
  offK: number,
  measuredC: number,
  dtS: number,
): void {
  const { learning, slopeKPerS, roughK } = state;
  if (measuredC < 120 || slopeKPerS > CALM_K_PER_S || roughK > CALM_ROUGH_K) return;
  if (Math.abs(offK) > OFFSET_MAX_K) return;
  learning.count++;
  learning.seconds += dtS;
  learning.sumK += offK;
  learning.sumC += measuredC;
  if (learning.count < LEARN_REPORTS || learning.seconds < LEARN_S) return;
  state.offset = {
    offsetK: learning.sumK / learning.count,
    atC: learning.sumC / learning.count,
  };
}
