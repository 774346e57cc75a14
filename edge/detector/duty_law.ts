import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { type DutySurprise, HELD, oddness, weighSurprise } from "./duty_surprise.ts";
import { goesWithReadings, initLawAnswers, type LawAnswers } from "./law_answers.ts";
import { type LawAnchor, teachOnLeash } from "./law_leash.ts";
import {
  atEnd,
  DUTIES,
  ERRORS,
  isHeld,
  regressors,
  type Sample,
  standsStill,
  steadySample,
  WITH,
  WITHOUT,
} from "./duty_sample.ts";
import { ALARM, apartOf, scoreOf, SPARSE_S } from "./law_score.ts";
import { expect, initRecursiveFit, type RecursiveFit, teachFit } from "./recursive_fit.ts";

export { apartOf, evidenceOf } from "./law_score.ts";

/** The duty's mean over about so many samples stands for the controller's integral. */
const MEAN_SAMPLES = 10;
const MEMORY = 1500;
const SPREADS = 30;
const FIRST_VARIANCE = 0.05 ** 2;
/** Samples wait so long before they teach: what turns out suspicious never does. */
const QUEUE = 30;
const TAUGHT_MIN = 70;
/** A law that tells little takes longer to be known: so many nats in all. */
const TAUGHT_NATS = 40;
/** An alarm that lasts so long was told; what follows is a new law, to be learnt anew, s. */
const RELEARN_S = 300;
/** A controller that answers more or less strongly than it did still answers. */
const ANSWERS = [1];
/** Readings must tell at least so much of the duty, nats a sample, or the law is none. */
const TELLS_MIN = 0.08;
/** A law on trial that speaks against the loop by so much is not this loop's any more. */
const TRIAL_SCORE = 0.5;
/** And one for which so much speaks is, nats. */
const TRIAL_PASSED = -2.5;
/** Away from the set point other rules hold, K; and after a change of it, s. */
const NEAR_K = 6;
const SETTLE_S = 20;
/** One sample counts for or against by so much at most, nats. */
const CLIP = 2.5;
const FREEDOM = 4;
/** How lively a loop is changes with what it has to do: spreads are judged by the last samples. */
const LOCAL_SAMPLES = 12;
/**
 * A heater that holds with another duty, its fan just on, say, is off the law by a constant until that is
 * learnt: an answer is what comes on top of the mean over so many samples. Logs that tell neither fan nor
 * flow have nothing else to tell a forged duty by.
 */
const OFFSET_SAMPLES = 15;
/** A duty is told in steps of nearly a hundredth: what is off by less says nothing. */
const LEAST_OFF = 0.01;
/** A spread never counts as less than so much of the usual variance. */
const LEAST_SHARE = 0.04;
/**
 * The law is judged where it was learnt, at the readings' everyday swing: so many deviations of it,
 * and a little more, K. What is larger is heat, which has tests of its own, and for a while after.
 */
const SWINGS = 2.5;
const SWING_MIN_K = 0.1;
const SWING_SAMPLES = 300;
const CALM_SAMPLES = 8;
const SPARSE_CALM_SAMPLES = 4;
/**
 * Where a converter is coarse the report stands still while the firmware still sees the reading flicker
 * between two steps: what the duty answers to is then not in the report. Of a printer that shows this in
 * more than such a share of its samples, standing still says nothing.
 */
const STILL_USUAL = 0.1;
const SURE = 0.02;
/**
 * A loop that swings in a few of such reports tells its duty by itself: readings that add less than so
 * much to that, nats a sample, say nothing once it swings otherwise.
 */
const SPARSE_TELLS_MIN = 0.3;

/**
 * What the firmware's controller makes of its readings, learnt as it works: the duty from the last
 * readings and duties. A duty that stops answering to the readings was not made from them.
 */
