import { KNOWN_X, KNOWN_Y, KNOWN_Z, type MachineState } from "../gcode/machine_state.ts";

/** Where the toolhead waits, and how warm. */
export interface ParkPlace {
  xMm: number | null;
  yMm: number | null;
  liftMm: number;
  standbyC: number;
}

/** What has to be put back before the job may go on: logical coordinates, `null` where unknown. */
export interface SavedState {
  xMm: number | null;
  yMm: number | null;
  zMm: number | null;
  relative: boolean;
  relativeE: boolean;
  feedrateMmPerS: number;
  tool: number;
  /** Targets of the hotends that were warmer than the standby, by tool, °C. */
  hotends: { tool: number; targetC: number }[];
}

const LIFT_FEED_MM_PER_MIN = 600;
const TRAVEL_FEED_MM_PER_MIN = 6000;

const mm = (value: number) => String(Number(value.toFixed(3)));

/** Takes down what parking will change [pure]. */
export function saveState(machine: MachineState, place: ParkPlace): SavedState {
  const known = (bit: number, value: number) => (machine.known & bit) === 0 ? null : value;
  return {
    xMm: known(KNOWN_X, machine.xMm - machine.xShiftMm),
    yMm: known(KNOWN_Y, machine.yMm - machine.yShiftMm),
    zMm: known(KNOWN_Z, machine.zMm - machine.zShiftMm),
    relative: machine.relative,
    relativeE: machine.relativeE,
    feedrateMmPerS: machine.feedrateMmPerS,
    tool: machine.tool,
    hotends: machine.hotendTargetsC
      .map((targetC, tool) => ({ tool, targetC: targetC ?? 0 }))
      .filter(({ targetC }) => targetC > place.standbyC),
  };
}

/** One axis word to `toMm`, in the mode that the printer is in; empty where that can't be said. */
function word(letter: string, fromMm: number | null, toMm: number | null, relative: boolean) {
  if (toMm === null || (relative && fromMm === null)) return "";
  return ` ${letter}${mm(relative ? toMm - (fromMm ?? 0) : toMm)}`;
}

function travel(
  from: Pick<SavedState, "xMm" | "yMm">,
  to: Pick<SavedState, "xMm" | "yMm">,
  relative: boolean,
): string[] {
  const words = word("X", from.xMm, to.xMm, relative) + word("Y", from.yMm, to.yMm, relative);
  return words === "" ? [] : [`G1${words} F${TRAVEL_FEED_MM_PER_MIN}`];
}

/**
 * A lift by `liftMm` without touching the printer's modes where that can be: what G90 and G91 do
 * to the extruder differs between firmwares, so they are a last resort.
 */
function lift(saved: SavedState, liftMm: number): string[] {
  const up = (zMm: number) => `G1 Z${mm(zMm)} F${LIFT_FEED_MM_PER_MIN}`;
  if (saved.relative) return [up(liftMm)];
  if (saved.zMm !== null) return [up(saved.zMm + liftMm)];
  return ["G91", up(liftMm), "G90", saved.relativeE ? "M83" : "M82"];
}

/**
 * The lines that take a hot nozzle off the part [pure]: the target goes down first, so that
 * whatever happens later the heat doesn't stay; then the nozzle up, and away.
 */
export function parkLines(saved: SavedState, place: ParkPlace): string[] {
  const cool = saved.hotends.map(({ tool }) => `M104 T${tool} S${mm(place.standbyC)}`);
  return [...cool, ...lift(saved, place.liftMm), ...travel(saved, place, saved.relative)];
}

/**
 * The lines that park once more in the midst of the way back [pure], without the heat that was asked
 * for. Where places can only be told relative to each other, that way is gone to its end first.
 *
 * @param left what was left of `unparkLines`
 */
export function parkAgainLines(
  saved: SavedState,
  place: ParkPlace,
  left: readonly string[],
): string[] {
  const isAbsolute = !saved.relative && saved.zMm !== null;
  const back = isAbsolute ? [] : left.filter((line) => !/^M10[49]\b/.test(line));
  return [...back, ...parkLines(saved, place)];
}

/** Where the nozzle stands once it is parked. */
function parked(saved: SavedState, place: ParkPlace): Pick<SavedState, "xMm" | "yMm"> {
  return { xMm: place.xMm ?? saved.xMm, yMm: place.yMm ?? saved.yMm };
}

/**
 * The lines that bring everything back for the job to go on [pure]: heat first and wait for it,
 * then over the part, down, and the feedrate that the host believes in.
 */
export function unparkLines(saved: SavedState, place: ParkPlace): string[] {
  const heat = [
    ...saved.hotends.map(({ tool, targetC }) => `M104 T${tool} S${mm(targetC)}`),
    ...saved.hotends.filter(({ tool }) => tool === saved.tool)
      .map(({ tool, targetC }) => `M109 T${tool} S${mm(targetC)}`),
  ];
  const moved = place.xMm !== null || place.yMm !== null;
  const over = moved ? travel(parked(saved, place), saved, saved.relative) : [];
  return [...heat, ...over, ...lower(saved, place.liftMm), `G1 F${mm(saved.feedrateMmPerS * 60)}`];
}

/** An absolute height also mends a lift that was made twice because the agent was killed. */
function lower(saved: SavedState, liftMm: number): string[] {
  return saved.relative || saved.zMm === null
    ? lift({ ...saved, zMm: null }, -liftMm)
    : [`G1 Z${mm(saved.zMm)} F${LIFT_FEED_MM_PER_MIN}`];
}

/** The lines that end all heating [pure]. */
export function coldLines(hotends: number): string[] {
  return [
    ...Array.from({ length: Math.max(1, hotends) }, (_, tool) => `M104 T${tool} S0`),
    "M140 S0",
  ];
}
