import type { JobProgress } from "../reference/progress.ts";
import { JOBS_MAX, type OpenPrint, PACE_MAX, PACE_MIN, type PrintBook } from "./print_book.ts";

/** How much each whole print moves a printer's pace, at the least. */
const PACE_SHARE_MIN = 0.2;
/** Shorter prints say nothing of the pace, s. */
const PACE_PRINT_S_MIN = 300;
/** A print's own pace counts for half once so much of its planned motion is done, s. */
const OWN_PACE_S = 120;

/** What is expected of a job: how it went before on this printer, else how its prints usually go. */
export function paceOf(book: PrintBook, jobDigest: string | null): number {
  return book.jobs.findLast(({ digest }) => digest === jobDigest)?.pace ?? book.pace;
}

/**
 * What is left of the planned motion, at the pace of this printer's earlier prints and, the further
 * the print has come, at its own, s; null without a registered job.
 */
export function twinRemainingS(
  book: PrintBook,
  { job, jobDigest, printingS }: OpenPrint,
): number | null {
  if (job === null) return null;
  const leftS = Math.max(0, job.totalS - job.doneS);
  const expected = paceOf(book, jobDigest);
  if (job.doneS <= 0) return leftS * expected;
  const own = printingS / job.doneS;
  const share = job.doneS / (job.doneS + OWN_PACE_S);
  return leftS * clampPace(expected + (own - expected) * share);
}

function clampPace(pace: number): number {
  return Math.min(PACE_MAX, Math.max(PACE_MIN, pace));
}

/** Learns from a whole print how this printer keeps to its plans. */
export function learnPace(
  book: PrintBook,
  digest: string | null,
  actual: number,
  job: JobProgress,
): void {
  if (job.totalS < PACE_PRINT_S_MIN) return;
  const pace = clampPace(actual);
  // The first whole print is all that is known; later ones are weighed against those before.
  const share = Math.max(PACE_SHARE_MIN, 1 / (book.paced + 1));
  book.pace = clampPace(book.pace + (pace - book.pace) * share);
  book.paced++;
  if (digest === null) return;
  const others = book.jobs.filter((one) => one.digest !== digest);
  book.jobs = [...others, { digest, pace }].slice(-JOBS_MAX);
}
