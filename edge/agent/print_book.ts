import { z } from "zod";
import { Digest, Uuid } from "../../shared/ids.ts";
import {
  ENDED_PRINTS_MAX,
  noStateTimes,
  PrintAccount,
  StateTimes,
} from "../../shared/print_account.ts";

/** A printer's pace against the plan. */
export const PACE_MIN = 0.5;
export const PACE_MAX = 3;
/** Jobs whose own pace is remembered: a farm prints the same file again and again. */
export const JOBS_MAX = 32;

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
/** A print at work. */
export type OpenPrint = z.infer<typeof OpenPrint>;

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
