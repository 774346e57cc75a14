import type { Told } from "./told.ts";

/** Turns of a fan from the pulses of its tachometer; plain values. */
export interface Tachometer {
  lastS: number;
  /** Times between the latest pulses, s, oldest first. */
  gapsS: number[];
}

/** No fan turns faster, 1/min; pulses that come closer are noise. */
const RPM_MAX = 30_000;
/** Without a pulse for so long the fan stands, s. */
const STANDS_S = 1.5;
const GAPS = 32;
/** A line on which so many pulses in a row come too close carries something else. */
const NOISE_MAX = 200;

export interface TachometerWiring {
  /** Pulses a turn: 2 for nearly all fans. */
  pulsesPerTurn: number;
}

export function initTachometer(): Tachometer & { noise: number } {
  return { lastS: -1e9, gapsS: [], noise: 0 };
}

/** Takes a rising edge. Mutates the state. */
export function stepPulse(
  state: Tachometer & { noise: number },
  { pulsesPerTurn }: TachometerWiring,
  atS: number,
): void {
  const gapS = atS - state.lastS;
  if (gapS < 60 / (RPM_MAX * pulsesPerTurn)) {
    state.noise++;
    return;
  }
  state.noise = 0;
  state.lastS = atS;
  if (gapS > STANDS_S) state.gapsS = [];
  else state.gapsS = [...state.gapsS.slice(1 - GAPS), gapS];
}

/**
 * The fan's speed, 1/min. Of the gaps the median counts: a pulse that was missed makes one of double
 * length and changes nothing.
 */
export function readRpm(
  state: Tachometer & { noise: number },
  { pulsesPerTurn }: TachometerWiring,
  atS: number,
): Told {
  if (state.noise > NOISE_MAX) return { value: null, fault: "pulses come faster than any fan" };
  if (atS - state.lastS > STANDS_S) return { value: 0, fault: null };
  const gaps = [...state.gapsS].sort((a, b) => a - b);
  const gapS = gaps[gaps.length >> 1];
  if (gapS === undefined) return { value: 0, fault: null };
  return { value: 60 / (gapS * pulsesPerTurn), fault: null };
}
