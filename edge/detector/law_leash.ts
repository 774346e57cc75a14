import { type RecursiveFit, teachFit } from "./recursive_fit.ts";

/** After so many samples a law has an anchor, and goes no further from it than these shares. */
const ANCHOR_SAMPLES = 400;
const ANSWERS_LEASH = 0.5;
const VARIANCE_LEASH = 2;
/** A law's regressors begin with the constant; then come so many readings. */
const READINGS = 4;

/** How a law answered to the readings when it had become known well, and how well it held. */
export interface LawAnchor {
  answers: number[];
  variance: number;
}

interface LeashedLaw {
  withReadings: RecursiveFit;
  anchor: LawAnchor | null;
}

/**
 * Teaches a law one sample. Once it is known well, learning goes on from there, but only so far: what
 * would make it answer otherwise, or to anything, is taken back, so that who forges a little in each
 * print teaches no more than the leash allows. Mutates the law.
 */
export function teachOnLeash(law: LeashedLaw, x: readonly number[], y: number, memory: number) {
  const { withReadings, anchor } = law;
  if (!anchor) {
    teachFit(withReadings, x, y, memory);
    if (withReadings.taught < ANCHOR_SAMPLES) return;
    law.anchor = { answers: answersOf(withReadings), variance: withReadings.variance };
    return;
  }
  const before = copyOf(withReadings);
  teachFit(withReadings, x, y, memory);
  const off = strayed(withReadings, anchor);
  const answers = off <= ANSWERS_LEASH * Math.hypot(...anchor.answers) ||
    off <= strayed(before, anchor);
  const holds = withReadings.variance <= VARIANCE_LEASH * anchor.variance ||
    withReadings.variance <= before.variance;
  if (!answers || !holds) law.withReadings = before;
}

function copyOf(fit: RecursiveFit): RecursiveFit {
  return { ...fit, mean: [...fit.mean], covariance: [...fit.covariance] };
}

function answersOf({ mean }: RecursiveFit): number[] {
  return mean.slice(1, 1 + READINGS);
}

function strayed(fit: RecursiveFit, { answers }: LawAnchor): number {
  return Math.hypot(...answersOf(fit).map((answer, i) => answer - answers[i]!));
}
