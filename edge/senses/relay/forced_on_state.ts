import type { HeatAsked } from "./asked.ts";
import type { HeatTrail } from "./heat_trail.ts";
import { initProvenLine, type ProvenLine } from "./proven_line.ts";

/**
 * Whether the hotend's heater is forced on: the one thing about which the guard doesn't wait for a
 * person. The gate alone never decides, since its line may be broken: the heat has to follow, or the
 * firmware's reports have to contradict a line with which they agreed until then. Plain values.
 */
export interface ForcedOn {
  /** Slices of a tenth of a second: [their end, share of time on]. */
  gates: [atS: number, on: number][];
  /** The second thermometer's word, and the firmware's. */
  heats: HeatTrail;
  reports: HeatTrail;
  asked: HeatAsked | null;
  /** Since when nothing has been asked, and since when there has been power all the same, s. */
  offSinceS: number | null;
  powerSinceS: number | null;
  /** Whether the block has heated up by that power. */
  heatedByIt: boolean;
  /** Since when the gate has been on without a pause, s. */
  fullSinceS: number | null;
  /** When a pause-less time on that was long enough to notice last ended, s. */
  fullEndedS: number;
  line: ProvenLine;
}

export function initForcedOn(): ForcedOn {
  return {
    gates: [],
    heats: [],
    reports: [],
    asked: null,
    offSinceS: null,
    powerSinceS: null,
    heatedByIt: false,
    fullSinceS: null,
    fullEndedS: -1e9,
    line: initProvenLine(),
  };
}

/** Share of the last `overS` that the gate was on. */
export function meanGate({ gates }: ForcedOn, atS: number, overS: number): number {
  const late = gates.filter(([endS]) => endS > atS - overS);
  return late.reduce((sum, [, on]) => sum + on, 0) / late.length;
}
