import { type HeaterInput, lossPerS } from "./block.ts";
import { balanceVariance, type BalanceWindow } from "./calibration.ts";
import {
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  onTheWay,
} from "./heater_state.ts";
import { restartLagChoice, stepLagChoice } from "./lag.ts";
import { correctObserver, initObserver, type ObserverNoise, predictObserver } from "./observer.ts";
import { changeOf, spread } from "./wander.ts";

export {
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  initHeaterTwin,
} from "./heater_state.ts";
export { followWander } from "./wander.ts";

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
/** A step of the fan that starts the base of a change anew, as a share of full speed. */
const FAN_STEP = 0.08;
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
    : sample.meanDuty
    ? sample.duty
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
    toldDuty: sample.toldDuty === undefined ? sample.duty : sample.toldDuty,
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
    ...changeOf(twin, known, structure * flowsKPerS, JUMP_SHARE * twin.jumpKPerS),
    lossKPerS,
    fanShare: (parameters.fanLossPerS * input.fan) / loss,
    flowShare: (parameters.flowLossPerMm * input.flowMmPerS) / loss,
    overAmbientK,
    approaching: twin.approaching,
    outlier: seen.outlier,
  };
}
