import type { MotionParameters } from "../parameters.ts";
import { beginBlock, type Block, emptyBlock, progressMm } from "./block.ts";
import { junctionSqr, startSqr } from "./junction.ts";

/** The speed that a queue's last move ends with, squared: Marlin's minimum planner speed. */
const LAST_EXIT_SQR = 0.05 * 0.05;
/** A lone first move waits so long for followers, s. */
const FIRST_MOVE_DELAY_S = 0.1;

/** The queue of moves between "accepted" and "moved". */
export interface Planner {
  blocks: Block[];
  tail: number;
  /** The queue takes no more once it holds so much time, s. */
  limitS: number;
  queuedS: number;
  count: number;
  /** The block at the tail is moving. */
  running: boolean;
  /** A queue that was empty starts at this time, unless three moves are there before. */
  startAtS: number;
  /** Where the last move in the queue ends, mm. */
  x: number;
  y: number;
  z: number;
  e: number;
  /** Filament pushed by moves that are finished, mm, retractions included. */
  extrudedMm: number;
  /** Way that finished moves have stepped along X, Y and Z, mm. */
  steppedMm: [number, number, number];
  finishedMoves: number;
}

export function initPlanner(bufferMoves: number, limitS = Infinity): Planner {
  return {
    blocks: Array.from({ length: bufferMoves }, emptyBlock),
    tail: 0,
    limitS,
    queuedS: 0,
    count: 0,
    running: false,
    startAtS: Infinity,
    x: 0,
    y: 0,
    z: 0,
    e: 0,
    extrudedMm: 0,
    steppedMm: [0, 0, 0],
    finishedMoves: 0,
  };
}

/** One place of the ring always stays free, as in Marlin. */
export function hasRoom(planner: Planner): boolean {
  return planner.count < planner.blocks.length - 1 && planner.queuedS < planner.limitS;
}

export function isIdle(planner: Planner): boolean {
  return planner.count === 0;
}

function blockAt(planner: Planner, i: number): Block {
  return planner.blocks[(planner.tail + i) % planner.blocks.length]!;
}

/** When the planner next changes by itself, s. */
export function plannerDueS(planner: Planner): number {
  if (planner.running) return blockAt(planner, 0).endS;
  return planner.count === 0 ? Infinity : planner.startAtS;
}

/** Finishes or begins the move that is due at `nowS`. */
export function advancePlanner(planner: Planner, nowS: number): void {
  if (planner.running) {
    const done = blockAt(planner, 0);
    if (done.endS > nowS) return;
    addSteps(planner, done, done.lengthMm);
    planner.finishedMoves++;
    planner.queuedS -= done.estimateS;
    planner.tail = (planner.tail + 1) % planner.blocks.length;
    planner.count--;
    planner.running = false;
    if (planner.count > 0) begin(planner, done.endS);
    return;
  }
  if (planner.count > 0 && planner.startAtS <= nowS) begin(planner, planner.startAtS);
}

function begin(planner: Planner, atS: number): void {
  const exitSqr = planner.count > 1 ? blockAt(planner, 1).entrySqr : LAST_EXIT_SQR;
  beginBlock(blockAt(planner, 0), exitSqr, atS);
  planner.running = true;
  planner.startAtS = Infinity;
}

function addSteps(planner: Planner, b: Block, mm: number): void {
  planner.extrudedMm += b.ue * mm;
  planner.steppedMm[0] += b.ux * mm;
  planner.steppedMm[1] += b.uy * mm;
  planner.steppedMm[2] += b.uz * mm;
}

/** Throws all moves away, as a quick stop does; the position is where the head stands. */
export function quickStop(planner: Planner, nowS: number): void {
  if (planner.count > 0) {
    const b = blockAt(planner, 0);
    const mm = planner.running ? progressMm(b, nowS) : 0;
    planner.x = b.fromX + b.ux * mm;
    planner.y = b.fromY + b.uy * mm;
    planner.z = b.fromZ + b.uz * mm;
    planner.e = b.fromE + b.ue * mm;
    addSteps(planner, b, mm);
  }
  planner.count = 0;
  planner.queuedS = 0;
  planner.running = false;
  planner.startAtS = Infinity;
}

/** Filament pushed until `atS`, mm: the finished moves and a part of the running one. */
export function extrudedMm(planner: Planner, atS: number): number {
  if (!planner.running) return planner.extrudedMm;
  const b = blockAt(planner, 0);
  return b.ue === 0 ? planner.extrudedMm : planner.extrudedMm + b.ue * progressMm(b, atS);
}

/** Way really stepped along X, Y and Z until `atS`, mm, whatever the position is believed to be. */
export function steppedMm(planner: Planner, atS: number): [number, number, number] {
  const [x, y, z] = planner.steppedMm;
  if (!planner.running) return [x, y, z];
  const b = blockAt(planner, 0), mm = progressMm(b, atS);
  return [x + b.ux * mm, y + b.uy * mm, z + b.uz * mm];
}

