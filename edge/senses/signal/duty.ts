import type { Level, Told } from "./told.ts";

/**
 * The duty on a gate from the edges of its slow PWM. Whole cycles are counted, because half a second
 * holds only a few of them and a cut one would shift the mean. Plain values.
 */
export interface GateCycles {
  level: Level;
  /** When the level last changed, and when the measurement that is under way began, s. */
  changedS: number;
  fromS: number;
  /** The rise that began the cycle under way; null: none was seen. */
  roseS: number | null;
  /** Time on within that cycle so far, s. */
  cycleOnS: number;
  /** Whole cycles since the last measurement: time on, and time at all, s. */
  onS: number;
  overS: number;
  cycles: number;
  /** Time on outside whole cycles since `fromS`, s. */
  looseOnS: number;
  /** Edges that must have been missed since the line was first read. */
  missed: number;
}

/** A level that stands for longer than this many cycles is no part of one. */
const STANDS_CYCLES = 1.6;
/** No PWM that edges are followed of has a longer cycle, s. */
const CYCLE_S_MAX = 1.2;

export function initGateCycles(level: Level, atS: number): GateCycles {
  return {
    level,
    changedS: atS,
    fromS: atS,
    roseS: null,
    cycleOnS: 0,
    onS: 0,
    overS: 0,
    cycles: 0,
    looseOnS: 0,
    missed: 0,
  };
}

/** Takes an edge: the line is at `level` from `atS` on. Mutates the state. */
export function stepGateEdge(state: GateCycles, level: Level, atS: number): void {
  if (level === state.level) {
    // Two edges came as one: the line was elsewhere for a moment that nobody saw.
    state.missed++;
    return;
  }
  passTime(state, atS);
  state.level = level;
  state.changedS = atS;
  if (level === 1) rise(state, atS);
}

function passTime(state: GateCycles, atS: number): void {
  if (state.level === 0) return;
  const onS = Math.max(0, atS - Math.max(state.changedS, state.fromS));
  state.cycleOnS += Math.max(0, atS - state.changedS);
  state.looseOnS += onS;
}

function rise(state: GateCycles, atS: number): void {
  const { roseS } = state;
  if (roseS !== null && atS - roseS <= CYCLE_S_MAX) {
    state.onS += state.cycleOnS;
    state.overS += atS - roseS;
    state.cycles++;
  }
  state.roseS = atS;
  state.cycleOnS = 0;
}

/**
 * The mean duty since the last measurement, 0–1. `level` is the line's as it was just read: where it
 * isn't the one that the edges led to, edges were missed.
 */
export function readGateDuty(state: GateCycles, level: Level, atS: number): Told {
  if (level !== state.level) stepGateEdge(state, level, atS);
  const cycleS = state.cycles > 0 ? state.overS / state.cycles : 0;
  const stands = atS - state.changedS > (STANDS_CYCLES * cycleS || 0.3);
  const value = stands || state.cycles === 0 ? byTime(state, atS) : state.onS / state.overS;
  Object.assign(state, { fromS: atS, onS: 0, overS: 0, cycles: 0, looseOnS: 0 });
  if (stands) state.roseS = null;
  return { value: Math.max(0, Math.min(1, value)), fault: null };
}

/** The share of time on since the last measurement, whole cycles or not. */
function byTime(state: GateCycles, atS: number): number {
  const standing = state.level === 1 ? atS - Math.max(state.changedS, state.fromS) : 0;
  const overS = atS - state.fromS;
  return overS > 0 ? (state.looseOnS + standing) / overS : state.level;
}
