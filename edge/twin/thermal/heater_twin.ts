import type { HeaterInput } from "./block.ts";
import { lossPerS } from "./block.ts";
import {
  balanceVariance,
  type BalanceWindow,
  calibrated,
  type Calibration,
  initCalibration,
} from "./calibration.ts";
import { initLagChoice, type LagChoice, restartLagChoice, stepLagChoice } from "./lag.ts";
import {
  correctObserver,
  initObserver,
  type Observer,
  type ObserverNoise,
  predictObserver,
} from "./observer.ts";
import type { HeaterPrior, ThermalParameters } from "./parameters.ts";

/** The estimate of unexplained heating that finds sudden changes, and the one for slow ones, s. */
const FAST_S = 4;
const SLOW_S = 25;
/** A reading further off than all of these can't be the block's: the observers don't follow it. */
const OUTLIER_K = 4;
const OUTLIER_SPREADS = 9;
const OUTLIER_K_PER_S = 5;
/** Readings that stay off as long as this are followed after all, s. */
export const OUTLIER_SETTLE_S = 6;
/** A longer silence than this starts the observers anew, s. */
export const SILENCE_S = 12;
/** How the estimates wander while all is well is learnt over so long, s, within these shares. */
const WANDER_S = 90;
/**
 * A change is measured from where the estimate stood of late: what the model gets constantly wrong
 * doesn't count. It takes so long to know where that was, s.
 */
const FAN_STEP = 0.08;
const BASE_S = 60;
const BASE_KNOWN_S = 25;
const BASE_AGAIN_S = 6;
const WANDER_OUT = 4;
const WANDER_OUT_S = 900;
const WANDER_SHARE = 0.05;
const WANDER_SHARE_MAX = 0.6;
const BASE_SHARE_MIN = 0.03;
/** What a wrong lag gets wrong after the duty jumped, as a share, and how long that lasts, s. */
const JUMP_SHARE = 0.35;
const JUMP_S = 10;
/** A controller that swings around its mean isn't jumping; the mean is taken over so long, s. */
const DUTY_MEAN_S = 8;
/**
 * After a new set point a heater is in a transient until it has come near, K; what lumping it into
 * one block gets wrong there, as a share of the heat that flows. A disturbance is no approach.
 */
const APPROACH_K = 4;
const ARRIVED_K = 1.5;
/** It has arrived when it stayed near for so long: at first it shoots over, s. */
const ARRIVED_S = 8;
const APPROACH_SHARE = 0.12;
/** Cooling down with the heater off: convection weakens faster than in proportion. */
const COOLING_SHARE = 0.25;
/** Logs without fan and flow: an average of both is assumed, and this much of the loss is unsure. */
const ASSUMED_FAN = 0.5;
const ASSUMED_FLOW_MM_PER_S = 1.5;
const UNKNOWN_SHARE = 0.4;
const UNKNOWN_POWER_SHARE = 0.15;

/** One report about one heater, with what drove it since the last report. */
export interface HeaterSample {
  eventTimeS: number;
  measuredC: number;
  targetC: number | null;
  /** 0–1; null where the firmware doesn't tell. */
  duty: number | null;
  /** Mean part-fan duty, 0–1, and filament speed, mm/s, since the last report; null: unknown. */
  fan: number | null;
  flowMmPerS: number | null;
}

/** What the twin makes of one sample. */
export interface HeaterResidual {
  eventTimeS: number;
  dtS: number;
  measuredC: number;
  targetC: number | null;
  duty: number | null;
  /** As told, or as assumed where nobody tells. */
  fan: number;
  flowMmPerS: number;
  /** How unsure the loss is because fan and flow are unknown, K/s; else 0. */
  unsureKPerS: number;
  /** What the twin expected to be reported, and how far the reading was off, K. */
  predictedC: number;
  innovationK: number;
  innovationSpreadK: number;
  /** Unexplained heating, K/s, and its standard deviation: sudden and slow estimate. */
  fastKPerS: number;
  fastSpreadKPerS: number;
  slowKPerS: number;
  slowSpreadKPerS: number;
  /** How far the sudden estimate is from where it stood of late; null while that isn't known. */
  changeKPerS: number | null;
  changeSpreadKPerS: number;
  /** What the block should lose now, K/s: the yardstick for the above. */
  lossKPerS: number;
  /** Share of that loss which the part fan causes, 0–1, and which the filament causes. */
  fanShare: number;
  flowShare: number;
  overAmbientK: number;
  /** A new set point hasn't been reached yet, or only just. */
  approaching: boolean;
  /** The reading was too far off to be the block's. */
  outlier: boolean;
}

