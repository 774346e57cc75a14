import { MATCHED_PAIRS } from "../../printer/scenario/catalogue.ts";
import { type Auroc, auroc } from "../statistics/auroc.ts";
import type { SuiteName } from "../run/record.ts";
import { type Counts, countsOf } from "./figures.ts";
import type { CellOutcome, SuiteTally } from "./tally.ts";

/** What is known of the job and of people's plans. */
export type Intent = "declared" | "undeclared" | "no reference";

/** How well the two sides of a matched pair are told apart, in one suite. */
export interface PairRow {
  threat: string;
  benign: string;
  suite: SuiteName;
  intent: Intent;
  auroc: Auroc | null;
  threats: Counts;
  benigns: Counts;
}

/** Of E11 only what has the pair's own subject belongs into it. */
const SUBJECT: Readonly<Record<string, RegExp>> = {
  "A01-E11": /temperature/,
  "A05-E11": /flow/,
  "A10-E11": /speed/,
};

/** All matched pairs in all suites, with declared intent, without, and without a reference. */
export function pairRows(tallies: readonly SuiteTally[]): PairRow[] {
  return tallies.flatMap(({ suite, outcomes }) =>
    MATCHED_PAIRS.flatMap(([threat, benign]) =>
      (["declared", "undeclared", "no reference"] as const).flatMap((intent) => {
        const row = rowOf(outcomes, suite, threat, benign, intent);
        return row.threats.n > 0 && row.benigns.n > 0 ? [row] : [];
      })
    )
  );
}

function rowOf(
  outcomes: readonly CellOutcome[],
  suite: SuiteName,
  threat: string,
  benign: string,
  intent: Intent,
): PairRow {
  const subject = SUBJECT[`${threat}-${benign}`];
  const reference = intent !== "no reference";
  const attacks = outcomes.filter(({ cell }) =>
    cell.scenario === threat && cell.reference === reference
  );
  const accidents = outcomes.filter(({ cell, print }) =>
    cell.scenario === benign && cell.reference === reference &&
    cell.declared === (intent === "declared") &&
    (subject?.test(print.event!.variant) ?? true)
  );
  return {
    threat,
    benign,
    suite,
    intent,
    auroc: auroc(attacks.map(threatProbability), accidents.map(threatProbability)),
    threats: countsOf(attacks),
    benigns: countsOf(accidents),
  };
}

/** How much speaks for a threat, 0–1: what was stated with the verdict that counts. */
export function threatProbability({ called, probability }: CellOutcome): number {
  if (called === null) return 0;
  if (called === "undetermined") return 0.5;
  return called === "potential-cyberthreat" ? 0.5 + probability! / 2 : 0.5 - probability! / 2;
}
