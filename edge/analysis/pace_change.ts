import {
  initPaceMemory,
  keepPace,
  type KnownPace,
  type PaceMemory,
  recallPace,
} from "./pace_memory.ts";
import {
  initPaceModel,
  learnPace,
  NOISE_FLOOR,
  type PaceModel,
  predictPace,
  type Stretch,
} from "./pace_model.ts";
import {
  initRetractionPace,
  type RetractionPace,
  stepRetractionPace,
  suspectsRetractions,
} from "./retraction_pace.ts";

/** Stretches to learn from before anything is judged. */
const LEARN_STRETCHES = 12;
/** The same of a printer whose earlier prints have left as many. */
const LEARN_KNOWN = 8;
/** The change of speed that is looked for, and the least that is told: shares of cruising time. */
const SOUGHT_SHARE = 0.04, LEAST_SHARE = 0.03;
/** A lasting change of less than so many sd of single stretches is none. */
const LEAST_SD = 3;
/** Sequential test: the sum of log-likelihoods that tells, and what a single stretch may add. */
const TELL = 9, STRETCH_MAX = 4;
/** The test must have run up over so many stretches; the latest ones say by how much. */
const RUN_LEAST = 3, LATEST = 5;
/**
 * Stretches of another speed are alike: their spread, as a part of what they are off by. What earlier
 * prints left makes a print's noise seem known at once, and another part may be slow here and there.
 */
const UNEVEN_MAX = 0.5, UNEVEN_KNOWN = 0.4;
/**
 * A stretch that cruises less than this share of its time says nothing of the speed: what it is off by is
 * the planner's ramps.
 */
const CRUISE_LEAST = 0.2;
/** A printer that wanders by itself by more than this isn't judged, sd as a share. */
const WANDER_MAX = 0.014;
/** The same where settings are assumed: what wanders more has another planner. */
const WANDER_ASSUMED_MAX = 0.007;
/**
 * What is foreseen worse than this, in sd of what is known well, is of a kind that was hardly seen: all of
 * its kind err by the same, so that many tell little more than one.
 */
const FORESEEN_SD = 2.5;
/** What is foreseen so badly, sd, can't by itself show the least change that is told. */
const HARDLY_KNOWN_SD = LEAST_SHARE / 2;
/** A change that shows in kinds seen before by less than this share of all that tells it may be none. */
const STRANGE_SHARE = 0.5;
/**
 * Of moves so short in the mean, s, the host's pace and an answer's way cost a hundredth of their time: as
 * much as retractions that take twice as long.
 */
const MOVE_LEAST_S = 0.025;
/** No stretch is known better than this where retractions are asked for, sd. */
const RETRACTION_FLOOR = 0.002;
/** A printer that still wanders after so many stretches may plan otherwise than is thought. */
const RETRY_STRETCHES = 20;

/** One side of the sequential test. */
interface Run {
  sum: number;
  stretches: number;
  /** Stretches since it began that could tell nothing. */
  silent: number;
  /** What stretches have added to the sum: all, and those of kinds that were seen before. */
  added: number;
  foreseen: number;
  /** What the latest stretches were off by, and the shares of their time that cruised, oldest first. */
  offs: { off: number; cruise: number }[];
  sinceS: number;
}

/** How long a printer's moves take against their plan, and whether that has changed; plain JSON. */
export interface PaceChange {
  model: PaceModel;
  /** Of assumed settings: what is usual is recalled from stretches that are alike. */
  memory: PaceMemory | null;
  slow: Run;
  fast: Run;
  /** Retractions alone; only held against settings that the firmware told. */
  retractions: RetractionPace;
}

/** A pace that is another than before. */
export interface Pace {
  type: "pace";
  /** What takes another time: all cruising, or the extruder's own moves. */
  of: "cruising" | "retractions";
  /** By how much it takes longer (positive) or shorter than this printer is wont to. */
  rateShare: number;
  /** How much of what tells it comes from stretches of kinds that were seen before, 0–1. */
  foreseenShare: number;
  /** How many of the stretches since then could tell anything, 0–1. */
  tellingShare: number;
  sinceS: number;
}

/**
 * @param model what another print has taught; by default nothing is known.
 * @param recalls whether what is usual is recalled from stretches that are alike
 * @param known what earlier prints have left to recall
 */
export function initPaceChange(
  model: PaceModel = initPaceModel(),
  recalls = false,
  known: KnownPace | null = null,
): PaceChange {
  const memory = recalls ? initPaceMemory(known) : null;
  return { model, memory, slow: freshRun(), fast: freshRun(), retractions: initRetractionPace() };
}

/** What is still being learned is judged by its own scatter. */
export function isLearning({ model, memory }: PaceChange): boolean {
  const known = memory !== null && memory.before.length >= LEARN_STRETCHES;
  return (memory ?? model).count < (known ? LEARN_KNOWN : LEARN_STRETCHES);
}

/** Leaves what was suspected so far. Mutates the test. */
export function forgetRuns(test: PaceChange): void {
  test.slow = freshRun();
  test.fast = freshRun();
  test.retractions = initRetractionPace();
}

