import { Command } from "../../gcode/command.ts";
import { initMachine, makeEffects, stepMachine } from "../../gcode/machine.ts";
import type { MachineOptions } from "../../gcode/machine_state.ts";
import { parseInto } from "../../gcode/parse_line.ts";
import { drainMotion, initMotion, makePlanned, type Planned, stepEffects } from "./planner.ts";
import type { MotionRules } from "./rules.ts";

export interface JobTime {
  lines: number;
  /** Moves with a length, those of the extruder alone included. */
  moves: number;
  /** Sum of all moves, s; heating, homing and dwells are not in it. */
  motionS: number;
  /** The part of it in which only the extruder moved, s. */
  extruderOnlyS: number;
  /** The slicer's own estimate from its comments, s, or `null`. */
  slicerS: number | null;
}

/** How long a job's moves take by the rules given; lines that can't be read are passed over. */
export function jobTime(
  lines: Iterable<string>,
  rules: MotionRules,
  options: MachineOptions = {},
): JobTime {
  const command = new Command();
  const effects = makeEffects(), planned = makePlanned();
  const machine = initMachine(options), motion = initMotion(rules);
  const total: JobTime = { lines: 0, moves: 0, motionS: 0, extruderOnlyS: 0, slicerS: null };
  for (const line of lines) {
    total.lines++;
    if (!parseInto(line, command)) continue;
    if (command.kind === "empty") {
      total.slicerS = slicerEstimateS(line) ?? total.slicerS;
    }
    stepMachine(machine, command, effects);
    stepEffects(motion, effects, planned);
    addMoves(total, planned);
  }
  drainMotion(motion, planned);
  addMoves(total, planned);
  return total;
}

function addMoves(total: JobTime, planned: Planned): void {
  for (let at = 0; at < planned.count; at++) {
    const move = planned.moves[at]!;
    total.motionS += move.durationS;
    if (move.extruderOnly) total.extruderOnlyS += move.durationS;
  }
  total.moves += planned.count;
  planned.count = 0;
}

const UNITS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** A slicer's estimate of the print time from one of its comment lines, s, or `null`. */
export function slicerEstimateS(line: string): number | null {
  // Cura's elapsed time grows through the file; its headline is a placeholder on the command line.
  const cura = /^;TIME_ELAPSED:(\d+(?:\.\d+)?)/.exec(line) ?? /^;TIME:(?!6666\b)(\d+)/.exec(line);
  if (cura) return Number(cura[1]);
  const prusa =
    /^; (?:estimated printing time \(normal mode\) =|.*total estimated time:)\s*([\ddhms ]+)/.exec(
      line,
    );
  if (!prusa) return null;
  let seconds = 0;
  for (const [, value, unit = "s"] of prusa[1]!.matchAll(/(\d+)\s*([dhms])/g)) {
    seconds += Number(value) * UNITS[unit]!;
  }
  return seconds;
}
