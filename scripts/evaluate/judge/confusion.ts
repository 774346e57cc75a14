import { type Reliability, reliability } from "../statistics/reliability.ts";
import { type Counts, countsOf } from "./figures.ts";
import type { CellOutcome } from "./tally.ts";

/** What was called what, of events that could be seen and whose evidence isn't equal. */
export interface Confusion {
  threats: Counts;
  benign: Counts;
}

export function confusionOf(outcomes: readonly CellOutcome[]): Confusion {
  return {
    threats: countsOf(outcomes.filter(({ cell }) => cell.kind === "threat")),
    benign: countsOf(outcomes.filter(({ cell }) => cell.kind === "anomaly")),
  };
}

/** How far the probability that goes with a verdict can be believed; undetermined states none. */
export function reliabilityOf(outcomes: readonly CellOutcome[]): Reliability {
  return reliability(
    outcomes.filter(({ called }) => called !== null && called !== "undetermined").map(
      ({ cell, called, probability }) => ({
        probability: Math.min(1, Math.max(0, probability!)),
        right: (called === "potential-cyberthreat") === (cell.kind === "threat"),
      }),
    ),
  );
}
