import { type ForcedOn, meanGate } from "./forced_on_state.ts";
import { heatAt, hotterThanBefore, latelyC, restedAt } from "./heat_trail.ts";
import { AROUND_S, isProven } from "./proven_line.ts";
import { toldLess } from "./told_power.ts";

/** Less of the time on than this is none. */
export const POWER = 0.06;
/** Power must last for so long where none is asked, full power so long above a set point, s. */
const POWER_S = 1.3;
const FULL_S = 1;
/** Reports are overdue after so many times their pace, s at least and at most. */
const OVERDUE_PACES = 2, OVERDUE_S = [4, 11] as const;
/** A cooling block's curve is straight for so long, s: later it can't be gone on with. */
const STRAIGHT_S = 6;
/** Heat that has followed the gate, K: of the second thermometer, and of rougher reports. */
const FOLLOWS_K = 0.3, OFF_FOLLOWS_K = 0.1, REPORT_FOLLOWS_K = 1.2;
/** It rests while it stays in this band for so long; above that by so much nothing is right, K, s. */
const RESTS_K = 3, RESTS_S = 15, OVER_K = 0.3;
/** Heat that has followed a gate whose line isn't proven, where a report contradicts it, K. */
const CONTRADICTED_K = 0.25;
/** A block that was colder than this when the gate went full is being heated as it should, K. */
const COLD_K = 10;
/** Without rest: further over the set point than any sensor is off, K. */
const FAR_OVER_K = 25;
/** A block that stays as hot with power on has not been switched off: K and s. */
const STAYS_K = 1, STAYS_S = 10, STAYS_ABOVE_C = 100;

/** Whether the heat has followed the gate since then. */
function followed(
  state: ForcedOn,
  sinceS: number,
  atS: number,
  byK = FOLLOWS_K,
): boolean {
  if (state.heats.length > 0 && atS - sinceS > STRAIGHT_S) return false;
  const byProbe = hotterThanBefore(state.heats, sinceS);
  if (byProbe !== null) return byProbe >= byK;
  if (state.heats.length > 0) return false;
  return (hotterThanBefore(state.reports, sinceS, 1) ?? 0) >= REPORT_FOLLOWS_K;
}

/** Hotter than anybody prints, and heated still. */
export function beyondLimit(state: ForcedOn, limitC: number, atS: number): string | null {
  const hotC = latelyC(state.heats);
  if (hotC === null || hotC <= limitC || meanGate(state, atS, 1) < POWER) return null;
  return `the hotend is at ${hotC.toFixed(0)} °C, beyond ${limitC} °C, and still heated`;
}

/** Power where none is asked. */
export function whileOff(state: ForcedOn, atS: number): string | null {
  const { powerSinceS, offSinceS, heats } = state;
  if (powerSinceS === null || offSinceS === null || atS - powerSinceS < POWER_S) return null;
  state.heatedByIt ||= followed(state, powerSinceS - 0.5, atS, OFF_FOLLOWS_K);
  if (!isStillOff(state, powerSinceS, atS)) return null;
  const shown = `${Math.round(100 * meanGate(state, atS, 1))} % at its gate`;
  if (state.heatedByIt) {
    return `the heater is off by the firmware's word, but has ${shown}, and the block heats up`;
  }
  const [hotC, wasC] = [latelyC(heats), restedAt(heats, offSinceS, 3, RESTS_K)?.meanC ?? null];
  if (atS - offSinceS < STAYS_S || hotC === null || wasC === null) return null;
  if (hotC < STAYS_ABOVE_C || wasC - hotC > STAYS_K) return null;
  return `the heater is off by the firmware's word, but has ${shown}, and the block stays hot`;
}

/**
 * Whether nobody has heated it at the printer's panel, which only a report tells: one since there is
 * power says that it is off, or none comes any more, as it should.
 */
function isStillOff({ asked, reports }: ForcedOn, powerSinceS: number, atS: number): boolean {
  const { reportS, stopped } = asked!;
  if (stopped || reportS >= powerSinceS + AROUND_S[0]) return true;
  const paceS = reportS - (reports.at(-2)?.[0] ?? -Infinity);
  const overdueS = Math.min(OVERDUE_S[1], Math.max(OVERDUE_S[0], OVERDUE_PACES * paceS));
  return atS - reportS > overdueS;
}

function wasCold({ heats }: ForcedOn, atS: number, targetC: number): boolean {
  const c = heatAt(heats, atS);
  return c === null || c < targetC - COLD_K;
}

/** The firmware says that it gives less, and the gate is full on. */
export function contradicted(state: ForcedOn, atS: number): string | null {
  const { fullSinceS, asked, heats, line } = state;
  if (fullSinceS === null || asked === null || asked.tunes) return null;
  const { reportS, targetC } = asked;
  if (reportS < fullSinceS + AROUND_S[0] || atS < reportS + AROUND_S[1]) return null;
  const unsteady = asked.changedS > fullSinceS - RESTS_S || !isDosed(state, fullSinceS);
  const { gates, reports } = state;
  const less = toldLess({ asked, line, gates, reports, fullSinceS, unsteady });
  if (less === null) return null;
  const told = `the heater's gate is full on while ${less}`;
  if (isProven(line)) return `${told}, and until then both agreed`;
  const hotC = latelyC(heats);
  const restC = restedAt(heats, fullSinceS, RESTS_S, RESTS_K)?.meanC;
  if (hotC === null || targetC === null || hotC < (restC ?? targetC)) return null;
  if (wasCold(state, fullSinceS, targetC)) return null;
  return followed(state, fullSinceS, atS, CONTRADICTED_K)
    ? `${told}, and the block heats up`
    : null;
}

/** Whether its heater is dosed: one that is switched was full on for longer not long ago. */
function isDosed({ fullEndedS }: ForcedOn, fullSinceS: number): boolean {
  return fullEndedS < fullSinceS - RESTS_S;
}

/** Full on above the level at which the block rested: no controller does that. */
export function overTarget(state: ForcedOn, atS: number): string | null {
  const { fullSinceS, asked, heats } = state;
  if (fullSinceS === null || atS - fullSinceS < FULL_S || asked === null || asked.tunes) {
    return null;
  }
  const { targetC, changedS, reportS } = asked;
  const hotC = latelyC(heats);
  // A panel changes set points unseen: only a report since then says that there was none.
  if (targetC === null || targetC <= 0 || hotC === null || reportS < fullSinceS + 0.2) return null;
  if (!followed(state, fullSinceS, atS) || wasCold(state, fullSinceS, targetC)) return null;
  const steady = changedS < fullSinceS - RESTS_S;
  const rest = steady ? restedAt(heats, fullSinceS, RESTS_S, RESTS_K) : null;
  // One that is switched goes to its own highest; one that is dosed is never full at its mean.
  const level = isDosed(state, fullSinceS) ? rest?.meanC : rest?.highC;
  const over = level !== undefined && hotC > level + OVER_K;
  if (!over && hotC < targetC + FAR_OVER_K) return null;
  const from = rest?.meanC ?? targetC;
  return `the heater's gate is full on, and the block is ${
    (hotC - from).toFixed(1)
  } K over its level`;
}
