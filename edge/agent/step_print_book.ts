import type { PrinterState } from "../../shared/presence.ts";
import type { JobProgress } from "../reference/progress.ts";
import { endPrint } from "./end_print.ts";
import type { OpenPrint, PrintBook } from "./print_book.ts";
import { paceOf, twinRemainingS } from "./print_pace.ts";
import { round } from "./prints_told.ts";
import type { SlicerWord } from "./slicer_word.ts";

/** Without extrusion for so long, and not paused, a print has ended, s. */
const ENDED_S = 240;
/** A step of time longer than this is an outage of the guard itself, and counts for nothing, s. */
const STEP_S_MAX = 30;

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

function beginPrint(
  book: PrintBook,
  { wallMs, jobDigest, progress, slicer, newId }: Standing,
): OpenPrint {
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
