import type { Command } from "./command.ts";
import type { Effects, HeaterName } from "./effects.ts";
import type { MachineState } from "./machine_state.ts";

/** No printer has more tools or fans than this. */
const INDEX_MAX = 31;

/**
 * M104, M109, M140, M190, M141, M191: S heats, R also waits for cooling; no S changes nothing.
 * RepRapFirmware's G10 and M568: P is the tool, S its temperature while active.
 */
export function stepTemperature(state: MachineState, command: Command, effects: Effects): void {
  const waits = command.code === 109 || command.code === 190 || command.code === 191;
  const targetC = command.number("S") ?? (waits ? command.number("R") : null);
  const ofTool = command.code === 10 || command.code === 568;
  const heater: HeaterName = command.code < 120 || ofTool
    ? "hotend"
    : command.code === 140 || command.code === 190
    ? "bed"
    : "chamber";
  if (targetC !== null) {
    const tool = index(command.numberOr(ofTool ? "P" : "T", state.tool));
    setTarget(state, heater, tool, targetC);
    effects.events.push({ type: "target", heater, tool, targetC, waits });
  }
  if (waits) effects.events.push({ type: "drains" });
}

export function setTarget(
  state: MachineState,
  heater: HeaterName,
  tool: number,
  targetC: number,
): void {
  if (heater === "bed") state.bedTargetC = targetC;
  else if (heater === "chamber") state.chamberTargetC = targetC;
  else fill(state.hotendTargetsC, tool, 0)[tool] = targetC;
}

/** M106 S (0–255 or 0–1, full where it is missing) P; M107 P. */
export function stepFan(state: MachineState, command: Command, effects: Effects): void {
  const fan = index(command.numberOr("P", 0));
  const speed = command.code === 107 ? 0 : command.number("S");
  if (speed !== null && speed > 1) state.fanFullS = 255;
  const duty = Math.min(Math.max((speed ?? state.fanFullS) / state.fanFullS, 0), 1);
  fill(state.fanDuties, fan, 0)[fan] = duty;
  effects.events.push({ type: "fan", fan, duty });
}

/** M220 S, B (keep) and R (restore); M221 S T. */
export function stepFactors(state: MachineState, command: Command, effects: Effects): void {
  const percent = command.number("S");
  if (command.code === 221) {
    if (percent === null) return;
    const tool = index(command.numberOr("T", state.tool));
    const factor = percent / 100;
    fill(state.flowFactors, tool, 1)[tool] = factor;
    effects.events.push({ type: "flow-factor", tool, factor });
    return;
  }
  if (command.has("B")) state.speedFactorBackup = state.speedFactor;
  const before = state.speedFactor;
  if (command.has("R")) state.speedFactor = state.speedFactorBackup;
  if (percent !== null && percent > 0) state.speedFactor = percent / 100;
  if (percent !== null || state.speedFactor !== before) {
    effects.events.push({ type: "speed-factor", factor: state.speedFactor });
  }
}

function index(value: number): number {
  return Math.min(Math.max(Math.trunc(value), 0), INDEX_MAX);
}

function fill(values: number[], upTo: number, value: number): number[] {
  while (values.length <= upTo) values.push(value);
  return values;
}
