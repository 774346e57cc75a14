import type { Sense } from "../source/observation.ts";

/** Whether the guard's own senses can be believed; plain values. */
export interface SenseHealth {
  /** Readings in a row that can't be true, by sense. */
  impossible: Partial<Record<Sense, number>>;
  /** Senses that were told to have failed. */
  told: Sense[];
  /** Believable readings in a row of those that failed by impossible ones; they may come back. */
  good: Partial<Record<Sense, number>>;
}

export interface FailedSense {
  sense: Sense;
  value: number;
}

/** What each sense can say at all. */
const POSSIBLE: Record<Sense, [low: number, high: number]> = {
  hotendDuty: [0, 1],
  fanDuty: [0, 1],
  fanRpm: [0, 60_000],
  filamentMm: [-1e9, 1e9],
  secondHotendC: [1, 500],
  ambientC: [-20, 85],
  doorOpen: [0, 1],
  supplyGood: [0, 1],
};
/** So many impossible readings in a row, and the sense is told to have failed. */
const FAILED_READINGS = 10;
/** So many believable ones in a row, and a sense that was lost is used again. */
const BACK_READINGS = 120;

export function initSenseHealth(): SenseHealth {
  return { impossible: {}, told: [], good: {} };
}

/** Whether a reading may be used: what a sense can't say is no reading, as if none had come. */
export function believable(sense: Sense, value: number): boolean {
  const [low, high] = POSSIBLE[sense];
  // A thermocouple whose wire is broken reads exactly nothing.
  return Number.isFinite(value) && value >= low && value <= high;
}

/** Counts a reading; returns the sense when it is to be told that it failed: once. Mutates it. */
export function noteHealth(health: SenseHealth, sense: Sense, value: number): FailedSense | null {
  if (believable(sense, value)) {
    health.impossible[sense] = 0;
    comeBack(health, sense);
    return null;
  }
  if (health.good[sense] !== undefined) health.good[sense] = 0;
  const count = (health.impossible[sense] ?? 0) + 1;
  health.impossible[sense] = count;
  if (count !== FAILED_READINGS || health.told.includes(sense)) return null;
  health.good[sense] = 0;
  return tellOnce(health, sense, value);
}

/** A wire that was mended may be used again; a sense that contradicted the others may not. */
function comeBack(health: SenseHealth, sense: Sense): void {
  const good = health.good[sense];
  if (good === undefined) return;
  health.good[sense] = good + 1;
  if (good + 1 < BACK_READINGS) return;
  delete health.good[sense];
  health.told = health.told.filter((told) => told !== sense);
}

/** A sense that contradicts everything else has failed; null where that was told before. */
export function tellOnce(health: SenseHealth, sense: Sense, value: number): FailedSense | null {
  if (health.told.includes(sense)) return null;
  health.told.push(sense);
  return { sense, value: Number.isFinite(value) ? value : 0 };
}
