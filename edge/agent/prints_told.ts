import type { Prints, StateTimes } from "../../shared/print_account.ts";
import type { OpenPrint, PrintBook } from "./print_book.ts";
import { twinRemainingS } from "./print_pace.ts";

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

/** How much of a print's planned motion is done, 0 to 1; null without a registered job. */
export function partOf({ job }: OpenPrint): number | null {
  return job === null || job.totalS <= 0
    ? null
    : Math.round(Math.min(1, job.doneS / job.totalS) * 1e4) / 1e4;
}

/** To tenths, and never below 0. */
export function round(value: number): number {
  return Math.round(Math.max(0, value) * 10) / 10;
}

export function roundOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : round(value);
}
