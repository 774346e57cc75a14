import type { Baseline } from "./baseline.ts";
import { extrusionBegins, type GoldenPrint, rowsOf } from "./golden_print.ts";
import type { StepCounts } from "./seen.ts";

/** A print may be so many rows (1 s) ahead of or behind the golden one, and drift by as many each row. */
const SLACK_ROWS = 10;
/** So many rows in a row that nothing matches make an alarm: a second. */
const MISMATCHES = 10;
const AXES = 4;
/** What counts as a difference where one side stands at zero, steps. */
const ZERO_STEPS = 0.1;

interface State {
  golden: GoldenPrint | null;
  lastE: number | null;
  /** The golden row that matched last; null before the first extrusion. */
  row: number | null;
  mismatches: number;
}

/**
 * Comparison with a golden print's steps as OffRAMPS does it (Blocklove et al., arXiv 2404.15446; 5 %
 * in the paper, 10 % in the authors' program): a probe between controller and drivers counts the
 * steps of each axis, a row every 0.1 s, and a row whose count differs from the golden row's by more
 * than the margin is a Trojan. Ours forgives more: a row may match any golden row within a second,
 * or lie between two of them, the place is tracked so that waiting hosts don't add up, and only a
 * whole second of mismatches alarms. Disabled drivers, heaters and the fan leave the steps alone.
 */
function goldenSteps(name: string, margin: number): Baseline<State> {
  return {
    name,
    init: ({ golden }) => ({ golden, lastE: null, row: null, mismatches: 0 }),
    step(state, seen) {
      if (seen.type !== "steps" || state.golden === null) return null;
      const begins = extrusionBegins(state.lastE, seen.steps[3]);
      state.lastE = seen.steps[3];
      if (state.row === null) {
        if (begins) state.row = 0;
        return null;
      }
      if (state.row >= rowsOf(state.golden) - 1) return null;
      const found = matching(state.golden, state.row + 1, seen, margin);
      state.row = found ?? state.row + 1;
      state.mismatches = found === null ? state.mismatches + 1 : 0;
      return state.mismatches === MISMATCHES
        ? `steps off the golden print by ${margin * 100} %`
        : null;
    },
  };
}

/** The golden row nearest to `near` that the counts match within the margin. */
function matching(
  { rows }: GoldenPrint,
  near: number,
  { steps }: StepCounts,
  margin: number,
): number | null {
  const last = rows.length / AXES - 1;
  for (let i = 0; i <= 2 * SLACK_ROWS; i++) {
    const row = near + (i % 2 === 0 ? i / 2 : -(i + 1) / 2);
    if (row < 0 || row >= last) continue;
    if (matches(rows, row, steps, margin)) return row;
  }
  // At the print's end there is nothing left to be late for.
  return near + SLACK_ROWS >= last ? last : null;
}

function matches(rows: Float64Array, row: number, steps: StepCounts["steps"], margin: number) {
  for (let axis = 0; axis < AXES; axis++) {
    const one = rows[row * AXES + axis]!, next = rows[(row + 1) * AXES + axis]!;
    const low = Math.min(one, next), high = Math.max(one, next), count = steps[axis]!;
    const off = count < low ? low - count : count > high ? count - high : 0;
    const nearest = count < low ? low : high;
    const largest = Math.max(Math.abs(nearest), Math.abs(count));
    if (off > (nearest === 0 || count === 0 ? ZERO_STEPS : margin * largest)) return false;
  }
  return true;
}

export const GOLDEN_STEPS_5 = goldenSteps("golden print, 5 %", 0.05);
export const GOLDEN_STEPS_10 = goldenSteps("golden print, 10 %", 0.1);
