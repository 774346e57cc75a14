import { noStateTimes, type StateTimes } from "../../shared/print_account.ts";

/** A printer's counters at one instant. */
export interface Reading {
  /** ms since 1970 */
  atMs: number;
  stateS: StateTimes;
}

/** Time by state between the first and the last of these readings, and how long that is. */
export function spentBetween(readings: readonly Reading[]): { spent: StateTimes; spanS: number } {
  const spent = noStateTimes();
  let spanS = 0;
  for (let at = 1; at < readings.length; at++) {
    const [before, after] = [readings[at - 1]!, readings[at]!];
    const gapS = Math.max(0, (after.atMs - before.atMs) / 1000);
    spanS += gapS;
    for (const state of Object.keys(spent) as (keyof StateTimes)[]) {
      const grown = after.stateS[state] - before.stateS[state];
      // A guard set up anew counts from nothing: what it has is what there was.
      const seconds = grown < 0 ? after.stateS[state] : grown;
      spent[state] += Math.min(seconds, gapS);
    }
  }
  return { spent, spanS };
}
