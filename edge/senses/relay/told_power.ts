import type { HeatAsked } from "./asked.ts";
import { type GateSlices, isProven, type ProvenLine } from "./proven_line.ts";
import type { HeatTrail } from "./heat_trail.ts";

/** A report that says less while the gate is full on around it contradicts it. */
const TOLD_LESS = 0.6, TOLD_LESS_IF_PROVEN = 0.85;
/** A controller that dosed this much lately goes to full power only for a block that gets colder. */
const DOSED_MAX = 0.7, DOSED_S = 5;
/** Sensors' steps, K; a report is compared to one that is no older, s. */
const AT_LEAST_K = 0.3, BEFORE_S = 6;

/** What is known where the gate has gone full on. */
export interface FullOn {
  asked: HeatAsked;
  line: ProvenLine;
  gates: GateSlices;
  reports: HeatTrail;
  fullSinceS: number;
  /** Full power is nothing new, or the set point is. */
  unsteady: boolean;
}

/**
 * What the firmware's last report says, in words, if that isn't full power; null if it may be. Where
 * it tells a duty that is it. Where it tells none, a gate that is proven is held against what follows
 * from its temperatures: none is asked, or a controller that doses finds its block as hot as it
 * should be, and no colder than before.
 */
export function toldLess(known: FullOn): string | null {
  const { asked, line } = known;
  const { duty, targetC } = asked;
  if (duty !== null) {
    const less = duty <= (isProven(line) ? TOLD_LESS_IF_PROVEN : TOLD_LESS);
    return less ? `the firmware tells ${Math.round(100 * duty)} %` : null;
  }
  if (!isProven(line) || targetC === null) return null;
  if (targetC === 0) return "nothing is asked of it by the firmware's word";
  return isHotEnough(known, targetC) ? "the block is hot enough by the firmware's word" : null;
}

function isHotEnough(known: FullOn, targetC: number): boolean {
  const { reports, gates, fullSinceS, unsteady } = known;
  const [before, last] = [reports.at(-2), reports.at(-1)];
  if (unsteady || before === undefined || last === undefined) return false;
  if (before[0] < last[0] - BEFORE_S || last[1] < before[1]) return false;
  if (last[1] < targetC - AT_LEAST_K) return false;
  const dosed = gates.filter(([atS]) => atS <= fullSinceS && atS > fullSinceS - DOSED_S);
  if (dosed.length === 0) return false;
  return dosed.reduce((sum, [, on]) => sum + on, 0) / dosed.length <= DOSED_MAX;
}
