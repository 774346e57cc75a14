import { advance, type AlignState } from "./align_state.ts";
import { classOf, isMove, isPrintingMove, plainBits, sameCommand } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import { itemKind, type Mismatch, mismatch, short, type StreamItem } from "./mismatch.ts";

/** An object that is left out has at most so many commands in a layer. */
export const LEFT_OUT_MAX = 2000;
/** So many commands may come, and so much time pass, before a printing move shows what they were. */
const WITHHELD_MAX = 1000;
const WITHHELD_S = 30;
/** An extruder's position that the job itself sets so soon is the job's own. */
const SOON = 8;
/** Where E is relative nothing has to be set: more moves than this are an object, not lost lines. */
const LOST_MAX = 12;
/** The firmware itself leaves an object out: Marlin's and Klipper's ways. */
const CANCELS = /^(?:M486 (?:C|P\d+)\b|EXCLUDE_OBJECT NAME=)/i;
const SETS_E = /^G92 E[-\d.]+$/;

/** What the aligner knows of a command while moves are being left out. */
export type Skipped =
  /** It belongs to that, or waits until the next printing move shows whether it does. */
  | { took: true; told: Mismatch[] }
  /** It has to be looked at as any other, behind these that waited. */
  | { took: false; waited: StreamItem[] };

const NO: Skipped = { took: false, waited: [] };

/**
 * Takes a command while an object is, or may be, left out: what comes is then the job with gaps in
 * it, and the extruder's position is set to fit before the next move that prints. That move decides:
 * one that pushes what the job's own pushes shows that somebody left out moves on purpose and
 * cleanly, as hosts do it; anything else is looked at as usual. Mutates the state.
 */
export function stepSkipped(job: Job, state: AlignState, item: StreamItem): Skipped {
  if (CANCELS.test(item.text) && !fits(job, state.at, item)) return cancelled(job, state, item);
  if (state.skipping && state.pending.length === 0) return goOn(job, state, item);
  const { gone } = state;
  if (gone === null) return begin(job, state, item);
  if (prints(item)) return decide(job, state, item);
  const place = seek(job, gone.at, item);
  const strange = place < 0 && !isSet(item) && !isTravel(item);
  // The job goes on where it stood, or ends: nothing that prints was left out.
  const usual = (item.hasXY && fits(job, state.at, item)) || place === job.count - 1;
  if (strange || usual || gone.items.length >= WITHHELD_MAX) return giveBack(state);
  if (place >= 0) Object.assign(gone, { at: place + 1, kept: gone.kept + 1 });
  gone.set ||= isSet(item) && place < 0;
  gone.items.push(item);
  return { took: true, told: [] };
}

/** A person has told the firmware to leave an object out: the job's lines go on as before. */
function cancelled(job: Job, state: AlignState, item: StreamItem): Skipped {
  const told = mismatch(job, "dropped", state.at, { gotText: short(item.body), detail: "skipped" });
  return { took: true, told: [told] };
}

/** What has waited in vain for a printing move; it has to be looked at as any other. */
export function giveBack(state: AlignState): { took: false; waited: StreamItem[] } {
  const waited = state.gone?.items ?? [];
  state.gone = null;
  return { took: false, waited };
}

/** Whether what has waited is overdue: travels between objects take their time. */
export function isOverdue({ gone }: AlignState, eventTimeS: number): boolean {
  const first = gone?.items[0];
  return first !== undefined && eventTimeS - first.eventTimeS >= WITHHELD_S;
}

function begin(job: Job, state: AlignState, item: StreamItem): Skipped {
  const { at, pending } = state;
  const telling = isSet(item) || isTravel(item) && item.hasXY || classOf(item.hi) === "settings";
  const strange = pending.some((each) => each.told || prints(each) || itemKind(each) !== null);
  if (!telling || strange || fits(job, at, item)) return NO;
  const place = seek(job, at, item);
  const left = place < job.count - 1 && hasPrinting(job, at, place);
  if (isSet(item) ? isJobs(job, at, item) : !left) return NO;
  const sets = isSet(item);
  state.gone = {
    items: [...pending, item],
    at: sets ? at : place + 1,
    kept: sets ? 0 : 1,
    set: sets,
  };
  state.pending = [];
  return { took: true, told: [] };
}

