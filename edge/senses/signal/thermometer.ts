import type { Result } from "../../../shared/result.ts";
import { NOTHING, type Told } from "./told.ts";

/** A thermometer that is read many times a second; plain values. */
export interface Thermometer {
  /** Since the last reading. */
  sumC: number;
  count: number;
  /** What is wrong with the latest measurement; null: nothing. */
  issue: string | null;
  lastC: number | null;
  lastS: number;
  /** Measurements in a row that leapt. */
  leaps: number;
  /** Since when it has said one and the same, s. */
  sameSinceS: number;
  /** When something last came, s. */
  cameS: number;
}

/** No block and no air changes faster, K/s, besides what a wire's noise may add, K. */
const LEAP_K_PER_S = 60;
const NOISE_K = 5;
/** So many leaps in a row are no slip of one bit: the new value stands. */
const LEAPS = 5;
/** Far from the air a real measurement isn't the same for so long, s and °C. */
const STUCK_S = 180;
const STUCK_ABOVE_C = 70;
const SILENT_S = 3;

export function initThermometer(atS: number): Thermometer {
  return {
    sumC: 0,
    count: 0,
    issue: null,
    lastC: null,
    lastS: atS,
    leaps: 0,
    sameSinceS: atS,
    cameS: atS,
  };
}

/** Takes a measurement, °C, or why there is none. Mutates the state. */
export function stepThermometer(state: Thermometer, measured: Result<number>, atS: number): void {
  state.cameS = atS;
  state.issue = measured.ok ? null : measured.issue;
  if (!measured.ok) return;
  const c = measured.value;
  const { lastC, lastS } = state;
  const most = NOISE_K + LEAP_K_PER_S * Math.max(0, atS - lastS);
  if (lastC !== null && Math.abs(c - lastC) > most && ++state.leaps < LEAPS) return;
  state.leaps = 0;
  if (c !== lastC) state.sameSinceS = atS;
  Object.assign(state, { lastC: c, lastS: atS, sumC: state.sumC + c, count: state.count + 1 });
}

/** The mean since the last reading, °C. Mutates the state. */
export function readThermometer(state: Thermometer, atS: number): Told {
  const { sumC, count, issue, lastC } = state;
  state.sumC = 0;
  state.count = 0;
  if (issue !== null) return { value: null, fault: issue };
  if (atS - state.cameS > SILENT_S) return { value: null, fault: "it doesn't answer" };
  if (lastC !== null && lastC > STUCK_ABOVE_C && atS - state.sameSinceS > STUCK_S) {
    return { value: null, fault: `it has said ${lastC} °C for ${STUCK_S} s without a change` };
  }
  return count === 0 ? NOTHING : { value: sumC / count, fault: null };
}