export interface HeaterTwin {
  parameters: ThermalParameters;
  calibration: Calibration;
  fast: Observer;
  slow: Observer;
  /** Running estimates of noise: of a reading, K, and of the duty between two reports. */
  readingK: number;
  dutyNoise: number;
  /** How the two estimates wander while all is well, mean square, (K/s)². */
  wanderFast: number;
  wanderSlow: number;
  /** A new set point hasn't been reached yet; and since when the reading has been near it, s. */
  approaching: boolean;
  nearSinceS: number | null;
  dutyMean: number;
  /** Where the sudden estimate stood of late, how it wanders about that, and for how long, s. */
  baseKPerS: number;
  wanderBase: number;
  baseS: number;
  /** Decaying trace of the last large changes of duty, K/s. */
  jumpKPerS: number;
  lag: LagChoice;
  /** Since when readings have been too far off, s; null: they aren't. */
  outlierSinceS: number | null;
  /** How far off was too far when they began to be, K: the filter's own doubt grows meanwhile. */
  outlierBoundK: number;
  last: HeaterSample | null;
}

/** A twin that has seen nothing yet; `calibration` goes on from a saved profile. */
export function initHeaterTwin(prior: HeaterPrior, calibration?: Calibration): HeaterTwin {
  const known = calibration ?? initCalibration(prior);
  return {
    parameters: calibrated(known, prior.parameters),
    calibration: known,
    fast: initObserver(prior.parameters.ambientC),
    slow: initObserver(prior.parameters.ambientC),
    readingK: 0.2,
    dutyNoise: 0.08,
    approaching: false,
    nearSinceS: null,
    dutyMean: 0,
    baseKPerS: 0,
    wanderBase: 0,
    baseS: 0,
    wanderFast: 0,
    wanderSlow: 0,
    jumpKPerS: 0,
    lag: initLagChoice(prior.parameters.lagPerS),
    outlierSinceS: null,
    outlierBoundK: 0,
    last: null,
  };
}

/** The duty to reckon with where the firmware tells none: what holding this temperature needs. */
function holdingDuty(twin: HeaterTwin, input: HeaterInput): number {
  const { powerKPerS, ambientC } = twin.parameters;
  const lossKPerS = lossPerS(twin.parameters, input) * (twin.fast.blockC - ambientC);
  return Math.min(1, Math.max(0, lossKPerS / Math.max(0.05, powerKPerS)));
}

function inputBetween(twin: HeaterTwin, last: HeaterSample, sample: HeaterSample): HeaterInput {
  const input: HeaterInput = {
    duty: 0,
    fan: sample.fan ?? ASSUMED_FAN,
    flowMmPerS: sample.flowMmPerS ?? ASSUMED_FLOW_MM_PER_S,
  };
  input.duty = sample.duty === null || last.duty === null
    ? holdingDuty(twin, input)
    : (last.duty + sample.duty) / 2;
  return input;
}

/**
 * Takes one sample. Mutates the twin; returns null for the first one after a start or a silence,
 * when there is nothing to compare with.
 */
export function stepHeaterTwin(twin: HeaterTwin, sample: HeaterSample): HeaterResidual | null {
  const { last } = twin;
  twin.last = sample;
  noteApproach(twin, last, sample);
  const dtS = last ? sample.eventTimeS - last.eventTimeS : 0;
  if (!last || dtS > SILENCE_S || dtS < 0) {
    twin.fast = initObserver(sample.measuredC);
    twin.slow = initObserver(sample.measuredC);
    restartLagChoice(twin.lag, sample.measuredC);
    twin.jumpKPerS = 0;
    twin.outlierSinceS = null;
    return null;
  }
  const input = inputBetween(twin, last, sample);
  const known = sample.duty !== null && last.duty !== null;
  const noise = { readingK: twin.readingK, duty: known ? twin.dutyNoise : 0.5 };
  const fastNoise = { ...noise, followS: FAST_S }, slowNoise = { ...noise, followS: SLOW_S };
  predictObserver(twin.fast, twin.parameters, fastNoise, input, dtS);
  predictObserver(twin.slow, twin.parameters, slowNoise, input, dtS);
  const predictedC = twin.fast.sensorC;
  const outlier = isOutlier(twin, sample, dtS);
  const innovationK = sample.measuredC - predictedC;
  const spreadK = Math.sqrt(twin.fast.pSS + twin.readingK ** 2);
  if (!outlier) {
    correctObserver(twin.fast, fastNoise, sample.measuredC);
    correctObserver(twin.slow, slowNoise, sample.measuredC);
    chooseLag(twin, fastNoise, input, dtS, sample.measuredC);
    followNoise(twin, sample, innovationK, known ? sample.duty! - last.duty! : 0, dtS);
  }
  followFan(twin, input.fan - (last.fan ?? input.fan));
  return residualOf(twin, sample, input, dtS, { innovationK, spreadK, predictedC, outlier });
}