/** Where the head stands at `atS`, mm. */
export function headAt(planner: Planner, atS: number): [number, number, number, number] {
  if (planner.count === 0) return [planner.x, planner.y, planner.z, planner.e];
  const b = blockAt(planner, 0);
  const mm = planner.running ? progressMm(b, atS) : 0;
  return [b.fromX + b.ux * mm, b.fromY + b.uy * mm, b.fromZ + b.uz * mm, b.fromE + b.ue * mm];
}

/**
 * Queues a straight move to an absolute position in mm at a feedrate in mm/s. There must be room.
 * Nothing is queued for a move of no length. `extrude` scales the filament (flow, and sabotage),
 * `stretch` the way along X and Y.
 */
export function planMove(
  planner: Planner,
  p: MotionParameters,
  to: readonly [number, number, number, number],
  feedrateMmPerS: number,
  extrude: number,
  nowS: number,
  stretch = 1,
): boolean {
  const dx = (to[0] - planner.x) * stretch;
  const dy = (to[1] - planner.y) * stretch;
  const dz = to[2] - planner.z;
  const de = (to[3] - planner.e) * extrude;
  const pathMm = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const lengthMm = pathMm > 0.0005 ? pathMm : Math.abs(de);
  if (lengthMm < 0.0005) {
    planner.e = to[3];
    return false;
  }
  const b = blockAt(planner, planner.count);
  b.lengthMm = lengthMm;
  b.ux = dx / lengthMm;
  b.uy = dy / lengthMm;
  b.uz = dz / lengthMm;
  b.ue = de / lengthMm;
  b.fromX = planner.x;
  b.fromY = planner.y;
  b.fromZ = planner.z;
  b.fromE = planner.e;
  limitBlock(b, p, pathMm, feedrateMmPerS, planner.count);
  const previous = planner.count > 0 ? blockAt(planner, planner.count - 1) : null;
  const fromRest = startSqr(b, p);
  b.maxEntrySqr = previous ? Math.max(fromRest * 0.01, junctionSqr(previous, b, p)) : fromRest;
  b.entrySqr = Math.min(fromRest, b.maxEntrySqr);
  b.estimateS = b.lengthMm / b.nominalMmPerS;
  planner.queuedS = planner.count === 0 ? b.estimateS : planner.queuedS + b.estimateS;
  if (planner.count === 0) planner.startAtS = nowS + FIRST_MOVE_DELAY_S;
  planner.count++;
  if (!planner.running && planner.count >= 3) planner.startAtS = Math.min(planner.startAtS, nowS);
  planner.x = to[0];
  planner.y = to[1];
  planner.z = to[2];
  planner.e = to[3];
  lookAhead(planner);
  return true;
}

/** Speed and acceleration within each axis's limits; short queues are slowed as Marlin does. */
function limitBlock(
  b: Block,
  p: MotionParameters,
  pathMm: number,
  feedrateMmPerS: number,
  queued: number,
): void {
  const extruding = b.ue !== 0;
  let accel = pathMm <= 0.0005
    ? p.retractAccelMmPerS2
    : extruding
    ? p.printAccelMmPerS2
    : p.travelAccelMmPerS2;
  let speed = feedrateMmPerS;
  const half = p.bufferMoves / 2;
  if (queued >= 2 && queued <= half && p.minSegmentS > 0) {
    const seconds = b.lengthMm / speed;
    if (seconds < p.minSegmentS) {
      speed = b.lengthMm / (seconds + 2 * (p.minSegmentS - seconds) / queued);
    }
  }
  const ux = Math.abs(b.ux);
  const uy = Math.abs(b.uy);
  const uz = Math.abs(b.uz);
  const ue = Math.abs(b.ue);
  const v = p.maxFeedrateMmPerS;
  const a = p.maxAccelMmPerS2;
  if (ux * speed > v[0]) speed = v[0] / ux;
  if (uy * speed > v[1]) speed = v[1] / uy;
  if (uz * speed > v[2]) speed = v[2] / uz;
  if (ue * speed > v[3]) speed = v[3] / ue;
  if (ux * accel > a[0]) accel = a[0] / ux;
  if (uy * accel > a[1]) accel = a[1] / uy;
  if (uz * accel > a[2]) accel = a[2] / uz;
  if (ue * accel > a[3]) accel = a[3] / ue;
  b.nominalMmPerS = Math.max(0.05, speed);
  b.accel = accel;
}

/** Looks back and forth over the queue; a running move and the entry of its follower are fixed. */
function lookAhead(planner: Planner): void {
  const first = planner.running ? 1 : 0;
  let nextEntrySqr = LAST_EXIT_SQR;
  for (let i = planner.count - 1; i > first; i--) {
    const b = blockAt(planner, i);
    const entrySqr = Math.min(b.maxEntrySqr, nextEntrySqr + 2 * b.accel * b.lengthMm);
    if (entrySqr === b.entrySqr && i < planner.count - 1) break;
    b.entrySqr = entrySqr;
    nextEntrySqr = entrySqr;
  }
  for (let i = first; i < planner.count - 1; i++) {
    const b = blockAt(planner, i);
    const next = blockAt(planner, i + 1);
    const reachSqr = b.entrySqr + 2 * b.accel * b.lengthMm;
    if (next.entrySqr > reachSqr) next.entrySqr = reachSqr;
  }
}
