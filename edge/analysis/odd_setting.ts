import type { Command } from "../gcode/command.ts";
import { commandRole } from "../gcode/command_role.ts";
import type { Effects } from "../gcode/effects.ts";
import { type Foreign, isFeatureSetting } from "./foreign_line.ts";
import type { UnreferencedWatch } from "./unreferenced_state.ts";

/** Printing moves that follow each other so fast flow: nothing waits, s. */
const FLOWS_S = 2;
/**
 * Printing moves after which a setting that the part never had is none of its slicer's: what is set
 * once stands before the part, what goes by layer or feature may come with its first one.
 */
const ONCE_LEARN = 40, BY_LAYER_LEARN = 150, CODES_LEARN = 300;
/** Acceleration and jerk, which slicers may set by layer. */
const BY_LAYER = new Set([204, 205, 566]);
/** So many kinds of settings and other codes of a job are remembered. */
const CODES_MAX = 64;
/** Dwells within a layer that no slicer writes, within so long, s. */
const DWELLS_ODD = 3, DWELLS_S = 120;
/** One so long leaves a blob by itself, s. */
const DWELL_LONG_S = 3;

/** Accelerations, jerks and the like, of a kind that the part has done without so far. */
export function oddSetting(watch: UnreferencedWatch, command: Command): Foreign[] {
  const moves = watch.habits.unfed.occasions;
  const byLayer = command.kind === "named" || BY_LAYER.has(command.code);
  // A first layer's acceleration stands before its first line and ends with it; others are set once.
  if (!isFeatureSetting(command) || (moves === 0 && !byLayer)) return [];
  const learn = byLayer ? BY_LAYER_LEARN : ONCE_LEARN;
  const code = command.kind === "named" ? command.name : command.code;
  if (!isNewCode(watch, code, moves, learn)) return [];
  const text = `'${command.name}' came in the middle of a part that never had it`;
  return [{ name: "command-settings", text, byHand: true, atOnce: false }];
}

/** Klipper's own commands that move or switch something past the part; others are macros. */
const PAST_THE_PART =
  /^(?:SET_(?:PIN|SERVO|STEPPER_ENABLE|KINEMATIC_POSITION|DUAL_CARRIAGE)|FORCE_MOVE|MANUAL_STEPPER|STEPPER_BUZZ|UPDATE_DELAYED_GCODE|RUN_SHELL_COMMAND)$/;

/** Codes that make no part, such as pins and servos: slicers' own stand in every layer. */
export function oddCode(watch: UnreferencedWatch, command: Command): Foreign[] {
  const numbered = command.kind === "code" && (command.letter === "M" || command.letter === "G");
  const coded = numbered || (command.kind === "named" && PAST_THE_PART.test(command.name));
  if (!coded || commandRole(command) !== "other" || command.is("G", 4)) return [];
  if (!isNewCode(watch, command.name, watch.habits.unfed.occasions)) return [];
  const text = `'${command.name}' came in the middle of a part that never had it`;
  return [{ name: "command-inserted", text, byHand: true, atOnce: true }];
}

/** Whether a code comes late for the first time; remembers it. Mutates the watch. */
function isNewCode(
  { settings }: UnreferencedWatch,
  code: number | string,
  moves: number,
  learn = CODES_LEARN,
): boolean {
  if (settings.includes(code) || settings.length >= CODES_MAX) return false;
  settings.push(code);
  return moves >= learn;
}

/** M108 ends a wait. Where moves flow nothing waits, and nobody has a reason to send it. */
export function oddRelease(
  watch: UnreferencedWatch,
  command: Command,
  eventTimeS: number,
): Foreign[] {
  if (!command.is("M", 108) || eventTimeS - watch.lastPrintS > FLOWS_S) return [];
  const text = "'M108' came while the part was printed and nothing waited";
  return [{ name: "command-inserted", text, byHand: true, atOnce: false }];
}

/** Dwells within a layer, many or long: each leaves a blob. Mutates the watch. */
export function oddDwell(
  watch: UnreferencedWatch,
  effects: Effects,
  eventTimeS: number,
): Foreign[] {
  if (!effects.events.some((event) => event.type === "dwell" && event.durationS > 0)) return [];
  watch.dwells = watch.dwells.filter((atS) => eventTimeS - atS < DWELLS_S).slice(-DWELLS_ODD);
  watch.dwells.push(eventTimeS);
  if (watch.dwells.length < DWELLS_ODD) return longDwell(watch, effects);
  const text = `${watch.dwells.length} dwells within layers`;
  return [{ name: "command-inserted", text, byHand: false, atOnce: false }];
}

function longDwell(watch: UnreferencedWatch, effects: Effects): Foreign[] {
  const dwell = effects.events.find((event) => event.type === "dwell");
  if (dwell?.type !== "dwell" || dwell.durationS < DWELL_LONG_S) return [];
  if (!isNewCode(watch, "G4", watch.habits.unfed.occasions)) return [];
  const text = `the nozzle stood still for ${dwell.durationS.toFixed(0)} s within a layer`;
  return [{ name: "command-inserted", text, byHand: true, atOnce: false }];
}
