import type { Ok } from "../../gcode/response.ts";
import type { Planned } from "./planner.ts";

/** How the printer's acknowledgements depend on its motion. */
export interface ClockOptions {
  /**
   * Moves that the planner's buffer holds: an `ok` that had to wait for a place tells when the move
   * so many places back has ended. `null` (default) learns it; Marlin's default is 15 of 16.
   */
  bufferMoves?: number | null;
  /** Seconds of motion that the firmware takes in before it lets the host wait (Klipper: 1–2). */
  bufferS?: number | null;
}

/** A reading of the printer's motion against its plan. */
export interface PacingSample {
  eventTimeS: number;
  /** Motion planned so far, s. */
  plannedS: number;
  /** How much later than planned the printer is, added up since the first reading, s. */
  latenessS: number;
  /** Time taken over time planned during the last half minute; `null` before there is enough. */
  rate: number | null;
}

interface WaitingLine {
  lineNumber: number | null;
  /** The last move that the line has made, or −1. */
  lastMove: number;
  drains: boolean;
  sentS: number;
  rejected: boolean;
}

/** When moves run on the observations' clock; plain values, owned by the caller. */
export interface MoveClock {
  readonly bufferS: number | null;
  bufferMoves: number | null;
  /** Votes for the buffer's depth while it is learned, by depth. */
  votes: Record<string, number>;
  waiting: WaitingLine[];
  /** Lines whose moves aren't all scheduled yet: the last move of each, and when it was sent, s. */
  arrivals: number[];
  arrivalsS: number[];
  /**
   * Ends of the latest moves, s, as they were when scheduled; which move the first of them belongs
   * to (none is left out); and how many corrections had been made by then.
   */
  endsS: number[];
  firstEnd: number;
  endsCorrected: number[];
  /** By how much the schedule was moved each time, s, and how many older ones are forgotten. */
  correctionsS: number[];
  forgotten: number;
  /** Ends that were seen before they could be planned. */
  checks: { move: number; eventTimeS: number }[];
  /** When everything scheduled will have ended. */
  freeS: number;
  lastOkS: number;
  plannedS: number;
  latenessS: number;
  /** Whether the schedule has been set by a reading since motion last ended. */
  anchored: boolean;
  /** Readings of the last half minute from `readingsFrom` on: motion planned and lateness, s. */
  readingsS: number[];
  readingsLateS: number[];
  readingsFrom: number;
}

/** An `ok` that took longer than this had to wait for motion, s. */
const WAITED_S = 0.03;
const WAITING_MAX = 128;
const ENDS_MAX = 256;
const ENDS_SPARE = 64;
const RATE_WINDOW_S = 30;
const RATE_LEAST_S = 8;
const READINGS_SPARE = 512;
const VOTES_NEEDED = 8;
const DEPTH_MAX = 128;

export function initMoveClock(options: ClockOptions = {}): MoveClock {
  return {
    bufferS: options.bufferS ?? null,
    bufferMoves: options.bufferMoves ?? null,
    votes: {},
    waiting: [],
    arrivals: [],
    arrivalsS: [],
    endsS: [],
    firstEnd: 0,
    endsCorrected: [],
    correctionsS: [],
    forgotten: 0,
    checks: [],
    freeS: 0,
    lastOkS: 0,
    plannedS: 0,
    latenessS: 0,
    anchored: false,
    readingsS: [],
    readingsLateS: [],
    readingsFrom: 0,
  };
}

/** Notes a line on its way; `lastMove` is what `stepEffects` gave, −1 for none. */
export function lineSent(
  clock: MoveClock,
  line: { lineNumber: number | null; lastMove: number; drains: boolean },
  eventTimeS: number,
): void {
  const again = line.lineNumber === null
    ? undefined
    : clock.waiting.find((each) => each.lineNumber === line.lineNumber);
  if (again) {
    again.sentS = eventTimeS;
    return;
  }
  const { lineNumber, lastMove, drains } = line;
  clock.waiting.push({ lineNumber, lastMove, drains, sentS: eventTimeS, rejected: false });
  if (clock.waiting.length > WAITING_MAX) clock.waiting.shift();
  if (lastMove < 0) return;
  clock.arrivals.push(lastMove);
  clock.arrivalsS.push(eventTimeS);
}

