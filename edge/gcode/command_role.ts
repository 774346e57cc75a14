import type { Command } from "./command.ts";

/** What a command is for, as far as a guard cares. */
export type CommandRole =
  | "motion"
  | "temperature"
  | "fan"
  | "flow"
  | "speed"
  | "z-offset"
  | "retraction"
  | "position"
  | "settings"
  | "protection"
  | "firmware-mode"
  | "read-out"
  | "poll"
  | "message"
  | "pause"
  | "stop"
  | "host"
  | "modal"
  | "other";

const M_ROLES: readonly (readonly [CommandRole, readonly number[]])[] = [
  ["temperature", [104, 109, 140, 141, 190, 191, 568]],
  ["fan", [106, 107]],
  ["flow", [221]],
  ["speed", [220]],
  ["z-offset", [206, 290, 428, 851]],
  ["retraction", [207, 208, 209]],
  // Steps, limits, planner, PID, MPC, linear advance, input shaping, currents; store and restore.
  [
    "settings",
    [92, 200, 201, 202, 203, 204, 205, 218, 301, 303, 304, 305, 306, 309, 350, 420, 425, 500, 501]
      .concat([502, 504, 566, 569, 572, 593, 665, 666, 852, 900, 906, 907, 908, 910, 911, 912, 913])
      .concat([914, 919])
      // Width sensor, grids, fixed-time motion; RepRapFirmware's heaters, axes, skew, drives, filament.
      .concat([307, 308, 374, 375, 376, 404, 405, 406, 493, 494, 556, 558, 561, 563, 574, 579, 584])
      .concat([592, 595, 605, 915, 950]),
  ],
  // Cold extrusion, software endstops, thermal protection's own switches, run-out, idle time-out.
  ["protection", [85, 86, 87, 120, 121, 143, 211, 302, 310, 412, 540, 562, 570, 591, 860]],
  ["firmware-mode", [20, 21, 22, 23, 24, 26, 28, 29, 30, 32, 928, 997, 998, 999, 9999]],
  ["read-out", [33, 115, 503]],
  ["poll", [27, 31, 73, 75, 76, 77, 78, 105, 110, 113, 114, 119, 123, 154, 155, 408, 409]],
  ["message", [70, 72, 117, 118, 145, 150, 240, 250, 255, 256, 300, 355]],
  ["pause", [0, 1, 25, 125, 226, 600, 601, 602, 603, 701, 702, 876]],
  ["stop", [108, 112, 410, 524, 81]],
  ["modal", [17, 18, 82, 83, 84, 400, 486, 555]],
];
const M_ROLE = new Map(M_ROLES.flatMap(([role, codes]) => codes.map((code) => [code, role])));

const NAMED_ROLES: readonly (readonly [CommandRole, RegExp])[] = [
  ["host", /^@/],
  ["modal", /^EXCLUDE_OBJECT/],
  ["temperature", /^(?:SET_HEATER_TEMPERATURE|TEMPERATURE_WAIT|TURN_OFF_HEATERS)$/],
  ["fan", /^SET_FAN_SPEED$/],
  ["z-offset", /^SET_GCODE_OFFSET$/],
  ["settings", /^(?:SET_VELOCITY_LIMIT|SET_PRESSURE_ADVANCE|SET_INPUT_SHAPER|SAVE_CONFIG|PID_CAL)/],
  [
    "settings",
    /^(?:(?:SET|INIT)_TMC_|SET_EXTRUDER_(?:ROTATION|STEP)_|SYNC_EXTRUDER_|SET_SKEW|SKEW_P)/,
  ],
  ["settings", /^BED_MESH_(?:CLEAR|PROFILE|OFFSET)$/],
  ["retraction", /^SET_RETRACTION$/],
  ["protection", /^(?:SET_IDLE_TIMEOUT|SET_FILAMENT_SENSOR)$/],
  ["poll", /^(?:STATUS|HELP|GET_POSITION|GET_RETRACTION|DUMP_TMC|QUERY_|BED_MESH_OUTPUT)/],
  ["firmware-mode", /^(?:RESTART|FIRMWARE_RESTART|SDCARD_)/],
  ["pause", /^(?:PAUSE|RESUME)$/],
  ["stop", /^(?:CANCEL_PRINT|EMERGENCY_STOP)$/],
  ["message", /^(?:RESPOND|SET_PRINT_STATS_INFO|SET_DISPLAY_TEXT)$/],
];

/**
 * Without parameters these only report what is set (Marlin's factors, steps, limits, gains, offsets);
 * hosts and displays ask so now and then.
 */
const REPORTS = new Set(
  [92, 201, 203, 204, 205, 206, 207, 208, 211, 218, 220, 221, 301, 304, 412, 413, 420, 425]
    .concat([569, 593, 665, 666, 851, 852, 900, 906, 913, 914]),
);

/** Whether a command only asks what is set. */
export function isQuery({ letter, code, mask, stray }: Command): boolean {
  return letter === "M" && mask === 0 && stray === 0 && REPORTS.has(code);
}

/** The role of a command; G-code that neither moves nor sets is `other`. */
export function commandRole(command: Command): CommandRole {
  if (command.kind === "empty") return "host";
  if (command.kind === "named") {
    return NAMED_ROLES.find(([, pattern]) => pattern.test(command.name))?.[0] ?? "other";
  }
  if (command.letter === "M") {
    if (isQuery(command)) return "poll";
    // Repetier's M206 writes a value of any kind into its EEPROM: its type T at place P.
    if (command.code === 206 && command.has("T") && command.has("P")) return "settings";
    if (command.code === 20) return "read-out";
    return M_ROLE.get(command.code) ?? "other";
  }
  if (command.letter === "T") return "modal";
  if (setsToolHeat(command)) return "temperature";
  return command.letter === "G" ? gRole(command.code) : "other";
}

/** RepRapFirmware's `G10 P0 S210 R180`: the temperatures of a tool, no retraction. */
export function setsToolHeat(command: Command): boolean {
  return command.is("G", 10) && command.has("P") && (command.has("S") || command.has("R"));
}

function gRole(code: number): CommandRole {
  if (code <= 3 || code === 5 || code === 28) return "motion";
  if (code === 10 || code === 11) return "retraction";
  if (code === 92) return "position";
  if ((code >= 17 && code <= 21) || (code >= 90 && code <= 91)) return "modal";
  return "other";
}
