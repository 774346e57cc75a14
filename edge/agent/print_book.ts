import { z } from "zod";
import { Digest, Uuid } from "../../shared/ids.ts";
import {
  ENDED_PRINTS_MAX,
  noStateTimes,
  PrintAccount,
  type PrintResult,
  type Prints,
  StateTimes,
} from "../../shared/print_account.ts";
import type { PrinterState } from "../../shared/presence.ts";
import type { JobProgress } from "../reference/progress.ts";
import type { SlicerWord } from "./slicer_word.ts";

/** Without extrusion for so long, and not paused, a print has ended, s. */
const ENDED_S = 240;
/** A printer is said to print for so long after its last extrusion, s. */
const LINGER_S = 45;
/** A step of time longer than this is an outage of the guard itself, and counts for nothing, s. */
const STEP_S_MAX = 30;
/** A printer's pace against the plan, and how much each whole print moves it. */
const PACE_MIN = 0.5;
const PACE_MAX = 3;
const PACE_SHARE_MIN = 0.2;
/** Jobs whose own pace is remembered: a farm prints the same file again and again. */
const JOBS_MAX = 32;
/** Shorter prints say nothing of the pace, s. */
const PACE_PRINT_S_MIN = 300;
/** A print's own pace counts for half once so much of its planned motion is done, s. */
const OWN_PACE_S = 120;
/** The slicer's last word from here on means that the print is done, %. */
const DONE_PERCENT = 99;

const Job = z.strictObject({
  layer: z.int().nullable(),
  totalS: z.number(),
  doneS: z.number(),
  totalMm: z.number(),
  doneMm: z.number(),
  slicerS: z.number().nullable(),
  ended: z.boolean(),
});

const OpenPrint = z.strictObject({
  id: Uuid,
  jobDigest: Digest.nullable(),
  startedMs: z.number(),
  lastPrintingMs: z.number(),
  /** Seconds without printing since then, on the monotonic clock. */
  stillS: z.number(),
  printingS: z.number(),
  pausedS: z.number(),
  job: Job.nullable(),
  twinS: z.number().nullable(),
  slicerS: z.number().nullable(),
  slicerPercent: z.number().nullable(),
  slicerRemainingS: z.number().nullable(),
  halfway: PrintAccount.shape.halfway,
});
type OpenPrint = z.infer<typeof OpenPrint>;

/** One printer's prints as its guard counts them; plain values that survive JSON. */
export const PrintBook = z.strictObject({
  version: z.literal(1),
  begun: z.int().min(0),
  completed: z.int().min(0),
  unfinished: z.int().min(0),
  unknown: z.int().min(0),
  stateS: StateTimes,
  /** Actual over planned time of this printer's whole prints. */
  pace: z.number().min(PACE_MIN).max(PACE_MAX),
  /** How many prints have taught it. */
  paced: z.int().min(0),
  /** The pace of the latest whole print of each job, the latest last. */
  jobs: z.array(z.strictObject({ digest: Digest, pace: z.number() })).max(JOBS_MAX),
  open: OpenPrint.nullable(),
  ended: z.array(PrintAccount).max(ENDED_PRINTS_MAX),
});
export type PrintBook = z.infer<typeof PrintBook>;

/** A book with nothing in it. */
export function initPrintBook(): PrintBook {
  const none = { begun: 0, completed: 0, unfinished: 0, unknown: 0 };
  return {
    version: 1,
    ...none,
    stateS: noStateTimes(),
    pace: 1,
    paced: 0,
    jobs: [],
    open: null,
    ended: [],
  };
}

/** How a printer stands at one moment. */
export interface Standing {
  state: PrinterState;
  jobDigest: string | null;
  progress: JobProgress | null;
  /** The slicer's latest word on this print (M73); null where it said none. */
  slicer: SlicerWord | null;
  /** Since the step before, on the monotonic clock, s. */
  dtS: number;
  /** UTC, ms. */
  wallMs: number;
  /** An id for a print that may begin now. */
  newId: string;
}

/** Lets one moment pass. Mutates the book; true if a print began or ended. */
export function stepPrintBook(book: PrintBook, standing: Standing): boolean {
  const dtS = Math.min(Math.max(0, standing.dtS), STEP_S_MAX);
  book.stateS[standing.state] += dtS;
  if (book.open === null) {
    if (standing.state !== "printing") return false;
    book.open = beginPrint(book, standing);
    book.begun++;
    return true;
  }
  const { open } = book;
  followPrint(book, open, standing, dtS);
  const done = standing.state === "idle" && open.job?.ended === true;
  if (!done && open.stillS < ENDED_S) return false;
  endPrint(book, open);
  return true;
}

function beginPrint(book: PrintBook, { wallMs, jobDigest, progress, slicer, newId }: Standing) {
  // The job before this one may still be the last that is known.
  const job = progress?.ended ? null : progress;
  return {
    id: newId,
    jobDigest: job ? jobDigest : null,
    startedMs: wallMs,
    lastPrintingMs: wallMs,
    stillS: 0,
    printingS: 0,
    pausedS: 0,
    job,
    twinS: job && job.totalS * paceOf(book, jobDigest),
    slicerS: slicer?.remainingS ?? job?.slicerS ?? null,
    slicerPercent: slicer?.percent ?? null,
    slicerRemainingS: slicer?.remainingS ?? job?.slicerS ?? null,
    halfway: null,
  };
}

