import { classOf, compareMoves, isMove, sameCommand } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import {
  alteredMismatch,
  describe,
  itemKind,
  type Mismatch,
  mismatch,
  type MismatchDetail,
  settingKind,
  short,
  type StreamItem,
} from "./mismatch.ts";

/** Costs of the cheapest explanation: unrelated moves are rather altered than exchanged. */
const ALTERED_NEAR = 0.5, ALTERED_FAR = 1.1, SETTING_ALTERED = 0.8, INSERTED = 0.7, DROPPED = 0.7;

type Act = "same" | "altered" | "inserted" | "dropped";
interface Deed {
  act: Act;
  /** Index in the items, for all but dropped; index in the job, for all but inserted. */
  item: number;
  position: number;
}

/**
 * Explains the commands `items` where the job has `from` (inclusive) to `to` (exclusive): the
 * cheapest set of altered, inserted and dropped commands, reported by kind. With `freeLead`,
 * commands before the first that belongs to the job cost nothing: a host's start script.
 */
export function explain(
  job: Job,
  items: readonly StreamItem[],
  from: number,
  to: number,
  freeLead: boolean,
  detail: MismatchDetail | null,
): Mismatch[] {
  return report(job, items, deeds(job, items, from, to, freeLead), from, detail);
}

/** Needleman and Wunsch's alignment; both sides are bounded by the caller. */
function deeds(
  job: Job,
  items: readonly StreamItem[],
  from: number,
  to: number,
  freeLead: boolean,
): Deed[] {
  const rows = items.length + 1, columns = to - from + 1;
  const cost = new Float64Array(rows * columns);
  for (let column = 1; column < columns; column++) cost[column] = column * DROPPED;
  for (let row = 1; row < rows; row++) {
    cost[row * columns] = freeLead ? 0 : row * INSERTED;
    for (let column = 1; column < columns; column++) {
      const at = row * columns + column;
      const pair = pairCost(job, items[row - 1]!, from + column - 1);
      cost[at] = Math.min(
        cost[at - columns - 1]! + pair,
        cost[at - columns]! + INSERTED,
        cost[at - 1]! + DROPPED,
      );
    }
  }
  return traceBack(job, items, from, cost, columns, freeLead);
}

function traceBack(
  job: Job,
  items: readonly StreamItem[],
  from: number,
  cost: Float64Array,
  columns: number,
  freeLead: boolean,
): Deed[] {
  const found: Deed[] = [];
  let row = items.length, column = columns - 1;
  while (row > 0 || column > 0) {
    if (column === 0 && freeLead) break;
    const at = row * columns + column;
    const item = row - 1, position = from + column - 1;
    const here = cost[at]!;
    const pair = row > 0 && column > 0 ? pairCost(job, items[item]!, position) : Infinity;
    if (row > 0 && column > 0 && near(here, cost[at - columns - 1]! + pair)) {
      found.push({ act: pair === 0 ? "same" : "altered", item, position });
      row--;
      column--;
    } else if (row > 0 && (column === 0 || near(here, cost[at - columns]! + INSERTED))) {
      found.push({ act: "inserted", item, position: from + column });
      row--;
    } else {
      found.push({ act: "dropped", item: -1, position });
      column--;
    }
  }
  return found.reverse();
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

function pairCost(job: Job, item: StreamItem, position: number): number {
  const hi = job.hi[position]!, lo = job.lo[position]!;
  if (sameCommand(item, hi, lo)) return 0;
  if (classOf(item.hi) !== classOf(hi)) return Infinity;
  if (!isMove(hi)) return SETTING_ALTERED;
  return isNear(job, item, position) ? ALTERED_NEAR : ALTERED_FAR;
}

/** Whether a move has its path, or what it pushes, in common with the job's move. */
export function isNear(job: Job, item: StreamItem, position: number): boolean {
  const hi = job.hi[position]!;
  if (classOf(hi) !== classOf(item.hi) || !isMove(hi)) return false;
  const difference = compareMoves(item, hi, job.lo[position]!);
  // Two moves without a path have that in common with too many others.
  if (!difference.path) return item.hasPath || !difference.filament || !difference.feedrate;
  return item.extrudes && item.hasXY && !difference.filament;
}

function report(
  job: Job,
  items: readonly StreamItem[],
  found: readonly Deed[],
  from: number,
  detail: MismatchDetail | null,
): Mismatch[] {
  const told: Mismatch[] = [];
  const inserted = found.filter((deed) => deed.act === "inserted").map((deed) => items[deed.item]!);
  const dropped = found.filter((deed) => deed.act === "dropped").map((deed) => deed.position);
  const moved = takeMoved(job, inserted, dropped);
  if (moved.length > 0) {
    const { body } = moved[0]!;
    told.push(mismatch(job, "order", from, { gotText: short(body), count: moved.length }));
  }
  for (const deed of found) {
    const item = items[deed.item];
    if (deed.act === "altered" && item && !item.told) {
      told.push(alteredMismatch(job, item, deed.position));
    }
  }
  told.push(...insertedMismatches(job, inserted, from, detail));
  told.push(...droppedMismatches(job, dropped));
  return told;
}

/** Takes what is both inserted and dropped out of the two lists: it stands in another order. */
function takeMoved(job: Job, inserted: StreamItem[], dropped: number[]): StreamItem[] {
  const moved: StreamItem[] = [];
  for (let at = inserted.length - 1; at >= 0; at--) {
    const item = inserted[at]!;
    const where = dropped.findIndex((position) =>
      sameCommand(item, job.hi[position]!, job.lo[position]!)
    );
    if (where < 0) continue;
    dropped.splice(where, 1);
    inserted.splice(at, 1);
    moved.unshift(item);
  }
  return moved;
}

/** Commands that set something are told one by one, the others as one group. */
export function insertedMismatches(
  job: Job,
  inserted: readonly StreamItem[],
  position: number,
  detail: MismatchDetail | null,
): Mismatch[] {
  const told: Mismatch[] = [];
  const others: StreamItem[] = [];
  for (const item of inserted) {
    const kind = itemKind(item);
    if (kind === null) others.push(item);
    else if (!item.told) told.push(mismatch(job, kind, position, { gotText: short(item.body) }));
  }
  // A pause is worth telling once it is known to be one.
  const first = others.find((item) => !item.told) ?? (detail === "pause-like" ? others[0] : null);
  if (first) {
    const gotText = short(first.body);
    const kind = isFeedrateOnly(first) && others.length === 1 ? "speed" : "inserted";
    // Time-lapses wait for the motion's end (M400) before they take a picture.
    const waits = others.every((item) => item.text === "M400");
    const given = { gotText, count: others.length, detail: waits ? "pause-like" as const : detail };
    told.push(mismatch(job, kind, position, given));
  }
  return told;
}

function isFeedrateOnly(item: StreamItem): boolean {
  return isMove(item.hi) && !item.hasPath && /^G[01] F[\d.]+$/.test(item.text);
}

function droppedMismatches(job: Job, dropped: readonly number[]): Mismatch[] {
  const told: Mismatch[] = [];
  const others: number[] = [];
  for (const position of dropped) {
    const kind = settingKind(job.hi[position]!);
    if (kind === null) others.push(position);
    else told.push(mismatch(job, kind, position, { expectedText: describe(job, position) }));
  }
  const first = others[0];
  if (first !== undefined) {
    const expectedText = describe(job, first);
    told.push(mismatch(job, "dropped", first, { expectedText, count: others.length }));
  }
  return told;
}
