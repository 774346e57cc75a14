import type { Command } from "../gcode/command.ts";
import { type CommandRole, commandRole, isQuery } from "../gcode/command_role.ts";

/**
 * What hosts send, drop or change by themselves: reports, polls, progress, messages and line
 * numbers (M105, M110, M73, M117, M155 and their kin; RepRapFirmware's M408 and M409). None of them makes a part.
 */
const HOSTS_OWN = new Set(
  [27, 31, 70, 72, 73, 75, 76, 77, 78, 105, 110, 113, 114, 115, 117, 118, 119, 123, 154, 155]
    .concat([408, 409]),
);

/** Whether a command is no part of a job's canonical stream. */
export function isHostsOwn(command: Command): boolean {
  if (command.kind === "empty") return true;
  if (command.kind === "named") return command.letter === "@" || commandRole(command) === "poll";
  return command.letter === "M" && (HOSTS_OWN.has(command.code) || isQuery(command));
}

/** Waiting for a temperature is the host's or the firmware's business; the set point is the job's. */
const WITHOUT_WAIT: Record<number, number> = { 109: 104, 190: 140, 191: 141 };

/**
 * The canonical text of a command: upper case, parameters in the order of the alphabet, numbers at
 * their shortest, no line number, checksum or comment; waits for a temperature as the plain set
 * point. Two lines that a firmware can't tell apart have the same.
 */
export function canonicalText(command: Command): string {
  if (command.kind !== "code" || command.mask === 0) {
    const text = command.text.replace(/\s+/g, " ");
    return text === "" ? command.name : `${command.name} ${text}`;
  }
  const wait = command.letter === "M" ? WITHOUT_WAIT[command.code] : undefined;
  let canonical = wait === undefined ? command.name : `M${wait}`;
  for (let index = 0; index < 26; index++) {
    const bit = 1 << index;
    if ((command.mask & bit) === 0) continue;
    // M109 R also waits for cooling; the set point is the same.
    const letter = wait !== undefined && index === 17 ? "S" : String.fromCharCode(65 + index);
    const bare = (command.bareMask & bit) !== 0;
    canonical += bare ? ` ${letter}` : ` ${letter}${command.values[index]}`;
  }
  // What can't be read as parameters still has to be the same.
  return command.stray > 0 || command.bareMask !== 0
    ? `${canonical} |${squeezed(command)}`
    : canonical;
}

function squeezed(command: Command): string {
  return command.text.replace(/\s+/g, "").toUpperCase();
}

/** Families of commands: 4 bits of a fingerprint. */
export const CLASSES = [
  "linear",
  "arc",
  "hotend",
  "bed",
  "fan",
  "flow",
  "speed",
  "z-offset",
  "retraction",
  "position",
  "modal",
  "sync",
  "settings",
  "pause",
  "firmware",
  "other",
] as const;
export type CommandClass = (typeof CLASSES)[number];

const BY_ROLE: Partial<Record<CommandRole, CommandClass>> = {
  "fan": "fan",
  "flow": "flow",
  "speed": "speed",
  "z-offset": "z-offset",
  "retraction": "retraction",
  "position": "position",
  "modal": "modal",
  "settings": "settings",
  "protection": "settings",
  "pause": "pause",
  "stop": "pause",
  "firmware-mode": "firmware",
  "read-out": "firmware",
};

const HOTEND_CODES = new Set([10, 104, 109, 568]);

export function commandClass(command: Command): CommandClass {
  if (command.letter === "G") {
    if (command.code <= 1) return "linear";
    if (command.code === 2 || command.code === 3 || command.code === 5) return "arc";
    if (command.code === 4 || command.code === 28 || command.code === 29) return "sync";
  }
  const role = commandRole(command);
  if (role === "temperature") {
    return HOTEND_CODES.has(command.code) ? "hotend" : "bed";
  }
  if (command.is("M", 400)) return "sync";
  return BY_ROLE[role] ?? "other";
}