function followPrint(book: PrintBook, open: OpenPrint, now: Standing, dtS: number): void {
  if (open.job?.ended) {
    open.stillS += now.state === "printing" ? 0 : dtS;
  } else if (now.state === "printing") {
    open.lastPrintingMs = now.wallMs;
    // What looked like an end was none.
    open.printingS += dtS + open.stillS;
    open.stillS = 0;
  } else if (now.state === "paused") {
    open.pausedS += dtS;
  } else {
    open.stillS += dtS;
  }
  if (open.slicerRemainingS !== null) {
    open.slicerRemainingS = Math.max(0, open.slicerRemainingS - dtS);
  }
  if (now.slicer) takeSlicer(open, now.slicer);
  if (now.progress) takeProgress(book, open, now.progress, now.jobDigest);
}

function takeSlicer(open: OpenPrint, { percent, remainingS }: SlicerWord): void {
  open.slicerPercent = percent ?? open.slicerPercent;
  if (remainingS === null) return;
  // The first word may come just after the first extrusion.
  if (open.printingS < 60) open.slicerS = remainingS + open.printingS;
  open.slicerRemainingS = remainingS;
}

function takeProgress(
  book: PrintBook,
  open: OpenPrint,
  progress: JobProgress,
  jobDigest: string | null,
): void {
  // A skirt or a purge line may come before the job is recognised.
  if (open.job === null) {
    if (progress.ended) return;
    open.jobDigest = jobDigest;
    open.twinS = progress.totalS * paceOf(book, jobDigest);
    open.slicerS ??= progress.slicerS;
    open.slicerRemainingS ??= progress.slicerS;
  }
  open.job = { ...progress };
  if (open.halfway !== null || progress.doneS * 2 < progress.totalS) return;
  open.halfway = {
    printingS: round(open.printingS),
    twinRemainingS: round(twinRemainingS(book, open) ?? 0),
    slicerRemainingS: open.slicerRemainingS === null ? null : round(open.slicerRemainingS),
  };
}

/** What is expected of a job: how it went before on this printer, else how its prints usually go. */
function paceOf(book: PrintBook, jobDigest: string | null): number {
  return book.jobs.findLast(({ digest }) => digest === jobDigest)?.pace ?? book.pace;
}

/**
 * What is left of the planned motion, at the pace of this printer's earlier prints and, the further
 * the print has come, at its own, s; null without a registered job.
 */
function twinRemainingS(book: PrintBook, { job, jobDigest, printingS }: OpenPrint): number | null {
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

function resultOf({ job, slicerPercent }: OpenPrint): PrintResult {
  if (job) return job.ended ? "completed" : "unfinished";
  if (slicerPercent === null) return "unknown";
  return slicerPercent >= DONE_PERCENT ? "completed" : "unfinished";
}

function endPrint(book: PrintBook, open: OpenPrint): void {
  const result = resultOf(open);
  if (!open.job?.ended) {
    open.printingS = Math.max(0, open.printingS - LINGER_S);
    open.lastPrintingMs -= LINGER_S * 1000;
  }
  book[result]++;
  const { job } = open;
  const isLeft = job !== null && result === "unfinished";
  book.ended = [...book.ended, {
    id: open.id,
    jobDigest: open.jobDigest,
    startedWallTime: new Date(open.startedMs).toISOString(),
    endedWallTime: new Date(Math.max(open.startedMs, open.lastPrintingMs)).toISOString(),
    result,
    printingS: round(open.printingS),
    pausedS: round(open.pausedS),
    part: partOf(open),
    plannedS: roundOrNull(job?.totalS),
    twinS: roundOrNull(open.twinS),
    slicerS: roundOrNull(open.slicerS),
    halfway: open.halfway,
    leftS: isLeft ? roundOrNull(twinRemainingS(book, open)) : null,
    leftFilamentMm: isLeft ? roundOrNull(job.totalMm - job.doneMm) : null,
    filamentMm: roundOrNull(job?.doneMm),
  }].slice(-ENDED_PRINTS_MAX);
  book.open = null;
  if (result === "completed" && job) {
    learnPace(book, open.jobDigest, open.printingS / job.totalS, job);
  }
}

function learnPace(book: PrintBook, digest: string | null, actual: number, job: JobProgress): void {
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

function partOf({ job }: OpenPrint): number | null {
  return job === null || job.totalS <= 0
    ? null
    : Math.round(Math.min(1, job.doneS / job.totalS) * 1e4) / 1e4;
}

/** What presence says of the prints. */
export function printsOf(book: PrintBook): Prints {
  const { begun, completed, unfinished, unknown, stateS, open, ended } = book;
  const times = Object.fromEntries(
    Object.entries(stateS).map(([state, seconds]) => [state, round(seconds)]),
  ) as StateTimes;
  return {
    begun,
    completed,
    unfinished,
    unknown,
    stateS: times,
    current: open && {
      id: open.id,
      jobDigest: open.jobDigest,
      startedWallTime: new Date(open.startedMs).toISOString(),
      printingS: round(open.printingS),
      pausedS: round(open.pausedS),
      part: partOf(open),
      twinRemainingS: roundOrNull(twinRemainingS(book, open)),
      slicerRemainingS: roundOrNull(open.slicerRemainingS),
    },
    ended,
  };
}

function round(value: number): number {
  return Math.round(Math.max(0, value) * 10) / 10;
}

function roundOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : round(value);
}
