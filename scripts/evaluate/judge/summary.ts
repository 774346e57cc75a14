import { bestSuite, type Cell } from "../run/cells.ts";
import type { SuiteName, UnitRecord } from "../run/record.ts";
import {
  type CleanFigures,
  cleanFigures,
  countsOf,
  type ScenarioRow,
  scenarioRows,
  visible,
} from "./figures.ts";
import { type CellOutcome, type SuiteTally, tallySuite } from "./tally.ts";

/** What `--json` prints. */
export interface Summary {
  seed: number;
  /** `best`: each cell in the suite that sees it best. */
  suite: SuiteName | "best";
  threats: { n: number; detected: number; calledThreat: number };
  benign: { n: number; calledThreat: number };
  undeterminedShare: number;
  clean: CleanFigures;
  scenarios: ScenarioRow[];
  baselines: {
    name: string;
    detected: number;
    n: number;
    falsePer1000h: number;
    medianDelayS: number | null;
  }[];
  cleanBySuite: Partial<Record<SuiteName, CleanFigures>>;
  firstPrints: Partial<Record<SuiteName, CleanFigures>>;
  noEffect: number;
}

/** An evaluation's records under the eyes of every suite that watched. */
export interface Judged {
  tallies: SuiteTally[];
  /** The events that the headline counts. */
  headline: CellOutcome[];
  suite: SuiteName | "best";
}

export function judge(
  units: readonly UnitRecord[],
  cells: readonly Cell[],
  suites: readonly SuiteName[],
): Judged {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const tallies = suites.map((suite) => tallySuite(suite, units, byId));
  const headline = tallies.flatMap((tally) =>
    visible(tally).filter(({ cell }) => bestSuite(cell, suites) === tally.suite)
  );
  return { tallies, headline, suite: suites.length === 1 ? suites[0]! : "best" };
}

export function summarise({ tallies, headline, suite }: Judged, seed: number): Summary {
  const threats = countsOf(headline.filter(({ cell }) => cell.kind === "threat"));
  const benign = countsOf(headline.filter(({ cell }) => cell.kind === "anomaly"));
  const events = threats.n + benign.n;
  const cleanBySuite = bySuite(tallies, (each) => cleanFigures(each.clean, each.cleanAlarms));
  const worst =
    Object.values(cleanBySuite).sort((a, b) =>
      b.threats - a.threats || b.deviations - a.deviations
    )[0];
  return {
    seed,
    suite,
    threats: { n: threats.n, detected: threats.detected, calledThreat: threats.calledThreat },
    benign: { n: benign.n, calledThreat: benign.calledThreat },
    undeterminedShare: events === 0 ? 0 : (threats.undetermined + benign.undetermined) / events,
    clean: worst ?? cleanFigures([], []),
    scenarios: tallies.flatMap((tally) => scenarioRows(tally.suite, visible(tally))),
    baselines: [],
    cleanBySuite,
    firstPrints: bySuite(tallies, (each) => cleanFigures(each.first, each.firstAlarms)),
    noEffect: tallies.reduce((sum, each) => sum + each.noEffect, 0),
  };
}

function bySuite<T>(tallies: readonly SuiteTally[], of: (tally: SuiteTally) => T) {
  return Object.fromEntries(tallies.map((tally) => [tally.suite, of(tally)])) as Partial<
    Record<SuiteName, T>
  >;
}
