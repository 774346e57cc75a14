import type { Limits } from "./limits.ts";

/**
 * One straight piece of motion. The objects belong to an `Effects` and are overwritten by the next
 * step: copy what must last.
 */
export interface Move {
  /** Machine coordinates at the end of the move, mm (G92 and babysteps don't change them). */
  xMm: number;
  yMm: number;
  zMm: number;
  /** Travel, mm. */
  dxMm: number;
  dyMm: number;
  dzMm: number;
  /** Length of the path through X, Y and Z, mm; 0 for a move of the extruder alone. */
  lengthMm: number;
  /** Filament as the G-code asks for it, mm, negative to retract. */
  deMm: number;
  /** Filament that the firmware will push: with the flow factor of the tool, mm. */
  extrudedMm: number;
  /** Commanded speed along the path with the speed factor, mm/s. */
  feedrateMmPerS: number;
  /** Layer index, −1 before the first. */
  layer: number;
  /** False while a position that this move starts from was never told (joined mid-print). */
  certain: boolean;
  /** True for the first piece of its command; an arc has several. */
  first: boolean;
}

export type HeaterName = "hotend" | "bed" | "chamber";

/** What a command did besides moving. */
export type MachineEvent =
  | { type: "target"; heater: HeaterName; tool: number; targetC: number; waits: boolean }
  /** `duty` 0–1; fan 0 is the part fan. */
  | { type: "fan"; fan: number; duty: number }
  | { type: "flow-factor"; tool: number; factor: number }
  | { type: "speed-factor"; factor: number }
  | { type: "layer"; layer: number; zMm: number; heightMm: number }
  | { type: "tool"; tool: number }
  | { type: "homed"; axes: string }
  /** G92: the logical position changed by so much while nothing moved. */
  | { type: "position-set"; axes: string; dzMm: number }
  /** The nozzle's height changed without a move: `by` is the command's name. */
  | { type: "z-offset"; by: string; deltaMm: number }
  | { type: "retract"; retracted: boolean }
  | { type: "limits"; limits: Limits }
  | { type: "dwell"; durationS: number }
  /** The command finishes only when all motion has ended (M400, M109, G28…). */
  | { type: "drains" }
  | { type: "pause"; by: string }
  | { type: "stop"; by: string }
  | { type: "object"; by: string; name: string }
  | { type: "message"; text: string }
  /** Refused loudly: what follows can't be followed; say so to a person. */
  | { type: "refused"; issue: string }
  /** Known to change the position or the modal state in a way that isn't modelled. */
  | { type: "unmodelled"; by: string };

/** What one step made: owned by the caller, cleared by each step. */
export interface Effects {
  /** Only the first `moveCount` are of this step. */
  readonly moves: Move[];
  moveCount: number;
  events: MachineEvent[];
}

/** No command makes more pieces than this; a longer arc gets longer pieces. */
export const MOVES_MAX = 4096;

export function makeEffects(): Effects {
  return { moves: [makeMove()], moveCount: 0, events: [] };
}

/** The next free move of this step, to be filled by the caller. */
export function nextMove(effects: Effects): Move {
  if (effects.moveCount === effects.moves.length) effects.moves.push(makeMove());
  return effects.moves[effects.moveCount++]!;
}

function makeMove(): Move {
  // Fractions keep V8 from laying the fields out for small integers first.
  return {
    xMm: 0.5,
    yMm: 0.5,
    zMm: 0.5,
    dxMm: 0.5,
    dyMm: 0.5,
    dzMm: 0.5,
    lengthMm: 0.5,
    deMm: 0.5,
    extrudedMm: 0.5,
    feedrateMmPerS: 0.5,
    layer: -1,
    certain: false,
    first: false,
  };
}
