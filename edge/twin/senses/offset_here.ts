/**
 * By how much two thermometers' difference at this set point departs from what was learnt at another:
 * sensors' curves differ, and a job may print 40 K away from the calibration. Learnt once for a set
 * point, from a calm minute, and never beyond what curves differ by. Plain values.
 */
export interface OffsetHere {
  /** What was learnt last, K beside the old offset, and at which temperature; null: nothing. */
  known: { besideK: number; atC: number } | null;
  learning: { sinceS: number; count: number; sumK: number; sumC: number } | null;
}

/** What sensors' curves differ by, per kelvin from where their offset was learnt. */
export const CURVES_PER_KELVIN = 0.03;
/** Noise on top of that, K. */
const NOISE_K = 0.5;
/** Nearer than this the old offset does, K. */
const NEAR_K = 8;
/** One set point is as far apart as this at most, K. */
const SAME_K = 4;
/** Calm reports that teach it, and how long they must span, s. */
const LEARN_REPORTS = 10;
const LEARN_S = 45;

export function initOffsetHere(): OffsetHere {
  return { known: null, learning: null };
}

/** What is known at a temperature: K beside the old offset, and how far from where it was learnt, K. */
export function besideAt(
  { known }: OffsetHere,
  measuredC: number,
  oldAtC: number,
): { besideK: number; awayK: number } {
  const oldAwayK = Math.abs(measuredC - oldAtC);
  const awayK = known ? Math.abs(measuredC - known.atC) : Infinity;
  return known && awayK < Math.min(NEAR_K, oldAwayK)
    ? { besideK: known.besideK, awayK }
    : { besideK: 0, awayK: oldAwayK };
}

/** Takes a difference from the old offset, K, at a report. Mutates the state. */
export function learnBeside(
  state: OffsetHere,
  { eventTimeS, beside, measuredC, oldAtC, calm }: {
    eventTimeS: number;
    beside: number;
    measuredC: number;
    oldAtC: number;
    calm: boolean;
  },
): void {
  const oldAwayK = Math.abs(measuredC - oldAtC);
  const { awayK } = besideAt(state, measuredC, oldAtC);
  const credible = Math.abs(beside) < NOISE_K + CURVES_PER_KELVIN * oldAwayK;
  if (!calm || !credible || awayK < NEAR_K) {
    state.learning = null;
    return;
  }
  const learning = state.learning ??= { sinceS: eventTimeS, count: 0, sumK: 0, sumC: 0 };
  learning.count++;
  learning.sumK += beside;
  learning.sumC += measuredC;
  const { sinceS, count, sumK, sumC } = learning;
  if (Math.abs(measuredC - sumC / count) > SAME_K) state.learning = null;
  else if (count >= LEARN_REPORTS && eventTimeS - sinceS >= LEARN_S) {
    state.known = { besideK: sumK / count, atC: sumC / count };
    state.learning = null;
  }
}
