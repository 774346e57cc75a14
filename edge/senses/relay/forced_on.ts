import type { HeatAsked } from "./asked.ts";
import {
  heatAt,
  type HeatTrail,
  hotterThanBefore,
  latelyC,
  noteHeat,
  restedAt,
} from "./heat_trail.ts";
import { AROUND_S, initProvenLine, isProven, proveLine, type ProvenLine } from "./proven_line.ts";
import { toldLess } from "./told_power.ts";

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

export interface ForcedOnLimits {
  /** Hotter than this nobody ever prints, °C. */
  limitC: number;
}

const KEEP_S = 8;
const FULL = 0.97, POWER = 0.06;
/** A switched-off heater may end its cycle, s; then power must last for so long. */
const SETTLE_S = 0.5;
const POWER_S = 1.3;
const FULL_S = 1;
/** The last word of the firmware counts for so long, s. */
const FRESH_S = 12;
/** Reports are overdue after so many times their pace, s at least and at most. */
const OVERDUE_PACES = 2, OVERDUE_S = [4, 11] as const;
/** A cooling block's curve is straight for so long, s: later it can't be gone on with. */
const STRAIGHT_S = 6;
/** Heat that has followed the gate, K: of the second thermometer, and of rougher reports. */
const FOLLOWS_K = 0.3, OFF_FOLLOWS_K = 0.1, REPORT_FOLLOWS_K = 1.2;
/** It rests while it stays in this band for so long; above that by so much nothing is right, K, s. */
const RESTS_K = 3, RESTS_S = 15, OVER_K = 0.3;
/** A heater that is switched rather than dosed is full on for longer, again and again, s. */
const NOTICED_S = 0.7;
/** Heat that has followed a gate whose line isn't proven, where a report contradicts it, K. */
const CONTRADICTED_K = 0.25;
/** A block that was colder than this when the gate went full is being heated as it should, K. */
const COLD_K = 10;
/** Without rest: further over the set point than any sensor is off, K. */
const FAR_OVER_K = 25;
/** A block that stays as hot with power on has not been switched off: K and s. */
const STAYS_K = 1, STAYS_S = 10, STAYS_ABOVE_C = 100;

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

/** The heaters may be used again: power counts from now on. Mutates the state. */
export function restForcedOn(state: ForcedOn): void {
  Object.assign(state, { gates: [], powerSinceS: null, fullSinceS: null });
}

/** Takes what is asked of the heater now. Mutates the state. */
export function noteAsked(state: ForcedOn, asked: HeatAsked): void {
  const before = state.asked;
  state.asked = asked;
  if (asked.reportedC !== null && asked.reportS !== before?.reportS) {
    noteHeat(state.reports, asked.reportS, asked.reportedC);
  }
}

/**
 * Takes a tenth of a second; returns in words why the heater is forced on, or null. Mutates the
 * state.
 *
 * @param on share of the time that the gate was on, 0–1; null: its line tells nothing
 * @param hotC the second thermometer; null: none tells
 */
export function stepForcedOn(
  state: ForcedOn,
  { limitC }: ForcedOnLimits,
  atS: number,
  on: number | null,
  hotC: number | null,
): string | null {
  if (hotC !== null) noteHeat(state.heats, atS, hotC);
  if (on === null) {
    Object.assign(state, { gates: [], powerSinceS: null, fullSinceS: null, offSinceS: null });
    state.line = initProvenLine();
    return null;
  }
  state.gates.push([atS, on]);
  while (state.gates[0]![0] < atS - KEEP_S) state.gates.shift();
  followGate(state, atS, on);
  proveLine(state.line, state.gates, state.asked, state.fullSinceS !== null, atS);
  return beyondLimit(state, limitC, atS) ?? whileOff(state, atS) ??
    contradicted(state, atS) ?? overTarget(state, atS);
}

function followGate(state: ForcedOn, atS: number, on: number): void {
  if (on < FULL) endFull(state, atS);
  else state.fullSinceS ??= atS - 0.1;
  const { asked } = state;
  const fresh = asked !== null && !asked.tunes && asked.targetC !== null &&
    (asked.stopped || atS - asked.reportS < FRESH_S);
  if (!fresh || asked.targetC! > 0) state.offSinceS = null;
  else state.offSinceS ??= atS;
  const settled = state.offSinceS !== null && atS - state.offSinceS > SETTLE_S;
  if (!settled || meanGate(state, atS, 0.5) < POWER) state.powerSinceS = null;
  else state.powerSinceS ??= atS;
  if (state.powerSinceS === null) state.heatedByIt = false;
}

function endFull(state: ForcedOn, atS: number): void {
  if (state.fullSinceS !== null && atS - state.fullSinceS > NOTICED_S) state.fullEndedS = atS;
  state.fullSinceS = null;
}

function meanGate({ gates }: ForcedOn, atS: number, overS: number): number {
  const late = gates.filter(([endS]) => endS > atS - overS);
  return late.reduce((sum, [, on]) => sum + on, 0) / late.length;
}

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

function beyondLimit(state: ForcedOn, limitC: number, atS: number): string | null {
  const hotC = latelyC(state.heats);
  if (hotC === null || hotC <= limitC || meanGate(state, atS, 1) < POWER) return null;
  return `the hotend is at ${hotC.toFixed(0)} °C, beyond ${limitC} °C, and still heated`;
}

function whileOff(state: ForcedOn, atS: number): string | null {
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
function contradicted(state: ForcedOn, atS: number): string | null {
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
function overTarget(state: ForcedOn, atS: number): string | null {
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
