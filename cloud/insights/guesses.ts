import type { PrintAccount } from "../../shared/print_account.ts";

/** How well one source foretold how long prints take, relative to what they took. */
export interface GuessError {
  prints: number;
  /** Mean of |guess − actual| / actual. */
  meanAbsolute: number;
  /** Mean of (guess − actual) / actual: negative if it promised too much. */
  bias: number;
}

/** The errors of both sources on the very same prints, at the start and at half time. */
export interface GuessErrors {
  start: { twin: GuessError; slicer: GuessError } | null;
  halfway: { twin: GuessError; slicer: GuessError } | null;
  /** The twin alone, on every print that it knew the job of. */
  twinAlone: GuessError | null;
}

/** A guess and what came of it, s. */
export interface Guess {
  guessS: number;
  actualS: number;
}

/** What a completed print took against the guesses at its start. */
export function startGuesses({ printingS, twinS, slicerS }: PrintAccount) {
  const guess = (guessS: number | null): Guess | null =>
    guessS === null ? null : { guessS, actualS: printingS };
  return { twin: guess(twinS), slicer: guess(slicerS) };
}

/** What was left at half time against the guesses then. */
function halfwayGuesses({ printingS, halfway }: PrintAccount) {
  if (halfway === null) return { twin: null, slicer: null };
  const actualS = printingS - halfway.printingS;
  const guess = (guessS: number | null): Guess | null =>
    guessS === null ? null : { guessS, actualS };
  return { twin: guess(halfway.twinRemainingS), slicer: guess(halfway.slicerRemainingS) };
}

/** Holds the guesses of prints that came to their end against what they took. */
export function guessErrors(prints: readonly PrintAccount[]): GuessErrors {
  const whole = prints.filter(({ result, printingS }) => result === "completed" && printingS > 0);
  const alone = whole.map((print) => startGuesses(print).twin).filter((guess) => guess !== null);
  return {
    start: both(whole.map(startGuesses)),
    halfway: both(whole.map(halfwayGuesses)),
    twinAlone: errorOf(alone),
  };
}

function both(pairs: readonly { twin: Guess | null; slicer: Guess | null }[]) {
  const full = pairs.filter(({ twin, slicer }) => twin !== null && slicer !== null);
  const twin = errorOf(full.map((pair) => pair.twin!));
  const slicer = errorOf(full.map((pair) => pair.slicer!));
  return twin && slicer ? { twin, slicer } : null;
}

/** How far a guess was off, as a share of what it took. */
export function errorShare({ guessS, actualS }: Guess): number {
  return (guessS - actualS) / actualS;
}

function errorOf(guesses: readonly Guess[]): GuessError | null {
  const errors = guesses.filter(({ actualS }) => actualS > 0).map(errorShare);
  if (errors.length === 0) return null;
  const mean = (values: readonly number[]) =>
    values.reduce((total, value) => total + value, 0) / values.length;
  return { prints: errors.length, meanAbsolute: mean(errors.map(Math.abs)), bias: mean(errors) };
}
