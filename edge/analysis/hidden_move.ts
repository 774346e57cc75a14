import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects, Move } from "../gcode/effects.ts";

/** A layer goes on at the height where it was left, within so much, mm. */
const SAME_HEIGHT_MM = 0.01;
/** No line is printed so low over the bed, mm; nor does a part that has grown to this go back there. */
const BED_MM = 0.02, GROWN_MM = 0.1;
/** Slicers push a little more than they drew back, after some travels; a blob is more, mm. */
const SURPLUS_MM = 1;
/** Printing moves in which a job may show that it pushes filament at one place. */
const LEARN_MOVES = 150;

/** What happened between two printing moves that makes no part by itself. Plain JSON. */
export interface HiddenMoves {
  /** Height of the last printing move, mm; negative before the first. */
  zMm: number;
  moves: number;
  homed: boolean;
  /** A pause or another tool: filament may be changed and primed. */
  excused: boolean;
  owedMm: number;
  surplusMm: number;
  /** The job itself pushes filament at one place, such as into a purge bucket. */
  pushes: boolean;
}

export function initHiddenMoves(): HiddenMoves {
  const none = { homed: false, excused: false, owedMm: 0, surplusMm: 0, pushes: false };
  return { zMm: -1, moves: 0, ...none };
}

/** What was hidden between two printing moves; `byHand` where a person may have done it. */
export interface HiddenMove {
  name: EventName;
  text: string;
  byHand: boolean;
}

/** Takes a command's moves; tells at the next printing move what came before it. Mutates the state. */
export function stepHiddenMoves(
  state: HiddenMoves,
  command: Command,
  effects: Effects,
): HiddenMove[] {
  if (command.is("G", 28)) state.homed = true;
  if (effects.events.some(({ type }) => type === "pause" || type === "tool")) state.excused = true;
  const found: HiddenMove[] = [];
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    const along = move.dxMm !== 0 || move.dyMm !== 0;
    if (along && move.deMm > 0 && move.certain) {
      found.push(...tellHidden(state, move));
      Object.assign(state, { zMm: move.zMm, homed: false, excused: false, surplusMm: 0 });
      state.moves++;
    } else if (!along) state.surplusMm += Math.max(0, move.deMm - state.owedMm);
    state.owedMm = Math.max(0, state.owedMm - move.deMm);
  }
  return found;
}

function tellHidden(state: HiddenMoves, { zMm }: Move): HiddenMove[] {
  const { homed, excused, surplusMm } = state;
  const found: HiddenMove[] = [];
  if (state.zMm > GROWN_MM && zMm <= BED_MM) {
    const text = "lines are printed at the height of the bed";
    found.push({ name: "command-z-offset", text, byHand: false });
  }
  if (homed && !excused && Math.abs(zMm - state.zMm) < SAME_HEIGHT_MM) {
    const text = "axes were homed in the middle of a layer";
    found.push({ name: "command-inserted", text, byHand: true });
  }
  if (surplusMm < SURPLUS_MM || excused || homed) return found;
  if (state.moves < LEARN_MOVES) state.pushes = true;
  if (state.pushes) return found;
  const text = `${surplusMm.toFixed(1)} mm of filament were pushed into the part at one place`;
  return [...found, { name: "command-inserted", text, byHand: true }];
}
