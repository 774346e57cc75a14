/** Values that a job repeats, and how many in a row it never had; plain JSON, bounded. */
export interface UsualValues {
  counts: Record<string, number>;
  total: number;
  run: string[];
}

const VALUES_MAX = 200;
const RUN_MAX = 64;
/** Both sides of a factor may be rounded; larger factors than this are no change of one kind. */
const ROUNDING = 1, FACTOR_MAX = 2.5;

export function initUsualValues(): UsualValues {
  return { counts: {}, total: 0, run: [] };
}

/**
 * Takes a value as a key; gives how many in a row, with this one, were never seen before. A known
 * value makes the unknown ones before it known too. Mutates the state.
 *
 * @param learning everything is learnt and nothing is unknown
 */
export function stepUsualValues(state: UsualValues, key: string, learning: boolean): number {
  const known = (state.counts[key] ?? 0) > 0;
  if (!known && !learning) {
    if (state.run.length < RUN_MAX) state.run.push(key);
    return state.run.length;
  }
  for (const each of [...state.run, key]) {
    if (state.counts[each] === undefined && Object.keys(state.counts).length >= VALUES_MAX) {
      continue;
    }
    state.counts[each] = (state.counts[each] ?? 0) + 1;
    state.total++;
  }
  state.run = [];
  return 0;
}

/** How many different values there were. */
export function distinctValues(state: UsualValues): number {
  return Object.keys(state.counts).length;
}

/**
 * The factor by which all unknown values in a row are known ones, each rounded to a whole number;
 * null where there is none, or fewer than two different values. A known value must have come twice.
 */
export function commonFactor({ counts, run }: UsualValues): number | null {
  const unknown = [...new Set(run)].map(Number);
  const known = Object.entries(counts).flatMap(([key, count]) => count > 1 ? [Number(key)] : []);
  const largest = Math.max(...unknown);
  if (unknown.length < 2) return null;
  // The largest is measured best.
  for (const value of known) {
    const factor = largest / value;
    const fits = (one: number) => known.some((each) => Math.abs(each * factor - one) <= ROUNDING);
    if (factor !== 1 && factor >= 1 / FACTOR_MAX && factor <= FACTOR_MAX && unknown.every(fits)) {
      return factor;
    }
  }
  return null;
}
