import { type DutyLaw, initDutyLaw, interruptDutyLaw, stepDutyLaw } from "./duty_law.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { type HeaterResidual, OUTLIER_SETTLE_S } from "../twin/thermal/heater_twin.ts";

/** What readings do that no heated block can. */
export type SensorFault = "jump" | "spikes" | "noise" | "frozen" | "replayed" | "apart";

export interface SensorAlarm {
  fault: SensorFault;
  /** 1 is just enough. */
  score: number;
  onsetS: number;
  /** The size of a jump, K; else 0. */
  jumpK: number;
}

/** Readings kept to recognise a replay: 20 minutes at one a second. */
const MEMORY = 1200;
/** As many readings must repeat in order, with as many different values among them. */
const REPLAY_RUN = 20;
const REPLAY_DISTINCT = 8;
/** An offset keeps its size within this share while it is waited for. */
const OFFSET_DRIFT = 0.4;
const SPIKES_FOR_ALARM = 2;
const SPIKE_MEMORY_S = 60;
/** A frozen reading: the longest run of one value that normal readings make is learnt. */
const FROZEN_MIN_S: Record<HeaterName, number> = { hotend: 25, bed: 240 };
const FROZEN_RUNS = 6;
/** Noise over so many readings is compared with what is usual. */
const NOISE_READINGS = 15;
const NOISE_RATIO_MAX = 5;
const NOISE_MIN_K = 0.5;
/** So many readings tell what noise is usual. */
const NOISE_KNOWN_READINGS = 150;

/** What is usual for one sensor; kept in a printer's profile. */
export interface SensorHabits {
  longestRun: number;
  usualK: number;
  seen: number;
}

export interface SensorCheck {
  heater: HeaterName;
  /** Recent readings in hundredths of a degree, oldest first. */
  readings: number[];
  runLength: number;
  runSinceS: number;
  /** Longest run of equal readings in normal use. */
  longestRun: number;
  jump: { atS: number; sizeK: number } | null;
  spikesAtS: number[];
  /** Running mean of the readings' roughness over NOISE_READINGS and over a long time, K. */
  recentK: number;
  usualK: number;
  seen: number;
  /** Readings since the last silence, and the last interval, s. */
  sinceStart: number;
  lastDtS: number;
  /** Readings in a row whose place in memory continued a run of the same readings. */
  replayRun: number;
  replayAt: number;
  law: DutyLaw;
}

/** A check that has seen nothing, or that goes on from a profile's habits. */
export function initSensorCheck(heater: HeaterName, habits?: SensorHabits): SensorCheck {
  return {
    heater,
    readings: [],
    runLength: 0,
    runSinceS: 0,
    longestRun: habits?.longestRun ?? 2,
    jump: null,
    spikesAtS: [],
    recentK: 0,
    usualK: habits?.usualK ?? 0,
    seen: habits?.seen ?? 0,
    sinceStart: 0,
    lastDtS: 1,
    replayRun: 0,
    replayAt: -1,
    law: initDutyLaw(),
  };
}

/** What the check has learnt of its sensor. */
export function habitsOf(state: SensorCheck): SensorHabits {
  const { longestRun, usualK, seen } = state;
  return { longestRun, usualK, seen: Math.min(seen, 1000) };
}

/** After a silence the readings before it say nothing about the next one; what is usual stays. */
export function interruptSensorCheck(state: SensorCheck): void {
  state.sinceStart = 0;
  state.runLength = 0;
  state.jump = null;
  state.spikesAtS = [];
  state.replayRun = 0;
  state.replayAt = -1;
  interruptDutyLaw(state.law);
}

/** Takes one residual. Mutates the state; returns the most telling alarm that stands, or null. */
export function stepSensorCheck(state: SensorCheck, residual: HeaterResidual): SensorAlarm | null {
  state.seen++;
  state.sinceStart++;
  const jump = stepJump(state, residual);
  const replay = stepReplay(state, residual);
  const frozen = stepFrozen(state, residual);
  const noise = stepNoise(state, residual);
  const apart = stepDutyLaw(state.law, residual);
  return jump ?? replay ?? frozen ?? (apart ? { fault: "apart", ...apart, jumpK: 0 } : null) ??
    noise;
}

/** A reading that came back is a spike; one that stays as long as the twin waits is an offset. */
function stepJump(state: SensorCheck, residual: HeaterResidual): SensorAlarm | null {
  const { eventTimeS, innovationK, outlier } = residual;
  const { jump } = state;
  if (outlier) {
    state.jump ??= { atS: eventTimeS, sizeK: innovationK };
    if (!jump || eventTimeS - jump.atS < OUTLIER_SETTLE_S) return spikeAlarm(state, eventTimeS);
    state.jump = null;
    // What goes on growing or comes back is no offset: the twin is wrong, or the heat is.
    if (Math.abs(innovationK - jump.sizeK) > OFFSET_DRIFT * Math.abs(jump.sizeK)) return null;
    const score = Math.abs(innovationK) / 4;
    return { fault: "jump", score, onsetS: jump.atS, jumpK: innovationK };
  }
  if (jump) state.spikesAtS = [...state.spikesAtS, jump.atS].slice(-8);
  state.jump = null;
  return spikeAlarm(state, eventTimeS);
}

