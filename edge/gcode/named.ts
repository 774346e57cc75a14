import type { Command } from "./command.ts";
import type { Effects } from "./effects.ts";
import { setTarget } from "./factors.ts";
import { applyLimits, copyLimits } from "./limits.ts";
import type { MachineState } from "./machine_state.ts";

/** Klipper's named commands, as far as they change what the twins must know. */
export function stepNamed(state: MachineState, command: Command, effects: Effects): void {
  switch (command.name) {
    case "SET_VELOCITY_LIMIT":
      applyLimits(state.limits, command);
      effects.events.push({ type: "limits", limits: copyLimits(state.limits) });
      return;
    case "SET_HEATER_TEMPERATURE":
      return stepHeater(state, command, effects);
    case "TURN_OFF_HEATERS":
      return turnOff(state, effects);
    case "SET_GCODE_OFFSET":
      return stepOffset(state, command, effects);
    case "EXCLUDE_OBJECT_DEFINE":
    case "EXCLUDE_OBJECT_START":
    case "EXCLUDE_OBJECT_END":
    case "EXCLUDE_OBJECT":
      effects.events.push({
        type: "object",
        by: command.name,
        name: command.namedValue("NAME") ?? "",
      });
      return;
    case "PAUSE":
      effects.events.push({ type: "drains" }, { type: "pause", by: command.name });
      return;
    case "RESTORE_GCODE_STATE":
      effects.events.push({ type: "unmodelled", by: command.name });
      return;
  }
}

function stepHeater(state: MachineState, command: Command, effects: Effects): void {
  const targetC = Number(command.namedValue("TARGET") ?? "0");
  const name = command.namedValue("HEATER") ?? "";
  if (!Number.isFinite(targetC)) return;
  const extruder = /^extruder(\d*)$/.exec(name);
  if (extruder === null && name !== "heater_bed") return;
  const heater = extruder === null ? "bed" : "hotend";
  const tool = Math.min(Number(extruder?.[1] || 0), 31);
  setTarget(state, heater, tool, targetC);
  effects.events.push({ type: "target", heater, tool, targetC, waits: false });
}

function turnOff(state: MachineState, effects: Effects): void {
  state.hotendTargetsC.forEach((_, tool) => {
    setTarget(state, "hotend", tool, 0);
    effects.events.push({ type: "target", heater: "hotend", tool, targetC: 0, waits: false });
  });
  setTarget(state, "bed", 0, 0);
  effects.events.push({ type: "target", heater: "bed", tool: 0, targetC: 0, waits: false });
}

function stepOffset(state: MachineState, command: Command, effects: Effects): void {
  const absolute = command.namedValue("Z");
  const adjust = command.namedValue("Z_ADJUST");
  const text = absolute ?? adjust;
  const value = Number(text);
  if (text === null || !Number.isFinite(value)) return;
  const deltaMm = absolute === null ? value : value - state.babystepMm;
  state.babystepMm += deltaMm;
  effects.events.push({ type: "z-offset", by: command.name, deltaMm });
}
