import type { Planned } from "../motion/planner.ts";

/** Filament pushed over time, as the printer does it; plain values, owned by the caller. */
export interface FlowWindow {
  readonly windowS: number;
  readonly filamentAreaMm2: number;
  /** Start, end, and filament of the latest moves, mm; oldest first. */
  pieces: [number, number, number][];
}

/** No window holds more moves than this; older ones are left out. */
const PIECES_MAX = 4096;

/**
 * Makes a window of `windowS` (default 2 s: a hotend's block smooths anything shorter) for filament
 * of a diameter (default 1.75 mm).
 */
export function initFlowWindow(windowS = 2, filamentMm = 1.75): FlowWindow {
  return { windowS, filamentAreaMm2: Math.PI * (filamentMm / 2) ** 2, pieces: [] };
}

/** Takes moves that were given their times by `scheduleMoves`. */
export function addFlow(flow: FlowWindow, planned: Planned): void {
  for (let at = 0; at < planned.count; at++) {
    const { extrudedMm, startEventS, endEventS } = planned.moves[at]!;
    if (extrudedMm !== 0 && startEventS >= 0) {
      flow.pieces.push([startEventS, endEventS, extrudedMm]);
    }
  }
  if (flow.pieces.length > PIECES_MAX) flow.pieces.splice(0, flow.pieces.length - PIECES_MAX);
}

/**
 * Filament melted on average over the window that ends at `eventTimeS`, mm/s, 0 or more: a
 * retraction and its way back cancel out. Forgets what lies before the window, so that times must
 * not go back by more than it.
 */
export function flowMmPerS(flow: FlowWindow, eventTimeS: number): number {
  const fromS = eventTimeS - flow.windowS;
  const { pieces } = flow;
  let spent = 0;
  while (spent < pieces.length && pieces[spent]![1] < fromS - flow.windowS) spent++;
  if (spent > 0) pieces.splice(0, spent);
  let filamentMm = 0;
  for (const [startS, endS, mm] of pieces) {
    if (startS >= eventTimeS) break;
    const overlapS = Math.min(endS, eventTimeS) - Math.max(startS, fromS);
    if (overlapS > 0) filamentMm += mm * Math.min(1, overlapS / Math.max(endS - startS, 1e-9));
  }
  return Math.max(0, filamentMm / flow.windowS);
}

/** The same as a volume, mm³/s. */
export function volumeMm3PerS(flow: FlowWindow, eventTimeS: number): number {
  return flowMmPerS(flow, eventTimeS) * flow.filamentAreaMm2;
}
