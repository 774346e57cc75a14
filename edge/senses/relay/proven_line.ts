import type { HeatAsked } from "./asked.ts";

/** How far a gate's line has proved itself against the firmware's reports. Plain values. */
export interface ProvenLine {
  /** Reports in a row that agreed with it, up to what is enough. */
  agreed: number;
  /** The last report that was held against it, s. */
  reportS: number;
}

/** A gate's slices of time: [their end, share of time on]. */
export type GateSlices = readonly (readonly [atS: number, on: number])[];

/** What a report says is looked for so long before and after it, s. */
export const AROUND_S = [0.5, 0.2] as const;
/** So close, as a share of what is told, and besides: a dead line doesn't pass for a small duty. */
const CLOSE = 0.3, CLOSE_BESIDES = 0.05;
/** So many reports in a row that agree are no accident: half a minute of most hosts' reports. */
const ENOUGH = 15;
/** More is no proof: a line that sticks would say so, too. */
const TELLING = 0.8;
/** Where no duty is told, a line that doses a block at its set point is alive, K. */
const AT_SET_POINT_K = 5;

export function initProvenLine(): ProvenLine {
  return { agreed: 0, reportS: -1e9 };
}

/**
 * Holds a report against the gate's line around it, once both are known. Mutates the state.
 *
 * @param isFull the gate is full on, which is judged elsewhere: proof rests meanwhile
 */
export function proveLine(
  state: ProvenLine,
  gates: GateSlices,
  asked: HeatAsked | null,
  isFull: boolean,
  atS: number,
): void {
  if (asked === null || asked.reportS === state.reportS) return;
  const { duty, reportS } = asked;
  if (isFull || atS < reportS + AROUND_S[1]) return;
  state.reportS = reportS;
  const around = gates.filter(([endS]) => endS >= reportS - AROUND_S[0]);
  if (around.length === 0) return;
  const says = duty === null ? byDose(around, asked) : byDuty(around, duty);
  if (says === "apart") state.agreed = 0;
  else if (says === "agrees") state.agreed = Math.min(ENOUGH, state.agreed + 1);
}

function byDuty(around: GateSlices, duty: number): "agrees" | "apart" | null {
  const isClose = around.some(([, on]) => Math.abs(on - duty) <= CLOSE_BESIDES + CLOSE * duty);
  return !isClose ? "apart" : duty <= TELLING ? "agrees" : null;
}

/** A firmware that tells no duty tells what it asks for, and how hot it is. */
function byDose(around: GateSlices, asked: HeatAsked): "agrees" | "apart" | null {
  const { targetC, reportedC, changedS, reportS } = asked;
  if (targetC === null || reportedC === null) return null;
  const on = around.reduce((sum, [, each]) => sum + each, 0) / around.length;
  if (targetC === 0) {
    // Its cycle may end first.
    return on > CLOSE_BESIDES && reportS > changedS + 2 * AROUND_S[0] ? "apart" : null;
  }
  const isDosed = on > CLOSE_BESIDES && on <= TELLING;
  return isDosed && Math.abs(reportedC - targetC) <= AT_SET_POINT_K ? "agrees" : null;
}

/** Whether the line is to be believed where a report contradicts it. */
export function isProven({ agreed }: ProvenLine): boolean {
  return agreed >= ENOUGH;
}
