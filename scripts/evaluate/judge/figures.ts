import { clusteredShare, clustersOf, type Share } from "../statistics/clustered.ts";
import { medianDelay, quantileDelay } from "../statistics/median.ts";
import type { SuiteName } from "../run/record.ts";
import { equalEvidence } from "./equal_evidence.ts";
import type { CellOutcome, SuiteTally } from "./tally.ts";

/** How many events had which end. */
export interface Counts {
  n: number;
  detected: number;
  calledThreat: number;
  calledExpected: number;
  undetermined: number;
}

/** One line of a table of events. */
export interface Row extends Counts {
  id: string;
  suite: SuiteName;
  medianDelayS: number | null;
  /** Nine in ten are told within this; null where more are missed. */
  p90DelayS: number | null;
  medianThreatDelayS: number | null;
  medianDelayLayers: number | null;
  detectedShare: Share;
  calledThreatShare: Share;
}

/** One line of the cells' table. */
export interface CellRow extends Row {
  scenario: string;
  kind: "threat" | "anomaly";
  reference: boolean;
  declared: boolean;
  medianSnr: number;
  /** Whether at least half of the cell's draws can be seen in this suite. */
  visible: boolean;
  /** Why undetermined is right, where it is. */
  equalEvidence: string | null;
}

export function countsOf(outcomes: readonly CellOutcome[]): Counts {
  const called = (verdict: string) => outcomes.filter((each) => each.called === verdict).length;
  return {
    n: outcomes.length,
    detected: outcomes.filter((each) => each.called !== null).length,
    calledThreat: called("potential-cyberthreat"),
    calledExpected: called("expected-anomaly"),
    undetermined: called("undetermined"),
  };
}

/** A share over events, its interval clustered by printer. */
export function shareOf(
  outcomes: readonly CellOutcome[],
  isSuccess: (outcome: CellOutcome) => boolean,
): Share {
  return clusteredShare(clustersOf(outcomes, ({ print }) => print.printer, isSuccess));
}

export const isDetected = ({ called }: CellOutcome) => called !== null;
export const isCalledThreat = ({ called }: CellOutcome) => called === "potential-cyberthreat";
export const isUndetermined = ({ called }: CellOutcome) => called === "undetermined";

/**
 * Whether figures count an event: its own draw could be seen in its suite. What small losses come to
 * over a long part is asked of each print.
 */
export function isVisible({ cell, print, suite }: CellOutcome): boolean {
  if (cell.set === "long") return cell.suites[suite].visible;
  return print.event!.sights[suite]?.visible === true;
}

/** Whether nothing at all could be seen of an event: a negative control. */
export function isBlind({ print, suite }: CellOutcome): boolean {
  return print.event!.sights[suite]?.blind === true;
}

/** Events that could be seen in a suite. */
export function visible({ outcomes }: SuiteTally): CellOutcome[] {
  return outcomes.filter(isVisible);
}

function rowOf(id: string, suite: SuiteName, outcomes: readonly CellOutcome[]): Row {
  return {
    id,
    suite,
    ...countsOf(outcomes),
    medianDelayS: rounded(medianDelay(outcomes.map(({ delayS }) => delayS))),
    p90DelayS: rounded(quantileDelay(outcomes.map(({ delayS }) => delayS), 0.9)),
    medianThreatDelayS: rounded(medianDelay(outcomes.map(({ threatDelayS }) => threatDelayS))),
    medianDelayLayers: medianDelay(outcomes.map(({ delayLayers }) => delayLayers)),
    detectedShare: shareOf(outcomes, isDetected),
    calledThreatShare: shareOf(outcomes, isCalledThreat),
  };
}

export function scenarioRows(suite: SuiteName, outcomes: readonly CellOutcome[]): Row[] {
  return [...Map.groupBy(outcomes, ({ cell }) => cell.scenario)]
    .map(([id, each]) => rowOf(id, suite, each))
    .sort((a, b) => a.id < b.id ? -1 : 1);
}

/** A line for each cell, of the draws that could be seen. */
export function cellRows(suite: SuiteName, outcomes: readonly CellOutcome[]): CellRow[] {
  const sorted = [...outcomes].sort((a, b) => a.cell.id < b.cell.id ? -1 : 1);
  return [...Map.groupBy(sorted, ({ cell }) => cell)].map(([cell, each]) => {
    const { scenario, kind, reference, declared } = cell;
    const snrs = each.map(({ print }) => print.event!.sights[suite]!.snr).sort((a, b) => a - b);
    return {
      ...rowOf(cell.id, suite, each),
      scenario,
      kind,
      reference,
      declared,
      medianSnr: snrs[snrs.length >> 1]!,
      visible: cell.suites[suite].visible,
      equalEvidence: equalEvidence(cell, suite),
    };
  });
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export function rounded(value: number | null): number | null {
  return value === null ? null : round(value);
}
