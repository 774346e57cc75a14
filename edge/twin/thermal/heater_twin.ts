import { ACCOUNT_S, type Doubt, restartAccounts, stepAccounts } from "./accounts.ts";
import { airOf, type HeaterInput, lossPerS } from "./block.ts";
import { balanceOf, balanceVariance } from "./calibration.ts";
import {
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  onTheWay,
} from "./heater_state.ts";
import { restartLagChoice, stepLagChoice } from "./lag.ts";
import { correctObserver, initObserver, predictObserver } from "./observer.ts";

export {
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  initHeaterTwin,
} from "./heater_state.ts";

/** The estimate of unexplained heating follows a step in about this time, s. */
const FAST_S = 4;
/** A reading further off than all of these can't be the block's: the observers don't follow it. */
const OUTLIER_K = 4;
const OUTLIER_SPREADS = 9;
const OUTLIER_K_PER_S = 5;
/** Readings that stay off as long as this are followed after all, s. */
export const OUTLIER_SETTLE_S = 6;
/** A longer silence than this, and than so many usual ones, starts the observers anew, s. */
const SILENCE_S = 7.5;
const SILENCE_USUAL = 2.2;
const SILENCE_MAX_S = 30;
/** After a step of the duty a lag that is wrong by so much shows for so long, s. */
const LAG_DOUBT_S = 0.4;
const HELD_LAG_DOUBT_S = 0.15;
const LAG_SHOWS_S = 8;
/** Share of the fan's effect that is unsure after its step, and how long until it is learnt, s. */
const FAN_DOUBT = 0.12;
const FAN_SHOWS_S = 40;
/** Under this duty a fan may not turn, or hardly: so much of the air it should give is unsure there. */
const FAN_TURNS = 0.4;
const FAN_STALL_DOUBT = 0.8;
/** A fan's command waits in the printer's queue, and the rotor takes its time, s. */
const FAN_DELAY_S = 2;
/** A filament's flow is known up to the depth of the printer's queue, s. */
const FLOW_DELAY_S = 4;
const FLOW_MEAN_S = 12;
const FLOW_SHOWS_S = 20;
/** A controller that swings around its mean isn't jumping; the mean is taken over so long, s. */
const DUTY_MEAN_S = 8;
/**
 * A heater that is switched, its duty always at one of its ends, may be on and off again between two
 * reports that are further apart than this, s; such a pulse counts as noise of this share of it.
 */
export const SPARSE_S = 3;
const ENDS_S = 60;
const SWITCHED_SHARE = 0.9;
const PULSE_SHARE = 0.25;
/** Of a loop that swings, sparse reports may show the same side several times: so much of it counts. */
const SWING_SHARE = 0.7;
/**
 * A loop that swings with nearly the time between two sparse reports shows them the same side for
 * minutes. Up to so much of its swing is noise, which doesn't beat.
 */
const SWING_NOISE = 0.1;
/**
 * After a new set point a heater is in a transient until it has come near, K; what lumping it into
 * one block gets wrong there, as a share of the heat that flows. A disturbance is no approach.
 */
const APPROACH_K = 4;
const ARRIVED_K = 1.5;
/** It has arrived when it stayed near for so long: at first it shoots over, s. */
const ARRIVED_S = 8;
/** What is further from the heater than its sensor goes on warming up for about so long, s. */
const WARMS_S = 20;
/** Between two reports a new set point may have switched the heater at any moment. */
const ASKED_SHARE = 0.5;
/**
 * Parameters err together, and what is left of it is in the accounts' own noise: only a part of it
 * counts. A state that was never seen, a first fan say, is in doubt as a whole.
 */
const LEARNT_DOUBT = 0.15;
const UNSEEN_SHARE = 0.08;
/**
 * Cooling down with the heater off: convection is known in shape only, and what a heater that fades took
 * for its own is the loss's after all; a job's last moves wait in the queue and go on melting filament.
 */
const COOLING_DOUBT = 0.4;
const FULL_BELOW_K = 25;
/** A duty that was told holds for the short reports of so long after it, s. */
const HELD_DUTY_S = 2.5;
/** Logs without fan and flow: an average of both is assumed, and this much of the loss is unsure. */
const ASSUMED_FAN = 0.5;
const ASSUMED_FLOW_MM_PER_S = 1.5;
/** Where the duty isn't told, the heat that goes in may be off by this share of full power. */
const UNTOLD_SHARE = 0.4;
const UNKNOWN_SHARE = 0.02;
const UNKNOWN_POWER_SHARE = 0.01;

