import { BASELINES } from "../baselines/baselines.ts";
import type { PrintRecord, UnitRecord } from "../run/record.ts";
import { medianDelay } from "../statistics/median.ts";
import { AFTER_S, BEFORE_S } from "./judge_print.ts";
import type { CellOutcome } from "./tally.ts";

/** One baseline's figures over the same prints. */
export interface BaselineRow {
  name: string;
  detected: number;
  n: number;
  falsePer1000h: number;
  medianDelayS: number | null;
  /** The same for each kind of threat, with our own delay beside it. */
  scenarios: {
    id: string;
    n: number;
    detected: number;
    medianDelayS: number | null;
    ours: { detected: number; medianDelayS: number | null };
  }[];
}

/**
 * What the baselines make of the headline's threats, and of clean prints. An alarm within the event
 * counts as its detection, whatever made it.
 */
export function baselineRows(
  headline: readonly CellOutcome[],
  units: readonly UnitRecord[],
): BaselineRow[] {
  const threats = headline.filter(({ cell }) => cell.kind === "threat");
  const clean = units.flatMap(({ prints }) => prints).filter(({ purpose }) => purpose === "clean");
  const hours = clean.reduce((sum, print) => sum + print.hours, 0);
  const scenarios = Map.groupBy(threats, ({ cell }) => cell.scenario);
  return BASELINES.map(({ name }) => {
    const alarms = clean.flatMap((print) => print.alarms.filter((alarm) => alarm.name === name));
    return {
      name,
      ...countsOf(name, threats),
      falsePer1000h: hours > 0 ? Math.round(alarms.length / hours * 1e4) / 10 : 0,
      scenarios: [...scenarios].map(([id, events]) => ({
        id,
        ...countsOf(name, events),
        ours: {
          detected: events.filter(({ delayS }) => delayS !== null).length,
          medianDelayS: rounded(medianDelay(events.map(({ delayS }) => delayS))),
        },
      })).sort((a, b) => a.id < b.id ? -1 : 1),
    };
  });
}

function countsOf(name: string, events: readonly CellOutcome[]) {
  const delays = events.map(({ print }) => delayOf(name, print));
  return {
    n: events.length,
    detected: delays.filter((delayS) => delayS !== null).length,
    medianDelayS: rounded(medianDelay(delays)),
  };
}

/** From the event's first effect to a baseline's first alarm within it, s; null: never. */
export function delayOf(name: string, { event, alarms }: PrintRecord): number | null {
  if (event === null) return null;
  const untilS = (event.endS ?? Infinity) + AFTER_S;
  const times = alarms.filter((alarm) => alarm.name === name).map(({ atS }) => atS)
    .filter((atS) => atS >= event.startS - BEFORE_S && atS <= untilS);
  return times.length > 0 ? Math.max(0, Math.min(...times) - event.startS) : null;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