function spikeAlarm(state: SensorCheck, eventTimeS: number): SensorAlarm | null {
  state.spikesAtS = state.spikesAtS.filter((atS) => eventTimeS - atS < SPIKE_MEMORY_S);
  const { spikesAtS } = state;
  if (spikesAtS.length < SPIKES_FOR_ALARM) return null;
  const score = spikesAtS.length / SPIKES_FOR_ALARM;
  return { fault: "spikes", score, onsetS: spikesAtS[0]!, jumpK: 0 };
}

/** Follows one alignment of the newest readings with older ones: exact repetition, in order. */
function stepReplay(state: SensorCheck, residual: HeaterResidual): SensorAlarm | null {
  const value = Math.round(residual.measuredC * 100);
  const { readings } = state;
  if (state.replayAt >= 0 && readings[state.replayAt] === value) {
    state.replayRun++;
    state.replayAt++;
  } else {
    restartReplay(state, value);
  }
  readings.push(value);
  if (readings.length > MEMORY) {
    readings.shift();
    state.replayAt--;
  }
  if (state.replayRun < REPLAY_RUN) return null;
  const run = readings.slice(-state.replayRun);
  const distinct = new Set(run).size;
  const turns = countTurns(run);
  if (distinct < REPLAY_DISTINCT || turns < REPLAY_RUN / 4) return null;
  const onsetS = residual.eventTimeS - state.replayRun * residual.dtS;
  return { fault: "replayed", score: state.replayRun / REPLAY_RUN, onsetS, jumpK: 0 };
}

/** A climb repeats in its digits by chance; noise that goes up and down doesn't. */
function countTurns(run: readonly number[]): number {
  let turns = 0;
  for (let i = 2; i < run.length; i++) {
    if ((run[i]! - run[i - 1]!) * (run[i - 1]! - run[i - 2]!) < 0) turns++;
  }
  return turns;
}

/** Looks for the older place whose last three readings equal the newest three. */
function restartReplay(state: SensorCheck, value: number): void {
  const { readings } = state;
  const end = readings.length;
  state.replayRun = 0;
  state.replayAt = -1;
  for (let at = end - REPLAY_RUN; at >= 2; at--) {
    if (readings[at] !== value) continue;
    if (readings[at - 1] !== readings[end - 1] || readings[at - 2] !== readings[end - 2]) continue;
    state.replayAt = at + 1;
    state.replayRun = 3;
    return;
  }
}

function stepFrozen(state: SensorCheck, residual: HeaterResidual): SensorAlarm | null {
  const { readings, seen } = state;
  const { eventTimeS, overAmbientK } = residual;
  const same = readings.at(-1) === readings.at(-2);
  if (!same) {
    // What has ended was no freeze, so it counts as usual; half, if it was suspiciously long.
    state.longestRun = Math.max(state.longestRun, Math.min(state.runLength, 40));
    state.runLength = 1;
    state.runSinceS = eventTimeS;
    return null;
  }
  state.runLength++;
  if (seen < 60 || overAmbientK < 20) return null;
  const runsMax = Math.max(10, FROZEN_RUNS * state.longestRun);
  const score = Math.min(
    state.runLength / runsMax,
    (eventTimeS - state.runSinceS) / FROZEN_MIN_S[state.heater],
  );
  return score >= 1 ? { fault: "frozen", score, onsetS: state.runSinceS, jumpK: 0 } : null;
}

/**
 * How far the newest reading is from the line through the two before it, over √6: noise shows in
 * it, a slope or a slow swing doesn't. A steep slope with jittering times counts less.
 */
function roughnessK(state: SensorCheck, dtS: number): number {
  const [a, b, c] = state.readings.slice(-3);
  if (a === undefined || b === undefined || c === undefined || state.sinceStart < 3) return 0;
  const slopeKPerS = (b - a) / 100 / Math.max(0.2, state.lastDtS);
  const off = Math.abs((c - b) / 100 - slopeKPerS * dtS);
  return Math.max(0, off - 0.3 * Math.abs(slopeKPerS)) / Math.sqrt(6);
}

function stepNoise(state: SensorCheck, residual: HeaterResidual): SensorAlarm | null {
  if (residual.outlier) return null;
  const rough = roughnessK(state, residual.dtS);
  state.lastDtS = residual.dtS;
  state.recentK += (Math.min(rough, 8) - state.recentK) / Math.min(NOISE_READINGS, state.seen);
  // Readings far apart differ because the heater swings, not because they are noisy.
  const apart = Math.max(1, residual.dtS / 1.5);
  const bound = apart * Math.max(NOISE_MIN_K, NOISE_RATIO_MAX * state.usualK);
  const noisy = state.seen > NOISE_KNOWN_READINGS && state.recentK > bound;
  if (!noisy) state.usualK += (Math.min(rough, 2) - state.usualK) / Math.min(300, state.seen);
  if (!noisy) return null;
  const onsetS = residual.eventTimeS - (NOISE_READINGS / 2) * residual.dtS;
  return { fault: "noise", score: state.recentK / bound, onsetS, jumpK: 0 };
}
