import { type Random, seeded } from "../fabricate.ts";

/** Everything that may be killed. */
export const VICTIMS = ["agent", "tap", "aggregator", "broker"] as const;
export type Victim = (typeof VICTIMS)[number];

/** One act of the killer: wait, kill, stay down. */
export interface Blow {
  waitMs: number;
  victims: Victim[];
  downMs: number;
}

/** How often each is hit, of a hundred: an aggregator needs longest to stand up again. */
const SHARES: readonly [Victim, number][] = [
  ["agent", 40],
  ["broker", 30],
  ["tap", 15],
  ["aggregator", 15],
];
/** So often a second one is killed in the same moment. */
const DOUBLE_SHARE = 0.2;
const WAIT_MS = { least: 100, most: 2600 };
const DOWN_MS_MOST = 900;

function drawVictim(random: Random): Victim {
  let left = random() * 100;
  for (const [victim, share] of SHARES) {
    left -= share;
    if (left < 0) return victim;
  }
  return "agent";
}

/**
 * Blows without end, the same for the same seed. They don't wait until a victim stands again, so
 * that starts are hit too.
 *
 * @param spared who isn't hit
 * @param calm so many times as long it waits between two blows
 */
export function* blows(
  seed: number,
  spared: readonly Victim[] = [],
  calm = 1,
): Generator<Blow> {
  const random = seeded(seed);
  const hits = ({ victims }: Blow) => !victims.some((one) => spared.includes(one));
  for (const one of allBlows(random)) if (hits(one)) yield { ...one, waitMs: one.waitMs * calm };
}

function* allBlows(random: Random): Generator<Blow> {
  // Each once at first, so that even the shortest run kills every kind.
  for (const first of VICTIMS) yield blow(random, [first]);
  for (;;) {
    const victims = [drawVictim(random)];
    const second = drawVictim(random);
    if (random() < DOUBLE_SHARE && second !== victims[0]) victims.push(second);
    yield blow(random, victims);
  }
}

function blow(random: Random, victims: Victim[]): Blow {
  const { least, most } = WAIT_MS;
  // Most waits are short, some long enough for everything to stand.
  const waitMs = Math.round(least + (most - least) * random() ** 2);
  return { waitMs, victims, downMs: Math.round(DOWN_MS_MOST * random() ** 2) };
}
