import { bestSuite, type Cell } from "../run/cells.ts";
import type { SuiteName, UnitRecord } from "../run/record.ts";
import type { Share } from "../statistics/clustered.ts";
import type { Reliability } from "../statistics/reliability.ts";
import { type BaselineRow, baselineRows } from "./baselines.ts";
import { type CleanFigures, cleanFigures, strataOf, type Stratum } from "./clean.ts";
import { type Confusion, confusionOf, reliabilityOf } from "./confusion.ts";
import { equalEvidence } from "./equal_evidence.ts";
import {
  type CellRow,
  cellRows,
  type Counts,
  isCalledThreat,
  isDetected,
  isUndetermined,
  type Row,
  scenarioRows,
  shareOf,
  visible,
} from "./figures.ts";
import { type BlindRow, blindRows } from "./leaks.ts";
import { type OtherRow, otherRows } from "./others.ts";
import { type PairRow, pairRows } from "./pairs.ts";
import { type CellOutcome, type SuiteTally, tallySuite } from "./tally.ts";

type BySuite<T> = Partial<Record<SuiteName, T>>;

/** What `--json` prints. */
export interface Summary {
  seed: number;
  /** `best`: each cell in the suite that sees it best. */
  suite: SuiteName | "best";
  threats: { n: number; detected: number; calledThreat: number };
  benign: { n: number; calledThreat: number };
  undeterminedShare: number;
  clean: CleanFigures;
  /** Visible draws of the catalogue whose evidence isn't equal to their twin's. */
  scenarios: Row[];
  /** Those whose evidence is equal. */
  equalScenarios: Row[];
  baselines: BaselineRow[];
  /** `detected` counts equal evidence too, the others don't. */
  shares: {
    detected: Share;
    calledThreat: Share;
    benignCalledThreat: Share;
    undetermined: Share;
  };
  /** Events whose evidence equals that of their matched twin; outside the figures above. */
  equalEvidence: { threats: Counts; benign: Counts };
  cells: CellRow[];
  cleanBySuite: BySuite<CleanFigures>;
  strata: BySuite<Stratum[]>;
  confusion: Confusion;
  reliability: Reliability;
  pairs: PairRow[];
  others: OtherRow[];
  blind: BlindRow[];
  leaks: string[];
  /** Deviations on injected prints, outside the event. */
  besideEvents: BySuite<number>;
  noEffect: BySuite<number>;
}

/** An evaluation's records under the eyes of every suite that watched. */
export interface Judged {
  tallies: SuiteTally[];
  /** What others made of the same prints. */
  others: OtherRow[];
  baselines: BaselineRow[];
  /** The events that the headline counts: seen by their best suite, and unlike their twin. */
  headline: CellOutcome[];
  /** Those whose evidence equals their twin's. */
  equal: CellOutcome[];
  suite: SuiteName | "best";
}

export function judge(
  units: readonly UnitRecord[],
  cells: readonly Cell[],
  suites: readonly SuiteName[],
): Judged {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const tallies = suites.map((suite) => tallySuite(suite, units, byId));
  const best = tallies.flatMap((tally) =>
    visible(tally).filter(({ cell }) =>
      cell.set === "catalogue" && bestSuite(cell, suites) === tally.suite
    )
  );
  const headline = best.filter((each) => !isEqual(each));
  return {
    tallies,
    others: otherRows(units, byId),
    baselines: baselineRows(headline, units),
    headline,
    equal: best.filter(isEqual),
    suite: suites.length === 1 ? suites[0]! : "best",
  };
}

export function summarise(judged: Judged, seed: number): Summary {
  const { tallies, headline, equal, others, suite } = judged;
  const confusion = confusionOf(headline);
  const { threats, benign } = confusion;
  const cleanBySuite = bySuite(tallies, (each) => cleanFigures(each.clean, each.cleanAlarms));
  const blind = blindRows(tallies);
  const shares = sharesOf(headline, equal);
  return {
    seed,
    suite,
    threats: { n: threats.n, detected: threats.detected, calledThreat: threats.calledThreat },
    benign: { n: benign.n, calledThreat: benign.calledThreat },
    undeterminedShare: shares.undetermined.share,
    clean: worstOf(Object.values(cleanBySuite)),
    scenarios: rowsOf(tallies, false),
    equalScenarios: rowsOf(tallies, true),
    baselines: judged.baselines,
    shares,
    equalEvidence: confusionOf(equal),
    cells: tallies.flatMap((tally) => cellRows(tally.suite, visible(tally))),
    cleanBySuite,
    strata: bySuite(tallies, strataOf),
    confusion,
    reliability: reliabilityOf(headline),
    pairs: pairRows(tallies),
    others,
    blind,
    leaks: blind.filter(({ leaks }) => leaks).map(({ cell, suite }) => `${cell} on ${suite}`),
    besideEvents: bySuite(tallies, ({ injectedAlarms }) => injectedAlarms.length),
    noEffect: bySuite(tallies, ({ noEffect }) => noEffect),
  };
}

function isEqual({ cell, suite }: CellOutcome): boolean {
  return equalEvidence(cell, suite) !== null;
}

function rowsOf(tallies: readonly SuiteTally[], equal: boolean): Row[] {
  return tallies.flatMap((tally) =>
    scenarioRows(
      tally.suite,
      visible(tally).filter((each) => each.cell.set === "catalogue" && isEqual(each) === equal),
    )
  );
}

/** Equal evidence excuses the verdict, never the silence: it counts among what has to be detected. */
function sharesOf(
  headline: readonly CellOutcome[],
  equal: readonly CellOutcome[],
): Summary["shares"] {
  const attacks = headline.filter(({ cell }) => cell.kind === "threat");
  const accidents = headline.filter(({ cell }) => cell.kind === "anomaly");
  return {
    detected: shareOf(
      [...attacks, ...equal.filter(({ cell }) => cell.kind === "threat")],
      isDetected,
    ),
    calledThreat: shareOf(attacks, isCalledThreat),
    benignCalledThreat: shareOf(accidents, isCalledThreat),
    undetermined: shareOf(headline, isUndetermined),
  };
}

/** The suite with the most false alarms speaks for all. */
function worstOf(suites: readonly CleanFigures[]): CleanFigures {
  const sorted = [...suites].sort((a, b) => b.threats - a.threats || b.deviations - a.deviations);
  return sorted[0] ?? cleanFigures([], []);
}

function bySuite<T>(tallies: readonly SuiteTally[], of: (tally: SuiteTally) => T): BySuite<T> {
  return Object.fromEntries(tallies.map((tally) => [tally.suite, of(tally)])) as BySuite<T>;
}
