import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import { type CommandRole, commandRole } from "../gcode/command_role.ts";

/** What a line within a part says by itself. */
export interface Foreign {
  name: EventName;
  text: string;
  /** Whether a person may have sent it; else no slicer, host or person does within a part. */
  byHand: boolean;
  /** Told at once; else only if the same layer goes on after it: scripts end parts with it. */
  atOnce: boolean;
}

/** Acceleration, jerk, linear advance and the like: PrusaSlicer and Cura write them per feature. */
const USUAL_SETTINGS = new Set([201, 203, 204, 205, 566, 572, 593, 900]);
/** The same for Klipper. */
const USUAL_NAMES = new Set(["SET_VELOCITY_LIMIT", "SET_PRESSURE_ADVANCE"]);
/** The card and its pauses, which a person may work from the host. */
const CARD = new Set([21, 22, 23, 24, 26, 27, 32]);

const NAMES: Partial<Record<CommandRole, EventName>> = {
  "flow": "command-flow",
  "speed": "command-speed",
  "z-offset": "command-z-offset",
  "retraction": "command-retraction",
  "settings": "command-settings",
  "protection": "command-protection",
  "firmware-mode": "command-firmware-mode",
  "read-out": "command-read-out",
  "stop": "command-stop",
};

/** Whether slicers may write this setting into a part; one that does so, does it from the beginning. */
export function isFeatureSetting(command: Command): boolean {
  if (command.kind === "named") return USUAL_NAMES.has(command.name);
  return command.letter === "M" && command.mask !== 0 && USUAL_SETTINGS.has(command.code);
}

/** What a command within a part is, if it is one that no slicer writes there; else null. */
export function foreignLine(command: Command): Foreign | null {
  const role = commandRole(command);
  const told = (name: EventName, byHand: boolean, atOnce: boolean): Foreign => {
    return { name, text: `'${command.name}' came in the middle of a part`, byHand, atOnce };
  };
  if (command.letter === "M" && (command.code === 18 || command.code === 84)) {
    // With a time alone they say when idle motors rest.
    if (command.has("S") && !/[XYZE]/i.test(command.text)) return null;
    return told("command-inserted", false, false);
  }
  if (role === "position") {
    const moved = command.has("X") || command.has("Y") || command.has("Z");
    return moved ? told("command-z-offset", false, true) : null;
  }
  const name = NAMES[role];
  if (name === undefined || isHarmless(command, role)) return null;
  switch (role) {
    case "settings":
    case "protection":
      return told(name, false, true);
    case "firmware-mode":
      return told(name, CARD.has(command.code), true);
    case "z-offset":
    case "stop":
    case "read-out":
      return told(name, true, true);
    default:
      return told(name, true, false);
  }
}

function isHarmless(command: Command, role: CommandRole): boolean {
  // Firmware retraction is a part of printing; its lengths are not.
  if (role === "retraction") return command.letter === "G";
  if (role === "settings") return isFeatureSetting(command);
  // Who the firmware is, hosts ask whenever they like; M108 ends a wait that a pause began.
  if (role === "read-out") return command.is("M", 115);
  return role === "stop" && command.is("M", 108);
}
