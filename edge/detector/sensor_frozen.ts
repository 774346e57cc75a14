import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { SensorAlarm } from "./sensor_alarm.ts";

/** Runs of equal readings are counted by length, in octaves: 1, 2–3, 4–7 and so on. */
const OCTAVES = 8;
/** Before anything is known, an equal reading follows as often as not; so firmly, in readings. */
const FIRST_STAY = 0.5;
const FIRM = 12;
/** Beyond the runs that were seen, each octave ends so much more rarely than the one before. */
const RARER = 0.75;
/** So improbable must a run be, nats: one in three million, where thousands are begun an hour. */
const ALARM_NATS = 15;
/** A run this improbable teaches no more than up to there: an attacker may try short ones. */
const TEACH_NATS = 8;
const KNOWN_READINGS = 60;
/** Readings far apart are rarely alike by chance: fewer of them tell how rarely. */
const KNOWN_SPARSE = 24;
/** Older runs count half after so many readings. */
const FADE_READINGS = 4000;
const HOT_K = 20;
const NEAR_K = 5;
/**
 * A reading can honestly stand still where it is coarse and well regulated; then the duty stands
 * still too. What a duty that moved should have done to the block is reckoned, and so much of it
 * must be missing, K, and as a share of the heat that holds it: losses change as well.
 */
const MISSING_K: Record<HeaterName, number> = { hotend: 5, bed: 6 };
const MISSING_SHARE: Record<HeaterName, number> = { hotend: 0.25, bed: 0.5 };
/**
 * Where reports are further apart than this, s, a duty that swings in between is seen at odd moments: its
 * heat may be another than what was seen of it, by as much as the duty usually swings.
 */
const SPARSE_S = 2;
/** One such reading that equals the last is chance: so many in a row must stand still. */
const SPARSE_RUN = 3;
/** The duty's mean is taken over so long, and only counts once a heater has held for so long, s. */
const DUTY_MEAN_S = 60;
const HELD_S = 90;

/** How long equal readings come in a row. */
export interface FrozenCheck {
  heater: HeaterName;
  lastC: number | null;
  targetC: number | null;
  run: number;
  sinceS: number;
  /** Readings that went on and readings that ended a run, by its length's octave. */
  stays: number[];
  ends: number[];
  seen: number;
  longestRun: number;
  /** The duty's mean until the run began; since then the heat beyond it, K, and that which it is, K. */
  meanDuty: number | null;
  heldS: number;
  beyondK: number;
  flowedK: number;
  /** How far the duty usually is from its mean, and the heat that this may have hidden, K. */
  swing: number;
  unseenK: number;
}

export function initFrozenCheck(heater: HeaterName, longestRun: number): FrozenCheck {
  return {
    heater,
    lastC: null,
    targetC: null,
    run: 0,
    sinceS: 0,
    stays: Array<number>(OCTAVES).fill(0),
    ends: Array<number>(OCTAVES).fill(0),
    seen: 0,
    longestRun,
    meanDuty: null,
    heldS: 0,
    beyondK: 0,
    flowedK: 0,
    swing: 0,
    unseenK: 0,
  };
}

/** After a silence a run may have been longer, or none. */
export function interruptFrozenCheck(state: FrozenCheck): void {
  state.lastC = null;
  state.run = 0;
}

/** Takes one residual. Mutates; returns the alarm that stands, or null. */
export function stepFrozenCheck(
  state: FrozenCheck,
  residual: HeaterResidual,
  powerKPerS: number | null = null,
): SensorAlarm | null {
  const { measuredC, eventTimeS, targetC, overAmbientK } = residual;
  // With a new set point the duty of this instant says nothing of the time since the last report.
  const same = measuredC === state.lastC && targetC === state.targetC;
  state.lastC = measuredC;
  state.targetC = targetC;
  const near = targetC !== null && targetC > 0 && Math.abs(measuredC - targetC) < NEAR_K;
  if (!same) {
    if (state.run > 0 && near) teach(state);
    state.run = 1;
    state.sinceS = eventTimeS;
    followDuty(state, residual, near);
    return null;
  }
  state.run++;
  reckon(state, residual, powerKPerS);
  const known = residual.dtS > SPARSE_S ? KNOWN_SPARSE : KNOWN_READINGS;
  if (state.seen < known || overAmbientK < HOT_K) return null;
  const score = near ? Math.max(still(state), missing(state)) : 0;
  return score >= 1 ? { fault: "frozen", score, onsetS: state.sinceS, jumpK: 0 } : null;
}