/** Notes that the printer asked for lines again: the acknowledgement to come says nothing. */
export function lineRejected(clock: MoveClock): void {
  const line = clock.waiting[0];
  if (line) line.rejected = true;
}

/** Takes an acknowledgement; gives a reading where it tells when a move has ended. */
export function lineAcknowledged(
  clock: MoveClock,
  ok: Ok,
  eventTimeS: number,
): PacingSample | null {
  const line = clock.waiting.shift();
  const sinceS = Math.max(line?.sentS ?? eventTimeS, clock.lastOkS);
  clock.lastOkS = eventTimeS;
  // An idle planner tells the buffer's size itself.
  if (ok.plannerFree !== null && ok.plannerFree > (clock.bufferMoves ?? 0)) {
    clock.bufferMoves = ok.plannerFree;
  }
  if (!line || line.rejected) return null;
  if (line.drains) {
    restAt(clock, eventTimeS);
    return null;
  }
  if (line.lastMove < 0 || eventTimeS - sinceS < WAITED_S) return null;
  return waitedFor(clock, line.lastMove, eventTimeS);
}

/** All motion has ended: the schedule starts anew. */
function restAt(clock: MoveClock, eventTimeS: number): void {
  clock.freeS = Math.min(clock.freeS, eventTimeS);
  clock.anchored = false;
  clock.checks = [];
}

function waitedFor(clock: MoveClock, move: number, eventTimeS: number): PacingSample | null {
  if (clock.bufferS === null && clock.bufferMoves === null) {
    clock.checks.push({ move, eventTimeS });
    return null;
  }
  const ended = clock.bufferS === null ? move - clock.bufferMoves! : move;
  if (ended < 0) return null;
  clock.checks.push({ move: ended, eventTimeS: eventTimeS + (clock.bufferS ?? 0) });
  if (clock.checks.length > ENDS_MAX) clock.checks.shift();
  return read(clock);
}

/**
 * Gives settled moves their times on the observations' clock: each starts when the one before has
 * ended and it has arrived. Gives a reading where one was waiting for this.
 */
export function scheduleMoves(clock: MoveClock, planned: Planned): PacingSample | null {
  const { arrivals, arrivalsS, endsS } = clock;
  const corrected = clock.forgotten + clock.correctionsS.length;
  let passed = 0;
  for (let at = 0; at < planned.count; at++) {
    const move = planned.moves[at]!;
    while (passed < arrivals.length - 1 && arrivals[passed]! < move.index) passed++;
    const arrivedS = passed < arrivals.length ? arrivalsS[passed]! : clock.freeS;
    move.startEventS = Math.max(clock.freeS, arrivedS);
    move.endEventS = move.startEventS + move.durationS;
    clock.freeS = move.endEventS;
    clock.plannedS += move.durationS;
    if (endsS.length === 0) clock.firstEnd = move.index;
    endsS.push(move.endEventS);
    clock.endsCorrected.push(corrected);
  }
  if (passed > 0) {
    arrivals.splice(0, passed);
    arrivalsS.splice(0, passed);
  }
  // Many at a time: taking one from the front moves all the others.
  if (endsS.length > ENDS_MAX + ENDS_SPARE) forgetEnds(clock, endsS.length - ENDS_MAX);
  return clock.bufferMoves === null && clock.bufferS === null ? learn(clock) : read(clock);
}

