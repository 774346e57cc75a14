import {
  initPaceModel,
  learnPace,
  type PaceModel,
  predictPace,
  type Stretch,
} from "./pace_model.ts";

/** Stretches to learn from before anything is judged. */
const LEARN_STRETCHES = 12;
/** A lasting change of less than this is none: as a share, and in sd of single stretches. */
const LEAST_SHARE = 0.03, LEAST_SD = 3;
/** Sequential test: slack of a stretch, and the sum that tells, in standard deviations. */
const SLACK_SD = 1.2, TELL_SD = 9;
/** What a single stretch may add, standard deviations: one odd stretch tells nothing. */
const STRETCH_SD_MAX = 4;
/** The test must have run up over so many stretches; the latest ones say by how much. */
const RUN_LEAST = 3, LATEST = 5;
/** Stretches of another speed are alike: their spread, as a part of what they are off by. */
const UNEVEN_MAX = 0.5;
/** A printer that wanders by itself by more than this isn't judged, sd as a share. */
const WANDER_MAX = 0.014;
/** A printer that still wanders after so many stretches may have another buffer than was learned. */
const RETRY_STRETCHES = 20;

/** One side of the sequential test. */
interface Run {
  sum: number;
  stretches: number;
  /** What the latest stretches were off by, as shares, oldest first. */
  offs: number[];
  sinceS: number;
}

/** How long a printer's moves take against their plan, and whether that has changed; plain JSON. */
export interface PaceChange {
  model: PaceModel;
  slow: Run;
  fast: Run;
}

/** A pace that is another than before. */
export interface Pace {
  type: "pace";
  /** Positive: slower than this printer is wont to be. */
  rateShare: number;
  sinceS: number;
}

export function initPaceChange(): PaceChange {
  return { model: initPaceModel(), slow: freshRun(), fast: freshRun() };
}

/** What is still being learned is judged by its own scatter. */
export function isLearning({ model }: PaceChange): boolean {
  return model.count < LEARN_STRETCHES;
}

/** Leaves what was suspected so far. Mutates the test. */
export function forgetRuns(test: PaceChange): void {
  test.slow = freshRun();
  test.fast = freshRun();
}

/**
 * Takes a stretch of planned motion. Mutates the test.
 *
 * @param late how much longer than planned it took, as a share
 * @param beganS when it began
 * @returns what is told, and whether the printer still wanders although enough was seen
 */
export function stepPaceChange(
  test: PaceChange,
  late: number,
  stretch: Stretch,
  beganS: number,
): { unsettled: boolean; told: Pace[] } {
  const { model } = test;
  const { late: expected, sd } = predictPace(model, stretch);
  const learnt = !isLearning(test) && Math.sqrt(model.noise2) < WANDER_MAX;
  if (!learnt) {
    learnPace(model, stretch, late);
    return { unsettled: model.count >= RETRY_STRETCHES, told: [] };
  }
  const off = late - expected;
  stepRun(test.slow, off, sd, beganS);
  stepRun(test.fast, -off, sd, beganS);
  const run = test.slow.sum >= test.fast.sum ? test.slow : test.fast;
  // What looks disturbed must not become what is usual.
  if (run.sum < TELL_SD / 3) learnPace(model, stretch, late);
  const share = changedBy(run, Math.sqrt(model.noise2));
  if (share === null) return { unsettled: false, told: [] };
  run.sum = Math.min(run.sum, 2 * TELL_SD);
  const rateShare = run === test.slow ? share : -share;
  return { unsettled: false, told: [{ type: "pace", rateShare, sinceS: run.sinceS }] };
}

/** By what share the pace has changed for good; null where it hasn't. */
function changedBy({ sum, stretches, offs }: Run, noise: number): number | null {
  if (sum <= TELL_SD || stretches < RUN_LEAST) return null;
  const share = offs.reduce((total, off) => total + off, 0) / offs.length;
  if (share <= Math.max(LEAST_SHARE, LEAST_SD * noise)) return null;
  const variance = offs.reduce((total, off) => total + (off - share) ** 2, 0) / offs.length;
  return variance < (UNEVEN_MAX * share) ** 2 ? share : null;
}

function stepRun(run: Run, off: number, sd: number, beganS: number): void {
  if (run.sum === 0) Object.assign(run, freshRun(), { sinceS: beganS });
  run.sum = Math.max(0, run.sum + Math.min(off / sd, STRETCH_SD_MAX) - SLACK_SD);
  run.stretches++;
  run.offs = [...run.offs, off].slice(-LATEST);
}

function freshRun(): Run {
  return { sum: 0, stretches: 0, offs: [], sinceS: 0 };
}