/** How improbable the run is that stands, of a hotend; a bed can stand still for minutes. */
function still(state: FrozenCheck): number {
  return state.heater === "hotend" ? improbability(state, state.run) / ALARM_NATS : 0;
}

function octave(run: number): number {
  return Math.min(OCTAVES - 1, 31 - Math.clz32(run));
}

/** The probability that a run goes on, by its octave. */
function stayShares({ stays, ends }: FrozenCheck): number[] {
  const shares: number[] = [];
  let before = FIRST_STAY;
  for (let i = 0; i < OCTAVES; i++) {
    const seen = stays[i]! + ends[i]!;
    before = (stays[i]! + FIRM * before) / (seen + FIRM);
    shares.push(before);
    before = 1 - RARER * (1 - before);
  }
  return shares;
}

/** Minus the logarithm of the probability that a run gets so long. */
function improbability(state: FrozenCheck, run: number): number {
  const shares = stayShares(state);
  let nats = 0;
  for (let i = 0, from = 1; i < OCTAVES && from < run; i++, from *= 2) {
    const to = i === OCTAVES - 1 ? run : Math.min(run, 2 * from);
    nats -= (to - from) * Math.log(shares[i]!);
  }
  return nats;
}

function teach(state: FrozenCheck): void {
  let run = state.run;
  while (run > 2 && improbability(state, run) > TEACH_NATS) run--;
  for (let length = 1; length < run; length++) state.stays[octave(length)]!++;
  if (run === state.run) {
    state.ends[octave(run)]!++;
    state.longestRun = Math.max(state.longestRun, run);
  }
  state.seen += run;
  if (state.seen < FADE_READINGS) return;
  state.seen /= 2;
  state.stays = state.stays.map((count) => count / 2);
  state.ends = state.ends.map((count) => count / 2);
}

function followDuty(state: FrozenCheck, residual: HeaterResidual, near: boolean): void {
  const { duty, dtS, approaching } = residual;
  state.beyondK = 0;
  state.flowedK = 0;
  state.unseenK = 0;
  if (duty === null || !near || approaching) {
    state.meanDuty = null;
    state.heldS = 0;
    return;
  }
  state.heldS += dtS;
  state.meanDuty ??= duty;
  const share = 1 - Math.exp(-dtS / DUTY_MEAN_S);
  state.swing += (Math.abs(duty - state.meanDuty) - state.swing) * share;
  state.meanDuty += (duty - state.meanDuty) * share;
}

/** What the duty should have done to the block while its reading stood still. */
function reckon(state: FrozenCheck, residual: HeaterResidual, powerKPerS: number | null): void {
  const { duty, dtS } = residual;
  if (duty === null || state.meanDuty === null || powerKPerS === null) return;
  state.beyondK += powerKPerS * (duty - state.meanDuty) * dtS;
  state.flowedK += powerKPerS * state.meanDuty * dtS;
  if (dtS > SPARSE_S) state.unseenK += powerKPerS * state.swing * dtS;
}

function missing({ heater, run, heldS, beyondK, flowedK, unseenK }: FrozenCheck): number {
  if (heldS < HELD_S || (unseenK > 0 && run < SPARSE_RUN)) return 0;
  return Math.abs(beyondK) / (MISSING_K[heater] + MISSING_SHARE[heater] * flowedK + unseenK);
}
