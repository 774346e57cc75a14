/**
 * What never happened is taken to be rare from the beginning: over all jobs these things are. It
 * counts as so many occasions, until the job itself has shown otherwise.
 */
const PRIOR_OCCASIONS = 2000;
/** Occasions to learn from before anything is told. */
const LEARN_LEAST = 150;
/** No job is known to do a thing more seldom than this by nature, as a share of occasions. */
const RATE_LEAST = 1e-4;
/** A change worth telling makes a thing at least so frequent, and at least so much more so. */
const CHANGED_LEAST = 0.008, CHANGED_TIMES = 6;
/** Log-likelihood that tells. */
const TELL = 9;

/**
 * Something that a job seldom or never does, and how often it has done it: a sequential test
 * (Page's CUSUM of a Bernoulli rate) against the job's own past. Plain JSON.
 */
export interface RareEvent {
  /** Occasions, and how often it happened on them, while nothing was suspected. */
  occasions: number;
  happened: number;
  sum: number;
  /** Happened since the sum left zero: learnt only if nothing comes of it. */
  pending: number;
}

export function initRareEvent(): RareEvent {
  return { occasions: 0, happened: 0, sum: 0, pending: 0 };
}

/**
 * Takes one occasion; true where it happened too often for this job. While `learning` everything
 * is the job's own way. Mutates the state.
 */
export function stepRareEvent(
  state: RareEvent,
  happened: boolean,
  learning = false,
  learnLeast = LEARN_LEAST,
): boolean {
  const usual = Math.max(
    RATE_LEAST,
    (state.happened + 0.3) / (state.occasions + PRIOR_OCCASIONS / (1 + state.happened)),
  );
  const changed = Math.min(0.9, Math.max(CHANGED_LEAST, CHANGED_TIMES * usual));
  const learnt = !learning && state.occasions >= learnLeast;
  if (happened) {
    state.pending++;
    if (learnt) state.sum = Math.min(2 * TELL, state.sum + Math.log(changed / usual));
  } else {
    state.sum = Math.max(0, state.sum - (changed - usual));
  }
  if (state.sum === 0 || !learnt) {
    state.happened += state.pending;
    state.pending = 0;
  }
  state.occasions++;
  return happened && learnt && state.sum > TELL;
}
