import type { HeatAsked } from "./asked.ts";
import { beyondLimit, contradicted, overTarget, POWER, whileOff } from "./forced_by.ts";
import { type ForcedOn, meanGate } from "./forced_on_state.ts";
import { noteHeat } from "./heat_trail.ts";
import { initProvenLine, proveLine } from "./proven_line.ts";

export interface ForcedOnLimits {
  /** Hotter than this nobody ever prints, °C. */
  limitC: number;
}

const KEEP_S = 8;
const FULL = 0.97;
/** A switched-off heater may end its cycle, s. */
const SETTLE_S = 0.5;
/** The last word of the firmware counts for so long, s. */
const FRESH_S = 12;
/** A heater that is switched rather than dosed is full on for longer, again and again, s. */
const NOTICED_S = 0.7;

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