export interface DutyLaw extends DutySurprise {
  withReadings: RecursiveFit;
  without: RecursiveFit;
  /** The last measured errors and duties, newest first. */
  measuredC: number[];
  duties: number[];
  mean: number | null;
  /** The error's mean and variance about it while the heater holds. */
  errorMeanK: number;
  errorVariance: number;
  /** The share of samples in which the report had stood still. */
  stillShare: number;
  /** Samples since the error last swung further than it does. */
  calm: number;
  targetC: number | null;
  targetSinceS: number;
  queue: Sample[];
  /** Variance of the last residuals of both. */
  localWith: number[];
  localWithout: number;
  /** What duties of late were constantly off by, from the law and from themselves. */
  offsetWith: number[];
  offsetWithout: number;
  /** Duties of late beside the readings that they may have answered to. */
  answers: LawAnswers;
  /** Evidence for a duty that is only like itself against each strength of an answer, nats. */
  evidence: number[];
  alarmSinceS: number | null;
  sinceS: number;
  /** A law from another time says nothing until it has held for so many samples. */
  trial: number;
  /** What those samples say against it in all, nats; below 0 they speak for it. */
  trialNats: number;
  /** Where the law stood when it had become known well: what is taught leads no further from there. */
  anchor: LawAnchor | null;
}

/** What is learnt of a controller and its loop, and lasts. */
export type LearntLaw = Pick<
  DutyLaw,
  "withReadings" | "without" | "errorMeanK" | "errorVariance" | "stillShare" | "anchor"
>;

export function initDutyLaw(): DutyLaw {
  return {
    withReadings: initRecursiveFit(WITH, SPREADS, FIRST_VARIANCE),
    without: initRecursiveFit(WITHOUT, SPREADS, FIRST_VARIANCE),
    measuredC: [],
    duties: [],
    mean: null,
    errorMeanK: 0,
    errorVariance: 1,
    stillShare: 0,
    calm: 0,
    targetC: null,
    targetSinceS: 0,
    queue: [],
    localWith: ANSWERS.map(() => FIRST_VARIANCE),
    localWithout: FIRST_VARIANCE,
    offsetWith: ANSWERS.map(() => 0),
    offsetWithout: 0,
    answers: initLawAnswers(),
    evidence: ANSWERS.map(() => 0),
    surprise: 0,
    lean: [0, 0],
    alarmSinceS: null,
    sinceS: 0,
    trial: 0,
    trialNats: 0,
    anchor: null,
  };
}

/** After a silence nothing leads from the readings before to the duty now. */
export function interruptDutyLaw(state: DutyLaw): void {
  state.measuredC = [];
  state.duties = [];
  state.mean = null;
  // The mean has to be known again first.
  state.calm = -MEAN_SAMPLES;
  state.queue = [];
  state.answers = initLawAnswers();
  state.evidence = ANSWERS.map(() => 0);
  state.surprise = 0;
  state.lean = [0, 0];
  state.alarmSinceS = null;
}

/**
 * Takes one residual. Mutates; returns the evidence over the alarm's bound and its begin, or null.
 *
 * @param atPace whether it follows the one before as those do that the law is made of
 */
export function stepDutyLaw(
  state: DutyLaw,
  residual: HeaterResidual,
  atPace = true,
  heater: HeaterName = "hotend",
): { score: number; onsetS: number } | null {
  const sample = atPace ? sampleOf(state, residual) : null;
  if (sample) {
    judge(state, sample, residual);
    if (apartOf(state) < ALARM / 3 && oddness(state) < 1 / 2) learn(state, sample);
    else state.queue = [];
  }
  remember(state, residual);
  const score = scoreOf(state, residual, heater);
  const failed = score > TRIAL_SCORE || state.trialNats > 0 && state.trial === 1;
  const onTrial = state.trial > 0;
  if (onTrial && failed) startAnew(state);
  if (score < 1 || onTrial) {
    state.alarmSinceS = null;
    return null;
  }
  state.alarmSinceS ??= residual.eventTimeS;
  const { sinceS } = state;
  if (residual.eventTimeS - state.alarmSinceS > RELEARN_S) startAnew(state);
  return { score, onsetS: sinceS };
}

function startAnew(state: DutyLaw): void {
  Object.assign(state, initDutyLaw());
}