function noteApproach(twin: HeaterTwin, last: HeaterSample | null, sample: HeaterSample): void {
  const errorK = errorOf(sample);
  const asked = last === null || Math.abs((last.targetC ?? 0) - (sample.targetC ?? 0)) > ARRIVED_K;
  if (asked && errorK > ARRIVED_K) twin.approaching = true;
  if (errorK > ARRIVED_K) twin.nearSinceS = null;
  else twin.nearSinceS ??= sample.eventTimeS;
  const nearS = twin.nearSinceS === null ? 0 : sample.eventTimeS - twin.nearSinceS;
  if (nearS >= ARRIVED_S) twin.approaching = false;
}

/** Whether a new set point is still far: what the estimates do there isn't how they wander. */
function onTheWay(twin: HeaterTwin): boolean {
  return twin.approaching && twin.nearSinceS === null;
}

/** Whether a reading is beyond what any heated block does; one that stays is believed in the end. */
function isOutlier(twin: HeaterTwin, sample: HeaterSample, dtS: number): boolean {
  const spreadK = Math.sqrt(twin.fast.pSS + twin.readingK ** 2);
  const boundK = twin.outlierSinceS !== null
    ? twin.outlierBoundK
    : Math.max(OUTLIER_K, OUTLIER_SPREADS * spreadK, OUTLIER_K_PER_S * dtS);
  if (Math.abs(sample.measuredC - twin.fast.sensorC) < boundK) {
    twin.outlierSinceS = null;
    return false;
  }
  twin.outlierSinceS ??= sample.eventTimeS;
  twin.outlierBoundK = boundK;
  if (sample.eventTimeS - twin.outlierSinceS < OUTLIER_SETTLE_S) return true;
  twin.fast = initObserver(sample.measuredC);
  twin.slow = initObserver(sample.measuredC);
  twin.outlierSinceS = null;
  return true;
}

/** Follows the noise of reading and duty; clipped, so that an event doesn't count as noise. */
function followNoise(
  twin: HeaterTwin,
  sample: HeaterSample,
  innovationK: number,
  dutyStep: number,
  dtS: number,
): void {
  const duty = sample.duty ?? twin.dutyMean;
  twin.dutyMean += (duty - twin.dutyMean) * (1 - Math.exp(-dtS / DUTY_MEAN_S));
  const jump = Math.max(0, Math.abs(duty - twin.dutyMean) - 0.4) * twin.parameters.powerKPerS;
  twin.jumpKPerS = Math.max(twin.jumpKPerS * Math.exp(-dtS / JUMP_S), jump);
  const keep = Math.exp(-dtS / 60);
  twin.dutyNoise = Math.max(0.02, keep * twin.dutyNoise + (1 - keep) * Math.abs(dutyStep) * 0.9);
  if (onTheWay(twin) || errorOf(sample) > APPROACH_K) return;
  const error = Math.min(Math.abs(innovationK), 3 * twin.readingK);
  // The mean absolute value of a Gaussian is 0.8 of its deviation.
  twin.readingK = Math.max(0.04, keep * twin.readingK + (1 - keep) * error * 1.25);
}

function errorOf(sample: HeaterSample): number {
  return sample.targetC === null ? 0 : Math.abs(sample.targetC - sample.measuredC);
}

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

function chooseLag(
  twin: HeaterTwin,
  noise: ObserverNoise,
  input: HeaterInput,
  dtS: number,
  readingC: number,
): void {
  const { parameters, lag, jumpKPerS } = twin;
  const transient = jumpKPerS > 0.1 * parameters.powerKPerS;
  const lagPerS = stepLagChoice(lag, parameters, noise, input, dtS, readingC, transient);
  if (lagPerS !== parameters.lagPerS) twin.parameters = { ...parameters, lagPerS };
}

