import type { Sample } from "./duty_sample.ts";

/** Of late is over so many samples. */
const LATELY = 12;
/**
 * From so much correlation on a duty answers. Of series of twelve duties that have nothing to do with
 * their readings, fewer than one in a hundred thousand comes so far.
 */
const ANSWERS_MIN = 0.95;

/** Duties of late, and what they may have answered to, oldest first: so many of each. */
export interface LawAnswers {
  duties: number[];
  /** The readings, K below the set point. */
  errorsK: number[];
  /** What a law made of the last few readings, as a share of full power. */
  answers: number[];
}

export function initLawAnswers(): LawAnswers {
  return { duties: [], errorsK: [], answers: [] };
}

/**
 * Takes a duty with its readings and with what a law makes of their swing. Mutates.
 *
 * @returns whether duties of late went with the readings, however strongly: a law that was learnt
 *   while the loop swung otherwise may be far off, and the duty is made from these readings all the same
 */
export function goesWithReadings(state: LawAnswers, sample: Sample, answer: number): boolean {
  const { duties, errorsK, answers } = state;
  keep(duties, sample.duty);
  keep(errorsK, sample.errorsK[0]!);
  keep(answers, answer);
  if (duties.length < LATELY) return false;
  return Math.max(correlation(errorsK, duties), correlation(answers, duties)) > ANSWERS_MIN;
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > LATELY) values.shift();
}

/** Pearson's; 0 where either stands still [pure]. */
function correlation(some: readonly number[], others: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [someMean, othersMean] = [mean(some), mean(others)];
  let both = 0, someSquares = 0, otherSquares = 0;
  some.forEach((value, i) => {
    const [off, otherOff] = [value - someMean, others[i]! - othersMean];
    both += off * otherOff;
    someSquares += off * off;
    otherSquares += otherOff * otherOff;
  });
  const spread = Math.sqrt(someSquares * otherSquares);
  return spread > 0 ? both / spread : 0;
}
