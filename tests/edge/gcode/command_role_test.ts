import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandRole } from "../../../edge/gcode/command_role.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";

const roles = suite("command role");

const TABLE: [string, string][] = [
  ["G1 X1", "motion"],
  ["G92 E0", "position"],
  ["M104 S200", "temperature"],
  ["M106 S255", "fan"],
  ["M221 S90", "flow"],
  ["M220 S90", "speed"],
  ["M290 Z.1", "z-offset"],
  ["M851 Z-1", "z-offset"],
  ["M207 S1", "retraction"],
  ["M92 E100", "settings"],
  ["M301 P1", "settings"],
  ["M500", "settings"],
  ["M350 E8", "settings"],
  ["M425 X0.5 F1", "settings"],
  ["M569 S0 E", "settings"],
  ["M852 I0.02", "settings"],
  ["G10 P0 S210 R180", "temperature"],
  ["G10", "retraction"],
  ["M568 P0 S210", "temperature"],
  ["M206 X1 Z.2", "z-offset"],
  ["M206 T3 P11 X80.5", "settings"],
  ["M302", "protection"],
  ["M302 P1", "protection"],
  ["M412 S0", "protection"],
  ["M412", "poll"],
  ["M211 S0", "protection"],
  ["M997", "firmware-mode"],
  ["M24", "firmware-mode"],
  ["M20", "read-out"],
  ["M503", "read-out"],
  ["M105", "poll"],
  ["M117 hi", "message"],
  ["M600", "pause"],
  ["M112", "stop"],
  ["G90", "modal"],
  ["T1", "modal"],
  ["M9876", "other"],
  ["@pause", "host"],
  ["; note", "host"],
  ["SET_VELOCITY_LIMIT ACCEL=1", "settings"],
  ["SET_TMC_CURRENT STEPPER=x CURRENT=.2", "settings"],
  ["SET_RETRACTION RETRACT_LENGTH=5", "retraction"],
  ["QUERY_ENDSTOPS", "poll"],
  ["MY_MACRO", "other"],
];

roles("sorts commands by what they are for", () => {
  for (const [line, role] of TABLE) {
    const parsed = parseLine(line);
    assert.is(parsed.ok && commandRole(parsed.value), role, line);
  }
});

roles.run();