/** Whether enough was learnt to judge by. */
export function isKnown(state: DutyLaw): boolean {
  const told = tells(state);
  return told >= TELLS_MIN && state.withReadings.taught >= Math.max(TAUGHT_MIN, TAUGHT_NATS / told);
}

function remember(state: DutyLaw, { measuredC, duty, targetC, eventTimeS }: HeaterResidual): void {
  if (targetC !== state.targetC) state.targetSinceS = eventTimeS;
  state.targetC = targetC;
  // Short reports leave the duty out and come in between those that the law is made of.
  if (duty === null) return;
  state.measuredC.unshift(measuredC);
  state.measuredC.length = Math.min(state.measuredC.length, ERRORS);
  state.duties.unshift(duty);
  state.duties.length = Math.min(state.duties.length, DUTIES);
  state.mean = state.mean === null ? duty : state.mean + (duty - state.mean) / MEAN_SAMPLES;
}

/** What the law has to explain; null where it doesn't hold or too little is known. */
function sampleOf(state: DutyLaw, residual: HeaterResidual): Sample | null {
  const { measuredC, targetC, duty, eventTimeS, outlier, approaching } = residual;
  if (duty === null || targetC === null || targetC === 0 || outlier || approaching) return null;
  if (targetC !== state.targetC || eventTimeS - state.targetSinceS < SETTLE_S) return null;
  if (state.measuredC.length < ERRORS || state.duties.length < DUTIES) return null;
  const errorsK = [measuredC, ...state.measuredC].slice(0, ERRORS).map((c) => targetC - c);
  if (errorsK.some((errorK) => Math.abs(errorK) > NEAR_K)) return null;
  return { errorsK, duties: [...state.duties], mean: state.mean!, duty };
}

/** The logarithm of Student's density but for a constant: a rare far residual decides little. */
function logDensity(residual: number, variance: number): number {
  return -0.5 * Math.log(variance) -
    (FREEDOM + 1) / 2 * Math.log(1 + residual * residual / (FREEDOM * variance));
}

function judge(state: DutyLaw, sample: Sample, residual: HeaterResidual): void {
  const { eventTimeS, dtS } = residual;
  const { withReadings, without } = state;
  if (!isKnown(state) || !isEveryday(state, sample, dtS)) return;
  if (standsStill(sample) && state.stillShare > STILL_USUAL) return;
  if (dtS > SPARSE_S && tells(state) < SPARSE_TELLS_MIN) return;
  const law = expect(withReadings, regressors(sample, true));
  if (law.value <= 0 || law.value >= 1) return;
  if (apartOf(state) === 0 && oddness(state) < 0.1) state.sinceS = eventTimeS - dtS;
  const variance = Math.max(withReadings.variance, SURE ** 2) * (1 + law.leverage);
  // Firmware that feeds fan and flow forward changes the duty before any reading: only where the
  // source tells neither, and so no such firmware speaks, is a duty alone a surprise.
  if (residual.unsureKPerS > 0) {
    const { taught } = withReadings;
    weighSurprise(state, sample, { off: sample.duty - law.value, variance, taught });
  }
  if (atEnd(sample)) return;
  const answer = answerOf(state, sample);
  const alone = expect(without, regressors(sample, false));
  const levels = residual.unsureKPerS === 0;
  // Without its constant, a law that asks for half of a swing looks no better than none.
  const goesAlong = goesWithReadings(state.answers, sample, answer) && levels;
  const rawAlone = sample.duty - alone.value;
  const offAlone = levels ? rawAlone - state.offsetWithout : rawAlone;
  const least = levels ? LEAST_OFF ** 2 : 0;
  const own = logDensity(offAlone, Math.max(least, state.localWithout * (1 + alone.leverage)));
  ANSWERS.forEach((strength, i) => {
    const raw = sample.duty - law.value - (strength - 1) * answer;
    const off = levels ? raw - state.offsetWith[i]! : raw;
    const more = isHeld(sample)
      ? heldTooLong(
        Math.min(Math.abs(off), Math.abs(raw)),
        withReadings.variance * (1 + law.leverage),
      )
      : own - logDensity(off, Math.max(least, state.localWith[i]! * (1 + law.leverage)));
    const clipped = Math.min(goesAlong ? 0 : CLIP, Math.max(-CLIP, more));
    if (state.trial > 0) state.trialNats += clipped;
    state.evidence[i] = Math.min(3 * ALARM, Math.max(0, state.evidence[i]! + clipped));
    if (!isHeld(sample)) {
      state.localWith[i] = follow(state.localWith[i]!, off, withReadings.variance);
      state.offsetWith[i]! += (raw - state.offsetWith[i]!) / OFFSET_SAMPLES;
    }
  });
  if (state.trial > 0) state.trial = state.trialNats < TRIAL_PASSED ? 0 : state.trial - 1;
  if (isHeld(sample)) return;
  state.localWithout = follow(state.localWithout, offAlone, without.variance);
  state.offsetWithout += (rawAlone - state.offsetWithout) / OFFSET_SAMPLES;
}

