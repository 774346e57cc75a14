import { type Random, seeded } from "../fabricate/seeded.ts";

/** Random moments reach so far, in times of what a start took. */
const AFTER_STARTS = 1.5;
/** One cut of so many comes with a deviation in the outbox, and the next before the broker is back. */
const AWAY_EACH = 7;
/** One cut of so many is aimed at an update, and it is this one of them; never without a broker. */
const UPDATE_EACH = 6, UPDATE_AT = 4;
/** After what it waits for, power is cut at random within this time, s. */
const FOUND_S = 20, UNPACKING_S = 15, TRIAL_S = 60;

/** What has to be seen before power is cut. */
export type Awaited = "finding" | "unpacking" | "trial";

/** A cut to come. */
export interface PlannedCut {
  /** Null: nothing but the time. */
  awaits: Awaited | null;
  /** That much after it, or after power, s. */
  afterS: number;
}

/**
 * The cuts of one proof, the same for the same seed: those at random moments are spread over a start
 * and what comes after it evenly, in random order; others wait for a finding while the broker is
 * away, or for a step of an update.
 *
 * @param startS what a start takes, s
 */
export function planCuts(
  cuts: number,
  wish: { startS: number; updates: boolean; seed: number },
): PlannedCut[] {
  const random = seeded(wish.seed);
  const awaited = Array.from({ length: cuts }, (_, index) => awaitedAt(index, wish.updates));
  const free = awaited.filter((each) => each === null).length;
  const moments = spread(free, AFTER_STARTS * wish.startS, random);
  return awaited.map((awaits) => ({
    awaits,
    afterS: awaits === null ? moments.pop()! : random() * longestS(awaits),
  }));
}

function awaitedAt(index: number, updates: boolean): Awaited | null {
  if (index % AWAY_EACH === 0) return "finding";
  const [round, within] = [Math.floor(index / UPDATE_EACH), index % UPDATE_EACH];
  const follows = index % AWAY_EACH === 1;
  if (!updates || within !== UPDATE_AT || follows) return null;
  return round % 3 === 1 ? "unpacking" : "trial";
}

function longestS(awaits: Awaited): number {
  return { finding: FOUND_S, unpacking: UNPACKING_S, trial: TRIAL_S }[awaits];
}

/** Moments up to the longest, one at random within each of as many equal parts, in random order, s. */
function spread(count: number, longestS: number, random: Random): number[] {
  const each = Array.from({ length: count }, (_, part) => (part + random()) / count * longestS);
  return each.map((atS) => ({ atS, order: random() }))
    .sort((a, b) => a.order - b.order).map(({ atS }) => atS);
}