/**
 * Takes a stretch of planned motion. Another feedrate changes the time of cruising alone, by the
 * same share everywhere; what speeding up and slowing down take doesn't depend on it (the planner
 * cuts more of the cruise off). Mutates the test.
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
): { unsettled: boolean; told: Pace | null } {
  const { model, memory } = test;
  const usual = memory ? recallPace(memory, stretch) : predictPace(model, stretch);
  const { late: expected, sd } = usual;
  const { noise2 } = memory ?? model;
  const learnt = !isLearning(test) &&
    Math.sqrt(noise2) < (memory ? WANDER_ASSUMED_MAX : WANDER_MAX);
  const learn = () => {
    learnPace(model, stretch, late);
    if (memory) keepPace(memory, stretch, late, usual);
  };
  if (!learnt) {
    learn();
    return { unsettled: model.count >= RETRY_STRETCHES, told: null };
  }
  const off = late - expected;
  const cruise = 1 - stretch.rampShare;
  if (cruise < CRUISE_LEAST) {
    test.slow.silent++;
    test.fast.silent++;
    if (Math.max(test.slow.sum, test.fast.sum) < TELL / 3) learn();
    return { unsettled: false, told: null };
  }
  const foreseen = !memory || sd <= FORESEEN_SD * Math.max(NOISE_FLOOR, Math.sqrt(noise2));
  const seen = { cruise, sd, foreseen };
  stepRun(test.slow, { ...seen, off }, beganS);
  stepRun(test.fast, { ...seen, off: -off }, beganS);
  const run = test.slow.sum >= test.fast.sum ? test.slow : test.fast;
  const { extruderShare: extruder } = stretch;
  const moveS = Math.exp(stretch.lnLengthMm - stretch.lnSpeed);
  const retractions = memory || moveS < MOVE_LEAST_S
    ? null
    : stepRetractionPace(test.retractions, { off, extruder, cruise }, finer(sd, noise2), beganS);
  // What looks disturbed must not become what is usual. But a kind that was hardly seen errs alike in all
  // its stretches: where little else speaks of a change, only its first ones may.
  const disturbed = run.sum >= TELL / 3 || suspectsRetractions(test.retractions);
  const strange = sd > HARDLY_KNOWN_SD && !foreseen && run.foreseen < STRANGE_SHARE * run.added;
  if (!disturbed || strange) learn();
  if (retractions) {
    const { share, sinceS } = retractions;
    const whole = { foreseenShare: 1, tellingShare: 1 };
    return {
      unsettled: false,
      told: { type: "pace", of: "retractions", rateShare: share, ...whole, sinceS },
    };
  }
  const uneven = memory !== null && memory.before.length > 0 ? UNEVEN_KNOWN : UNEVEN_MAX;
  const share = changedBy(run, Math.sqrt(noise2), uneven);
  if (share === null) return { unsettled: false, told: null };
  run.sum = Math.min(run.sum, 2 * TELL);
  const rateShare = run === test.slow ? share : -share;
  const foreseenShare = run.added > 0 ? run.foreseen / run.added : 1;
  const tellingShare = run.stretches / (run.stretches + run.silent);
  const shares = { foreseenShare, tellingShare };
  return {
    unsettled: false,
    told: { type: "pace", of: "cruising", rateShare, ...shares, sinceS: run.sinceS },
  };
}

/** What a plan is unsure of, sd, where it may be known better than a lasting change of pace asks for. */
function finer(sd: number, noise2: number): number {
  const unlearnt2 = Math.max(0, sd * sd - Math.max(noise2, NOISE_FLOOR ** 2));
  return Math.sqrt(unlearnt2 + Math.max(noise2, RETRACTION_FLOOR ** 2));
}

/** By what share of cruising the pace has changed for good, evenly enough; null where it hasn't. */
function changedBy({ sum, stretches, offs }: Run, noise: number, uneven: number): number | null {
  if (sum <= TELL || stretches < RUN_LEAST) return null;
  // The change may have begun within the run's first stretch, which says too little of it.
  const whole = stretches > offs.length ? offs : offs.slice(1);
  let product = 0, square = 0, cruised = 0;
  for (const { off, cruise } of whole) {
    product += off * cruise;
    square += cruise * cruise;
    cruised += cruise / whole.length;
  }
  const share = product / square;
  if (share <= LEAST_SHARE || share * cruised <= LEAST_SD * noise) return null;
  let left = 0;
  for (const { off, cruise } of whole) left += (off - share * cruise) ** 2 / whole.length;
  return left < (uneven * share * cruised) ** 2 ? share : null;
}

/** What a stretch was off by, and how well that was known. */
interface Seen {
  off: number;
  cruise: number;
  sd: number;
  foreseen: boolean;
}

function stepRun(run: Run, { off, cruise, sd, foreseen }: Seen, beganS: number): void {
  if (run.sum === 0) Object.assign(run, freshRun(), { sinceS: beganS });
  const sought = SOUGHT_SHARE * cruise;
  const likelier = (off * sought - sought * sought / 2) / (sd * sd);
  const added = Math.min(likelier, STRETCH_MAX);
  run.added += Math.max(0, added);
  if (foreseen) run.foreseen += Math.max(0, added);
  run.sum = Math.max(0, run.sum + added);
  run.stretches++;
  run.offs = [...run.offs, { off, cruise }].slice(-LATEST);
}

function freshRun(): Run {
  return { sum: 0, stretches: 0, silent: 0, added: 0, foreseen: 0, offs: [], sinceS: 0 };
}