/** Far under its set point every firmware heats with all it has, also where a report is short. */
function fullDuty({ targetC, measuredC }: HeaterSample): number | null {
  return targetC !== null && targetC - measuredC > FULL_BELOW_K ? 1 : null;
}

/** A firmware that waits for a heater mixes short reports into those that tell the duty: it still holds. */
function heldDuty(twin: HeaterTwin, { duty, eventTimeS }: HeaterSample): number | null {
  if (duty !== null) twin.told = { duty, atS: eventTimeS };
  else if (twin.told && eventTimeS - twin.told.atS <= HELD_DUTY_S) return twin.told.duty;
  return duty;
}

/** The duty to reckon with where the firmware tells none: what holding this temperature needs. */
function holdingDuty(twin: HeaterTwin, input: HeaterInput): number {
  const { powerKPerS, ambientC } = twin.parameters;
  const overAmbientK = twin.fast.blockC - ambientC;
  const lossKPerS = lossPerS(twin.parameters, input, overAmbientK) * overAmbientK;
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
export function stepHeaterTwin(twin: HeaterTwin, told: HeaterSample): HeaterResidual | null {
  const { last } = twin;
  const { toldDuty = told.duty ?? fullDuty(told) } = told;
  const sample = { ...told, toldDuty, duty: heldDuty(twin, told) ?? fullDuty(told) };
  twin.last = sample;
  noteApproach(twin, last, sample);
  const dtS = last ? sample.eventTimeS - last.eventTimeS : 0;
  const silent = dtS > Math.max(SILENCE_S, SILENCE_USUAL * twin.usualS);
  if (dtS > 0 && dtS < SILENCE_MAX_S) twin.usualS += (dtS - twin.usualS) * 0.1;
  if (!last || silent || dtS < 0) {
    restart(twin, sample);
    twin.outlierSinceS = null;
    return null;
  }
  const input = inputBetween(twin, last, sample);
  const known = sample.duty !== null && last.duty !== null;
  const dutyNoise = Math.max(twin.dutyNoise, beatOf(twin, dtS));
  const noise = { readingK: twin.readingK, duty: known ? dutyNoise : 0.5, followS: FAST_S };
  predictObserver(twin.fast, twin.parameters, noise, input, dtS);
  const predictedC = twin.fast.sensorC;
  const outlier = isOutlier(twin, sample, dtS);
  const innovationK = sample.measuredC - predictedC;
  const spreadK = Math.sqrt(twin.fast.pSS + twin.readingK ** 2);
  followSteps(twin, last, sample, input, dtS);
  if (!outlier) {
    correctObserver(twin.fast, noise, sample.measuredC);
    chooseLag(twin, input, dtS, sample.measuredC);
    followReadings(twin, sample, innovationK, known ? sample.duty! - last.duty! : 0, dtS);
  }
  return residualOf(twin, sample, input, dtS, { innovationK, spreadK, predictedC, outlier });
}

/** How fast a block at this temperature should change at this duty, roughly, K/s. */
function slopeOf({ parameters }: HeaterTwin, duty: number, blockC: number): number {
  const { powerKPerS, lossPerS, ambientC } = parameters;
  return powerKPerS * duty - lossPerS * Math.max(0, blockC - ambientC);
}

function restart(twin: HeaterTwin, { measuredC: readingC, duty }: HeaterSample): void {
  const { lagPerS } = twin.parameters;
  twin.fast = initObserver(readingC);
  restartAccounts(twin.accounts, readingC, slopeOf(twin, duty ?? 0, readingC) / lagPerS);
  restartLagChoice(twin.lag, readingC);
  twin.dutyJumpK = 0;
  twin.fanJumpKPerS = 0;
  twin.flowJumpK = 0;
}

function noteApproach(twin: HeaterTwin, last: HeaterSample | null, sample: HeaterSample): void {
  const errorK = errorOf(sample);
  const asked = last === null || Math.abs((last.targetC ?? 0) - (sample.targetC ?? 0)) > ARRIVED_K;
  if (asked && errorK > ARRIVED_K) twin.approaching = true;
  if (errorK > ARRIVED_K) twin.nearSinceS = null;
  else twin.nearSinceS ??= sample.eventTimeS;
  const nearS = twin.nearSinceS === null ? 0 : sample.eventTimeS - twin.nearSinceS;
  if (nearS >= ARRIVED_S) twin.approaching = false;
  const dtS = last ? Math.max(0, sample.eventTimeS - last.eventTimeS) : 0;
  twin.approachedShare = twin.approaching ? 1 : twin.approachedShare * Math.exp(-dtS / WARMS_S);
  const steppedK = last ? Math.abs((last.targetC ?? 0) - (sample.targetC ?? 0)) : 0;
  twin.askedK = Math.min(steppedK, ASKED_SHARE * twin.parameters.powerKPerS * dtS);
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
  restartAccounts(twin.accounts, sample.measuredC, 0);
  twin.outlierSinceS = null;
  return true;
}

/** Follows the noise of reading and duty; clipped, so that an event doesn't count as noise. */
function followReadings(
  twin: HeaterTwin,
  sample: HeaterSample,
  innovationK: number,
  dutyStep: number,
  dtS: number,
): void {
  const keep = Math.exp(-dtS / 60);
  twin.dutyNoise = Math.max(0.02, keep * twin.dutyNoise + (1 - keep) * Math.abs(dutyStep) * 0.9);
  if (onTheWay(twin) || errorOf(sample) > APPROACH_K) return;
  const error = Math.min(Math.abs(innovationK), 3 * twin.readingK);
  // The mean absolute value of a Gaussian is 0.8 of its deviation.
  twin.readingK = Math.max(0.04, keep * twin.readingK + (1 - keep) * error * 1.25);
}

/** Follows the steps of duty, fan and flow, whose effect the model knows less well for a while. */
function followSteps(
  twin: HeaterTwin,
  last: HeaterSample,
  sample: HeaterSample,
  input: HeaterInput,
  dtS: number,
): void {
  const { powerKPerS, fanLossPerS, ambientC } = twin.parameters;
  const overAmbientK = Math.max(0, twin.fast.blockC - ambientC);
  const duty = sample.duty ?? twin.dutyMean;
  twin.dutyMean += (duty - twin.dutyMean) * (1 - Math.exp(-dtS / DUTY_MEAN_S));
  const atEnd = duty <= 0 || duty >= 1 ? 1 : 0;
  twin.endsShare += (atEnd - twin.endsShare) * (1 - Math.exp(-dtS / ENDS_S));
  const off = Math.max(0, Math.abs(duty - twin.dutyMean) - 0.1);
  const doubtS = twin.approaching ? LAG_DOUBT_S + 0.15 * dtS : HELD_LAG_DOUBT_S;
  const jumpK = off * powerKPerS * doubtS;
  twin.dutyJumpK = Math.max(twin.dutyJumpK * Math.exp(-dtS / LAG_SHOWS_S), jumpK);
  const air = Math.abs(airOf(input.fan) - airOf(last.fan ?? input.fan));
  const fan = air * fanLossPerS * overAmbientK;
  twin.fanJumpKPerS = Math.max(twin.fanJumpKPerS * Math.exp(-dtS / FAN_SHOWS_S), fan);
  const flow = Math.abs(input.flowMmPerS - twin.flowMean) * twin.parameters.flowLossPerMm;
  const flowJumpK = FLOW_DELAY_S * flow * overAmbientK;
  twin.flowJumpK = Math.max(twin.flowJumpK * Math.exp(-dtS / FLOW_SHOWS_S), flowJumpK);
  twin.flowMean += (input.flowMmPerS - twin.flowMean) * (1 - Math.exp(-dtS / FLOW_MEAN_S));
}

function errorOf(sample: HeaterSample): number {
  return sample.targetC === null ? 0 : Math.abs(sample.targetC - sample.measuredC);
}

function chooseLag(
  twin: HeaterTwin,
  input: HeaterInput,
  dtS: number,
  readingC: number,
): void {
  const { parameters, lag, dutyJumpK } = twin;
  // Reports that are further apart than the lag show nothing of it; and only a new set point teaches
  // it, since who hides a block's heat would teach another lag.
  const transient = twin.approaching && dutyJumpK > 0.05 * parameters.powerKPerS && dtS < 2.6;
  const lagPerS = stepLagChoice(lag, parameters, input, dtS, readingC, transient);
  if (lagPerS === parameters.lagPerS) return;
  twin.parameters = { ...parameters, lagPerS };
  // With another lag the block stood elsewhere all the time.
  restartAccounts(twin.accounts, readingC, slopeOf(twin, input.duty, readingC) / lagPerS);
}

/** The heat that a pulse between two reports may have brought, as noise, K. */
function pulseK({ parameters, endsShare }: HeaterTwin, sample: HeaterSample, dtS: number): number {
  if (dtS <= SPARSE_S || sample.meanDuty || endsShare < SWITCHED_SHARE) return 0;
  return PULSE_SHARE * parameters.powerKPerS * dtS;
}

/** The heat that a swinging duty may hide between two reports that are far apart, K. */
function swingK({ parameters, dutyNoise }: HeaterTwin, sample: HeaterSample, dtS: number): number {
  if (dtS <= SPARSE_S || sample.meanDuty) return 0;
  return SWING_SHARE * parameters.powerKPerS * dtS * dutyNoise;
}

/** How far the duty that is told may lie off the one that is given, for minutes; as a share. */
export function beatOf({ dutySwing2, last }: HeaterTwin, dtS: number): number {
  if (dtS <= SPARSE_S || last?.meanDuty) return 0;
  return Math.sqrt(Math.max(0, dutySwing2 - SWING_NOISE ** 2));
}

/** How much of the air at this duty may be missing because the rotor hasn't started. */
function stallDoubt(fan: number): number {
  return FAN_STALL_DOUBT * airOf(fan) * Math.max(0, 1 - fan / FAN_TURNS);
}

/** What may be wrong with the model now. */
function doubtOf(
  twin: HeaterTwin,
  input: HeaterInput,
  dtS: number,
  lossKPerS: number,
  cooling: boolean,
): Omit<Doubt, "swingK" | "beatK"> {
  const { parameters, calibration, prior } = twin;
  const overAmbientK = Math.max(0, twin.fast.blockC - parameters.ambientC);
  const balance = balanceOf(parameters, input, overAmbientK);
  const learnt = Math.sqrt(balanceVariance(calibration, prior, balance));
  const unseen = (learnt / (UNSEEN_SHARE * Math.max(0.02, lossKPerS))) ** 2;
  const flowsKPerS = parameters.powerKPerS * input.duty + lossKPerS;
  const structure = cooling
    ? COOLING_DOUBT * lossKPerS
    : prior.approachDoubt * twin.approachedShare * flowsKPerS;
  return {
    driveKPerS: Math.hypot(
      Math.min(1, LEARNT_DOUBT + unseen) * learnt,
      structure,
      FAN_DOUBT * twin.fanJumpKPerS,
      stallDoubt(input.fan) * parameters.fanLossPerS * overAmbientK,
      twin.askedK / Math.max(0.1, dtS),
    ),
    jumpK: Math.hypot(twin.dutyJumpK, FAN_DELAY_S * twin.fanJumpKPerS, twin.flowJumpK),
  };
}

function residualOf(
  twin: HeaterTwin,
  sample: HeaterSample,
  input: HeaterInput,
  dtS: number,
  seen: { innovationK: number; spreadK: number; predictedC: number; outlier: boolean },
): HeaterResidual {
  const { parameters, fast } = twin;
  const overAmbientK = Math.max(0, fast.blockC - parameters.ambientC);
  const loss = lossPerS(parameters, input, overAmbientK);
  const lossKPerS = loss * overAmbientK;
  const unsureKPerS = sample.fan === null
    ? UNKNOWN_SHARE * lossKPerS + UNKNOWN_POWER_SHARE * parameters.powerKPerS * input.duty
    : 0;
  const known = doubtOf(twin, input, dtS, lossKPerS, sample.targetC === 0);
  const beatK = parameters.powerKPerS * beatOf(twin, dtS) * Math.sqrt(dtS);
  const doubt = { ...known, swingK: swingK(twin, sample, dtS), beatK };
  const untold = sample.duty === null ? UNTOLD_SHARE * parameters.powerKPerS : 0;
  doubt.driveKPerS = Math.hypot(doubt.driveKPerS, unsureKPerS, untold);
  doubt.jumpK = Math.hypot(doubt.jumpK, pulseK(twin, sample, dtS));
  const biasKPerS = twin.biasShare * lossKPerS;
  const readingC = seen.outlier ? seen.predictedC : sample.measuredC;
  const accounts = stepAccounts(
    twin.accounts,
    parameters,
    input,
    dtS,
    readingC,
    biasKPerS,
    doubt,
  );
  return {
    eventTimeS: sample.eventTimeS,
    dtS,
    measuredC: sample.measuredC,
    targetC: sample.targetC,
    duty: sample.duty,
    toldDuty: sample.toldDuty ?? null,
    fan: input.fan,
    flowMmPerS: input.flowMmPerS,
    unsureKPerS,
    predictedC: seen.predictedC,
    innovationK: seen.innovationK,
    innovationSpreadK: seen.spreadK,
    fastKPerS: fast.unexplainedKPerS - biasKPerS,
    fastSpreadKPerS: accounts[0]!.spreadK / ACCOUNT_S[0],
    accounts,
    lossKPerS,
    fanShare: (parameters.fanLossPerS * airOf(input.fan)) / loss,
    flowShare: (parameters.flowLossPerMm * input.flowMmPerS) / loss,
    overAmbientK,
    approaching: twin.approaching,
    outlier: seen.outlier,
  };
}
