import { medianDelay } from "../statistics/median.ts";
import type { SuiteName } from "../run/record.ts";
import type { CellOutcome, FalseAlarm, SuiteTally } from "./tally.ts";

/** How many events had which end. */
export interface Counts {
  n: number;
  detected: number;
  calledThreat: number;
  calledExpected: number;
  undetermined: number;
}

/** One line of the scenarios' table. */
export interface ScenarioRow extends Counts {
  id: string;
  suite: SuiteName;
  medianDelayS: number | null;
  medianThreatDelayS: number | null;
  medianDelayLayers: number | null;
}

/** Clean printing and what was said of it. */
export interface CleanFigures {
  hours: number;
  prints: number;
  printers: number;
  parts: number;
  threats: number;
  deviations: number;
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

/** Events that headline figures count: those whose own draw this suite could see. */
export function visible({ outcomes, suite }: SuiteTally): CellOutcome[] {
  return outcomes.filter(({ print }) => print.event!.sights[suite]?.visible === true);
}

export function scenarioRows(suite: SuiteName, outcomes: readonly CellOutcome[]): ScenarioRow[] {
  const groups = Map.groupBy(outcomes, ({ cell }) => cell.scenario);
  return [...groups].map(([id, each]) => ({
    id,
    suite,
    ...countsOf(each),
    medianDelayS: rounded(medianDelay(each.map(({ delayS }) => delayS))),
    medianThreatDelayS: rounded(medianDelay(each.map(({ threatDelayS }) => threatDelayS))),
    medianDelayLayers: medianDelay(each.map(({ delayLayers }) => delayLayers)),
  })).sort((a, b) => a.id < b.id ? -1 : 1);
}

/** Figures of clean prints; `alarms` are those told on them. */
export function cleanFigures(
  prints: SuiteTally["clean"],
  alarms: readonly FalseAlarm[],
): CleanFigures {
  return {
    hours: round(prints.reduce((sum, { hours }) => sum + hours, 0)),
    prints: prints.length,
    printers: new Set(prints.map(({ printer }) => printer)).size,
    parts: new Set(prints.map(({ part }) => part)).size,
    threats: alarms.filter(({ finding }) => finding.threatS !== null).length,
    deviations: alarms.length,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function rounded(value: number | null): number | null {
  return value === null ? null : round(value);
}
