import type { Planned } from "../motion/planner.ts";

/** How much filament the printer has been told to push, by when it does it; plain values. */
export interface PushedFilament {
  /** Filament of moves that are over, net of retractions, mm. */
  doneMm: number;
  /** Moves that aren't: start and end, s, and filament, mm; oldest first. */
  pieces: [startS: number, endS: number, mm: number][];
  /** The furthest that the filament has been at the time asked for last, mm. */
  furthestMm: number;
}

/** No buffer holds more moves than this; older ones count as done. */
const PIECES_MAX = 4096;
/** A single move of more filament is no move but an unknown position told at last, mm. */
export const MOVE_MAX_MM = 150;

export function initPushedFilament(): PushedFilament {
  return { doneMm: 0, pieces: [], furthestMm: 0 };
}

/** Takes moves that were given their times. Mutates the state. */
export function addPushed(state: PushedFilament, planned: Planned): void {
  for (let at = 0; at < planned.count; at++) {
    const { extrudedMm, startEventS, endEventS } = planned.moves[at]!;
    if (extrudedMm === 0 || startEventS < 0 || Math.abs(extrudedMm) > MOVE_MAX_MM) continue;
    state.pieces.push([startEventS, endEventS, extrudedMm]);
  }
  while (state.pieces.length > PIECES_MAX) state.doneMm += state.pieces.shift()![2];
}

/**
 * Filament commanded up to `eventTimeS`, and the furthest that it has been, mm: what lies between
 * is drawn back. Times must not go back. Mutates the state.
 */
export function pushedAt(
  state: PushedFilament,
  eventTimeS: number,
): { netMm: number; furthestMm: number } {
  const { pieces } = state;
  let over = 0;
  while (over < pieces.length && pieces[over]![1] <= eventTimeS) {
    state.doneMm += pieces[over]![2];
    state.furthestMm = Math.max(state.furthestMm, state.doneMm);
    over++;
  }
  if (over > 0) pieces.splice(0, over);
  let netMm = state.doneMm;
  for (const [startS, endS, mm] of pieces) {
    if (startS >= eventTimeS) break;
    netMm += mm * Math.min(1, (eventTimeS - startS) / Math.max(1e-9, endS - startS));
  }
  state.furthestMm = Math.max(state.furthestMm, netMm);
  return { netMm, furthestMm: state.furthestMm };
}
