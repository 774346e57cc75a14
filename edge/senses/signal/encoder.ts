import type { Level, Told } from "./told.ts";

/** Filament that passed a motion encoder; plain values. */
export interface Encoder {
  a: Level;
  b: Level;
  changedS: number;
  /** Quarters of a pulse, signed where two channels tell the direction. */
  quarters: number;
  /** Edges since the last reading, and readings in a row with more than filament can cause. */
  edges: number;
  wildReads: number;
  readS: number;
}

export interface EncoderWiring {
  /** Filament under one whole pulse (high and low), mm. */
  mmPerPulse: number;
  /** Whether a second channel tells the direction. */
  hasB: boolean;
}

/** A contact bounces for less; and at 1.4 mm an edge nothing moves filament that fast, s. */
const BOUNCE_S = 0.004;
/** Edges a second beyond this are no filament's. */
const EDGES_PER_S_MAX = 250;
const WILD_READS = 4;

export function initEncoder(a: Level, b: Level, atS: number): Encoder {
  return { a, b, changedS: -1e9, quarters: 0, edges: 0, wildReads: 0, readS: atS };
}

/** Takes an edge of one channel. Mutates the state. */
export function stepEncoder(
  state: Encoder,
  { hasB }: EncoderWiring,
  channel: "a" | "b",
  level: Level,
  atS: number,
): void {
  state.edges++;
  if (state[channel] === level) return;
  if (!hasB && atS - state.changedS < BOUNCE_S) return;
  state.changedS = atS;
  // Forward, A leads: it changes to what B isn't, and B to what A is.
  const forward = channel === "a" ? level !== state.b : level === state.a;
  state[channel] = level;
  state.quarters += hasB ? (forward ? 1 : -1) : 2;
}

/** What passed since the start, mm; `a` and `b` are the lines' levels as just read. */
export function readFilament(
  state: Encoder,
  wiring: EncoderWiring,
  a: Level,
  b: Level,
  atS: number,
): Told {
  const overS = Math.max(0.1, atS - state.readS);
  const wild = state.edges / overS > EDGES_PER_S_MAX;
  state.wildReads = wild ? state.wildReads + 1 : 0;
  if (a !== state.a) stepEncoder(state, wiring, "a", a, atS);
  if (wiring.hasB && b !== state.b) stepEncoder(state, wiring, "b", b, atS);
  Object.assign(state, { edges: 0, readS: atS });
  if (state.wildReads >= WILD_READS) {
    return { value: null, fault: "pulses come faster than filament can" };
  }
  return { value: state.quarters / 4 * wiring.mmPerPulse, fault: null };
}