/** What the readings' swing adds to the duty. */
function answerOf({ withReadings, errorMeanK }: DutyLaw, { errorsK }: Sample): number {
  return errorsK.reduce((sum, errorK, i) => {
    return sum + withReadings.mean[1 + i]! * (errorK - errorMeanK);
  }, 0);
}

function isEveryday(state: DutyLaw, { errorsK }: Sample, dtS: number): boolean {
  const off = Math.abs(errorsK[0]! - state.errorMeanK);
  const everyday = off < SWINGS * Math.sqrt(state.errorVariance) + SWING_MIN_K;
  state.calm = everyday ? state.calm + 1 : 0;
  return state.calm >= (dtS > SPARSE_S ? SPARSE_CALM_SAMPLES : CALM_SAMPLES);
}

/** A duty is only held while the law doesn't ask for much else, with or without its constant. */
function heldTooLong(offLeast: number, variance: number): number {
  const more = Math.max(0, offLeast - HELD);
  return logDensity(0, variance) - logDensity(more, variance);
}

function follow(local: number, off: number, usual: number): number {
  const next = local + (Math.min(off * off, 16 * usual) - local) / LOCAL_SAMPLES;
  return Math.max(LEAST_SHARE * usual, next);
}

/** How much the readings tell of the duty, nats a sample. */
export function tells({ withReadings, without }: DutyLaw): number {
  return 0.5 * Math.log(without.variance / withReadings.variance);
}

function learn(state: DutyLaw, sample: Sample): void {
  if (isHeld(sample) || atEnd(sample)) return;
  state.queue.push(sample);
  if (state.queue.length <= QUEUE) return;
  const ripe = state.queue.shift()!;
  const off = ripe.errorsK[0]! - state.errorMeanK;
  const pace = Math.max(1 / SWING_SAMPLES, 1 / (state.withReadings.taught + 2));
  state.errorMeanK += pace * off;
  state.errorVariance += pace *
    (Math.min(off * off, 9 * state.errorVariance) - state.errorVariance);
  state.stillShare += pace * ((standsStill(ripe) ? 1 : 0) - state.stillShare);
  const known = isKnown(state);
  const before = levelsOf(state, sample.mean);
  teachOnLeash(state, regressors(ripe, true), ripe.duty, MEMORY);
  teachFit(state.without, regressors(ripe, false), ripe.duty, MEMORY);
  if (!known) return;
  // A law that takes in another level by what an old sample taught is no step of the duty now.
  const after = levelsOf(state, sample.mean);
  state.offsetWith = state.offsetWith.map((off) => off + before.law - after.law);
  state.offsetWithout += before.alone - after.alone;
}

/** What is expected of a duty that stays at its mean under readings that do. */
function levelsOf({ withReadings, without, errorMeanK }: DutyLaw, mean: number) {
  const steady = steadySample(errorMeanK, mean);
  return {
    law: expect(withReadings, regressors(steady, true)).value,
    alone: expect(without, regressors(steady, false)).value,
  };
}