function forgetEnds(clock: MoveClock, count: number): void {
  clock.endsS.splice(0, count);
  clock.endsCorrected.splice(0, count);
  clock.firstEnd += count;
  const old = clock.endsCorrected[0]! - clock.forgotten;
  clock.correctionsS.splice(0, old);
  clock.forgotten += old;
}

/** Compares ends that were seen with those that were planned, as far as they are. */
function read(clock: MoveClock): PacingSample | null {
  let sample: PacingSample | null = null;
  if (clock.checks.length === 0) return null;
  const latest = clock.endsS.length === 0 ? -1 : clock.firstEnd + clock.endsS.length - 1;
  while (clock.checks.length > 0 && clock.checks[0]!.move <= latest) {
    const check = clock.checks.shift()!;
    const end = endOf(clock, check.move);
    if (end !== null) sample = correct(clock, check.eventTimeS - end, check.eventTimeS);
  }
  return sample;
}

function endOf(clock: MoveClock, move: number): number | null {
  const at = move - clock.firstEnd;
  if (at < 0 || at >= clock.endsS.length) return null;
  // Few ends are ever asked for: each is corrected when it is.
  const { correctionsS, forgotten } = clock;
  let endS = clock.endsS[at]!;
  for (let i = clock.endsCorrected[at]! - forgotten; i < correctionsS.length; i++) {
    endS += correctionsS[i]!;
  }
  return endS;
}

/** Moves the schedule to what was seen; the first reading only sets it. */
function correct(clock: MoveClock, lateS: number, eventTimeS: number): PacingSample {
  clock.freeS += lateS;
  if (clock.endsS.length > 0) clock.correctionsS.push(lateS);
  if (clock.anchored) clock.latenessS += lateS;
  clock.anchored = true;
  const { plannedS, latenessS } = clock;
  return { eventTimeS, plannedS, latenessS, rate: rateOf(clock) };
}

function rateOf(clock: MoveClock): number | null {
  const { readingsS, readingsLateS, plannedS, latenessS } = clock;
  readingsS.push(plannedS);
  readingsLateS.push(latenessS);
  let from = clock.readingsFrom;
  // One reading older than the window is kept as its beginning.
  while (readingsS.length - from > 2 && plannedS - readingsS[from + 1]! > RATE_WINDOW_S) from++;
  const spanS = plannedS - readingsS[from]!;
  const rate = spanS >= RATE_LEAST_S ? 1 + (latenessS - readingsLateS[from]!) / spanS : null;
  // Many at a time: taking one from the front moves all the others.
  const old = from > READINGS_SPARE ? from : 0;
  if (old > 0) {
    readingsS.splice(0, old);
    readingsLateS.splice(0, old);
  }
  clock.readingsFrom = from - old;
  return rate;
}

/** Learns the buffer's depth: which move ended just when an acknowledgement came at last. */
function learn(clock: MoveClock): null {
  while (clock.checks.length > 0 && clock.freeS > clock.checks[0]!.eventTimeS + 0.5) {
    const { move, eventTimeS } = clock.checks.shift()!;
    let nearest = -1, distance = 0.5;
    // Nothing is corrected before the depth is known.
    for (let at = 0; at < clock.endsS.length; at++) {
      const apartS = Math.abs(clock.endsS[at]! - eventTimeS);
      if (apartS >= distance) continue;
      nearest = clock.firstEnd + at;
      distance = apartS;
    }
    const depth = move - nearest;
    if (nearest < 0 || depth < 1 || depth > DEPTH_MAX) continue;
    const votes = (clock.votes[depth] ?? 0) + 1;
    clock.votes[depth] = votes;
    if (votes >= VOTES_NEEDED) settleDepth(clock);
  }
  if (clock.checks.length > ENDS_MAX) clock.checks.shift();
  return null;
}

function settleDepth(clock: MoveClock): void {
  const [depth] = Object.entries(clock.votes).sort(([, a], [, b]) => b - a)[0]!;
  clock.bufferMoves = Number(depth);
  clock.checks = [];
}