/** A printing move shows what those before it were. */
function decide(job: Job, state: AlignState, item: StreamItem): Skipped {
  const { gone, at } = state;
  const place = gone!.set || state.machine.relativeE ? seekPrinting(job, at, item) : -1;
  if (place < 0 || printingMoves(job, at, place) <= (gone!.set ? 0 : LOST_MAX)) {
    return giveBack(state);
  }
  const { kept } = gone!;
  state.gone = null;
  state.skipping = true;
  return { took: true, told: leave(job, state, place, true, kept) };
}

/** More of the object is left out. */
function goOn(job: Job, state: AlignState, item: StreamItem): Skipped {
  if (isSet(item) && !fits(job, state.at, item)) return { took: true, told: [] };
  const printing = prints(item);
  const place = printing ? seekPrinting(job, state.sure, item) : seek(job, state.at, item);
  if (place >= 0) return { took: true, told: leave(job, state, place, printing) };
  // A host goes its own ways between objects.
  return isTravel(item) ? { took: true, told: [] } : NO;
}

/** The stream stands behind `place`; says what was left out before it. */
function leave(
  job: Job,
  state: AlignState,
  place: number,
  printing: boolean,
  kept = 0,
): Mismatch[] {
  const from = state.at, count = place - from - kept;
  const told = count > 0 && hasPrinting(job, from, place)
    ? [mismatch(job, "dropped", from, { count, detail: "skipped" })]
    : [];
  state.block = null;
  advance(state, place + 1);
  if (state.at === job.count) state.phase = "after";
  if (printing) state.sure = place + 1;
  return told;
}

/** Where the job has this command next; −1 where it doesn't soon. */
function seek(job: Job, from: number, item: StreamItem): number {
  const end = Math.min(job.count, from + LEFT_OUT_MAX);
  for (let at = from; at < end; at++) if (fits(job, at, item)) return at;
  return -1;
}

/** The same for a move that prints, which has to push what the job's own pushes. */
function seekPrinting(job: Job, from: number, item: StreamItem): number {
  const end = Math.min(job.count, from + LEFT_OUT_MAX);
  for (let at = from; at < end; at++) {
    if (fits(job, at, item) && pushesSame(item, job.lo[at]!)) return at;
  }
  return -1;
}

/** However E is written: after a lost line it reads the same and pushes more. */
function pushesSame({ lo, less, more }: StreamItem, known: number): boolean {
  const pushed = known >>> 21;
  return pushed === lo >>> 21 || pushed === less || pushed === more;
}

/** Whether the job prints between two places. */
function hasPrinting(job: Job, from: number, to: number): boolean {
  return printingMoves(job, from, to) > 0;
}

function printingMoves(job: Job, from: number, to: number): number {
  const plain = plainBits(job.key);
  let count = 0;
  for (let at = from; at < to; at++) {
    if (isPrintingMove(plain, job.hi[at]!, job.lo[at]!)) count++;
  }
  return count;
}

/** Whether the job sets the extruder's position itself: here, or to the same very soon. */
function isJobs(job: Job, from: number, item: StreamItem): boolean {
  const place = seek(job, from, item);
  return classOf(job.hi[from] ?? 0) === "position" || (place >= 0 && place - from < SOON);
}

function prints({ extrudes, hasXY }: StreamItem): boolean {
  return extrudes && hasXY;
}

/** A move that prints nothing: through the air, or of the filament alone. */
function isTravel(item: StreamItem): boolean {
  const pushes = item.hasXY && / E/.test(item.text);
  return isMove(item.hi) && !pushes && itemKind(item) === null;
}

function isSet(item: StreamItem): boolean {
  return SETS_E.test(item.text);
}

function fits(job: Job, at: number, item: StreamItem): boolean {
  return at < job.count && sameCommand(item, job.hi[at]!, job.lo[at]!);
}
