import { ENDED_PRINTS_MAX, type PrintResult } from "../../shared/print_account.ts";
import type { OpenPrint, PrintBook } from "./print_book.ts";
import { learnPace, twinRemainingS } from "./print_pace.ts";
import { partOf, round, roundOrNull } from "./prints_told.ts";

/** A printer is said to print for so long after its last extrusion, s. */
const LINGER_S = 45;
/** The slicer's last word from here on means that the print is done, %. */
const DONE_PERCENT = 99;

/** Closes a print: it is counted, told and learnt from. Mutates the book. */
export function endPrint(book: PrintBook, open: OpenPrint): void {
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

function resultOf({ job, slicerPercent }: OpenPrint): PrintResult {
  if (job) return job.ended ? "completed" : "unfinished";
  if (slicerPercent === null) return "unknown";
  return slicerPercent >= DONE_PERCENT ? "completed" : "unfinished";
}