/** A fan spins up in its own time and its command waits in the printer's queue: allow for both. */
function followFan(twin: HeaterTwin, step: number): void {
  const overAmbientK = Math.max(0, twin.fast.blockC - twin.parameters.ambientC);
  if (Math.abs(step) > FAN_STEP) twin.baseS = 0;
  const changeKPerS = Math.abs(step) * twin.parameters.fanLossPerS * overAmbientK;
  twin.jumpKPerS = Math.max(twin.jumpKPerS, changeKPerS / JUMP_SHARE);
}

/** The heat balance that the parameters' uncertainty is asked about. */
export function balanceOf(input: HeaterInput, overAmbientK: number): BalanceWindow {
  return {
    slopeKPerS: 0,
    slopeVariance: 0,
    duty: input.duty,
    dutyOverAmbientK: input.duty * overAmbientK,
    overAmbientK,
    fanOverAmbientK: input.fan * overAmbientK,
    flowOverAmbientK: input.flowMmPerS * overAmbientK,
  };
}

function residualOf(
  twin: HeaterTwin,
  sample: HeaterSample,
  input: HeaterInput,
  dtS: number,
  seen: { innovationK: number; spreadK: number; predictedC: number; outlier: boolean },
): HeaterResidual {
  const { parameters, fast, slow } = twin;
  const overAmbientK = Math.max(0, fast.blockC - parameters.ambientC);
  const loss = lossPerS(parameters, input);
  const lossKPerS = loss * overAmbientK;
  const flowsKPerS = parameters.powerKPerS * input.duty + lossKPerS;
  const structure = sample.targetC === 0 ? COOLING_SHARE : twin.approaching ? APPROACH_SHARE : 0;
  const unsureKPerS = sample.fan === null
    ? UNKNOWN_SHARE * lossKPerS + UNKNOWN_POWER_SHARE * parameters.powerKPerS * input.duty
    : 0;
  const known = sample.duty !== null;
  const model = unsureKPerS ** 2 +
    balanceVariance(twin.calibration, balanceOf(input, overAmbientK)) +
    (structure * flowsKPerS) ** 2 + (JUMP_SHARE * twin.jumpKPerS) ** 2;
  return {
    eventTimeS: sample.eventTimeS,
    dtS,
    measuredC: sample.measuredC,
    targetC: sample.targetC,
    duty: sample.duty,
    fan: input.fan,
    flowMmPerS: input.flowMmPerS,
    unsureKPerS,
    predictedC: seen.predictedC,
    innovationK: seen.innovationK,
    innovationSpreadK: seen.spreadK,
    fastKPerS: fast.unexplainedKPerS,
    fastSpreadKPerS: spread(fast.pDD, twin.wanderFast, lossKPerS, known, model),
    slowKPerS: slow.unexplainedKPerS,
    slowSpreadKPerS: spread(slow.pDD, twin.wanderSlow, lossKPerS, known, model),
    ...changeOf(twin, known, structure * flowsKPerS),
    lossKPerS,
    fanShare: (parameters.fanLossPerS * input.fan) / loss,
    flowShare: (parameters.flowLossPerMm * input.flowMmPerS) / loss,
    overAmbientK,
    approaching: twin.approaching,
    outlier: seen.outlier,
  };
}

/** The change of the sudden estimate, where it is known from what. */
function changeOf(
  twin: HeaterTwin,
  known: boolean,
  structureKPerS: number,
): { changeKPerS: number | null; changeSpreadKPerS: number } {
  const jumpKPerS = JUMP_SHARE * twin.jumpKPerS;
  const changeSpreadKPerS = Math.hypot(Math.sqrt(twin.wanderBase), jumpKPerS, structureKPerS);
  const settled = known && twin.baseS >= BASE_KNOWN_S;
  return {
    changeKPerS: settled ? twin.fast.unexplainedKPerS - twin.baseKPerS : null,
    changeSpreadKPerS,
  };
}

/** The filter's own account is cautious; what the estimate really does while all is well is less. */
function spread(
  filter: number,
  wander: number,
  lossKPerS: number,
  known: boolean,
  model: number,
): number {
  const seen = wander > 0 ? wander : (WANDER_SHARE * lossKPerS) ** 2;
  return Math.sqrt((known ? Math.min(filter, seen) : filter) + model);
}
