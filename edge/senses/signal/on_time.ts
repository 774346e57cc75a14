import type { Level } from "./told.ts";

/** How long a line has been on since it was last asked; plain values. */
export interface OnTime {
  level: Level;
  changedS: number;
  onS: number;
  takenS: number;
}

export function initOnTime(level: Level, atS: number): OnTime {
  return { level, changedS: atS, onS: 0, takenS: atS };
}

/** Takes the line's level from `atS` on. Mutates the state. */
export function noteLevel(state: OnTime, level: Level, atS: number): void {
  if (state.level === 1) state.onS += Math.max(0, atS - state.changedS);
  state.level = level;
  state.changedS = atS;
}

/** The share of time on since the last call, 0–1. Mutates the state. */
export function takeOnTime(state: OnTime, level: Level, atS: number): number {
  noteLevel(state, level, atS);
  const overS = atS - state.takenS;
  const share = overS > 0 ? Math.min(1, state.onS / overS) : level;
  state.onS = 0;
  state.takenS = atS;
  return share;
}
