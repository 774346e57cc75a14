import { stepArc } from "./arc.ts";
import type { Command } from "./command.ts";
import { setsToolHeat } from "./command_role.ts";
import type { Effects } from "./effects.ts";
import { applyLimits, copyLimits } from "./limits.ts";
import { noteComment } from "./layers.ts";
import { stepLinear } from "./linear.ts";
import { stepFactors, stepFan, stepTemperature } from "./factors.ts";
import type { MachineState } from "./machine_state.ts";
import { stepNamed } from "./named.ts";
import { stepBezier, stepHome, stepOffset, stepPosition, stepRetract } from "./position.ts";

export { initMachine } from "./machine_state.ts";
export { makeEffects } from "./effects.ts";

/**
 * Steps the printer's modal state over one command, in place, and writes what it did to `effects`
 * (cleared first). Deterministic; an unknown command does nothing.
 *
 * @example
 * const state = initMachine({ dialect: "marlin" });
 * const effects = makeEffects();
 * const parsed = parseLine("G1 X10 E.5 F1800");
 * if (parsed.ok) stepMachine(state, parsed.value, effects);
 * effects.moves[0]; // lengthMm 10, deMm 0.5, feedrateMmPerS 30, as effects.moveCount is 1
 */
export function stepMachine(state: MachineState, command: Command, effects: Effects): void {
  effects.moveCount = 0;
  if (effects.events.length > 0) effects.events = [];
  if (command.kind === "code") {
    if (command.letter === "G") stepG(state, command, effects);
    else if (command.letter === "M") stepM(state, command, effects);
    else if (command.letter === "T") stepTool(state, command, effects);
  } else if (command.kind === "named") stepNamed(state, command, effects);
  else if (command.argsEnd < command.line.length) {
    const comment = command.comment;
    if (comment !== null) noteComment(state.layers, comment);
  }
}

function stepG(state: MachineState, command: Command, effects: Effects): void {
  switch (command.code) {
    case 0:
    case 1:
      return stepLinear(state, command, effects);
    case 2:
    case 3:
      return stepArc(state, command, effects);
    case 4:
      effects.events.push({ type: "drains" }, { type: "dwell", durationS: dwellS(command) });
      return;
    case 5:
      return stepBezier(state, command, effects);
    case 10:
      if (setsToolHeat(command)) return stepTemperature(state, command, effects);
      return stepRetract(state, command, effects);
    case 11:
      return stepRetract(state, command, effects);
    case 18:
    case 19:
      return refuse(effects, `Cannot follow arcs outside the XY plane: G17 was required`, command);
    case 20:
      state.inches = true;
      return refuse(effects, "Cannot follow lengths in inches: G21 was required", command);
    case 21:
      state.inches = false;
      return;
    case 28:
      return stepHome(state, command, effects);
    case 90:
      state.relative = false;
      if (state.dialect === "marlin") state.relativeE = false;
      return;
    case 91:
      state.relative = true;
      if (state.dialect === "marlin") state.relativeE = true;
      return;
    case 92:
      return stepPosition(state, command, effects);
    case 12:
    case 29:
    case 30:
    case 33:
    case 34:
    case 61:
    case 80:
    case 81:
      // Probing, cleaning and restored positions end wherever the firmware likes.
      effects.events.push({ type: "drains" }, { type: "unmodelled", by: command.name });
      return;
  }
}

function stepM(state: MachineState, command: Command, effects: Effects): void {
  switch (command.code) {
    case 82:
    case 83:
      state.relativeE = command.code === 83;
      return;
    case 104:
    case 109:
    case 140:
    case 190:
    case 141:
    case 191:
    case 568:
      return stepTemperature(state, command, effects);
    case 106:
    case 107:
      return stepFan(state, command, effects);
    case 220:
    case 221:
      return stepFactors(state, command, effects);
    case 201:
    case 203:
    case 204:
    case 205:
      applyLimits(state.limits, command);
      effects.events.push({ type: "limits", limits: copyLimits(state.limits) });
      return;
    case 206:
    case 290:
    case 851:
      return stepOffset(state, command, effects);
    case 207:
    case 208:
      return stepRetract(state, command, effects);
    case 0:
    case 1:
    case 25:
    case 125:
    case 226:
    case 600:
    case 601:
      effects.events.push({ type: "drains" }, { type: "pause", by: command.name });
      return;
    case 112:
    case 410:
      effects.events.push({ type: "stop", by: command.name });
      return;
    case 400:
    case 18:
    case 84:
      effects.events.push({ type: "drains" });
      return;
    case 117:
      effects.events.push({ type: "message", text: command.text });
      return;
    case 486:
      effects.events.push({ type: "object", by: "M486", name: command.text });
      return;
  }
}

function stepTool(state: MachineState, command: Command, effects: Effects): void {
  if (command.code < 0) return;
  if (command.code > 31) {
    return refuse(
      effects,
      "Cannot follow a tool change: a tool from 0 to 31 was required",
      command,
    );
  }
  if (state.tool === command.code) return;
  state.tool = command.code;
  effects.events.push({ type: "tool", tool: command.code });
}

function refuse(effects: Effects, issue: string, command: Command): void {
  effects.events.push({ type: "refused", issue: `${issue}, got '${command.body.slice(0, 40)}'` });
}

/** P is in ms and S in s; where both stand, Marlin takes S. */
function dwellS(command: Command): number {
  return Math.max(0, command.number("S") ?? command.numberOr("P", 0) / 1000);
}
