import { Command } from "../gcode/command.ts";
import { type Effects, makeEffects } from "../gcode/effects.ts";
import { initMachine, stepMachine } from "../gcode/machine.ts";
import type { MachineState } from "../gcode/machine_state.ts";
import { parseInto } from "../gcode/parse_line.ts";
import { parseResponse } from "../gcode/parse_response.ts";
import { readingOf } from "../gcode/response.ts";
import type { HeatAsked } from "../senses/relay/asked.ts";
import type { Observation } from "../source/observation.ts";

/** What the lines say that is asked of the hotend [pure]. */
export interface AskedHeat {
  asked: HeatAsked;
  /** The last set point that was commanded, °C, and when, s; a report may not know of it yet. */
  commandedC: number;
  commandedS: number;
  tunesUntilS: number;
  /** The largest duty told, in the firmware's own unit: 127, 255 or 100 once it was full on. */
  dutyFull: number;
  readonly machine: MachineState;
  readonly command: Command;
  readonly effects: Effects;
}

/** A command is in the reports after so long at the latest, s; M303 may take so long, s. */
const COMMAND_S = 15, TUNING_S = 1200;
/** No firmware's full scale is below this. */
const DUTY_FULL_MIN = 100;
/** Lines that may say something of heaters, in either dialect, with or without a number. */
const HEAT = /M10[49]|M112|M303|M568|HEATER|EMERGENCY/i;

export function initAskedHeat(): AskedHeat {
  return {
    asked: {
      targetC: null,
      changedS: -1e9,
      reportedC: null,
      reportS: -1e9,
      duty: null,
      tunes: false,
      stopped: false,
    },
    commandedC: 0,
    commandedS: -1e9,
    tunesUntilS: -1e9,
    dutyFull: 0,
    machine: initMachine({ joined: "midway" }),
    command: new Command(),
    effects: makeEffects(),
  };
}

/** Takes what crossed the tap; returns what is asked now, where there is something new to tell. */
export function stepAskedHeat(state: AskedHeat, observation: Observation): HeatAsked | null {
  const { eventTimeS } = observation;
  if (observation.type === "sent") return takeLine(state, observation.line, eventTimeS);
  if (observation.type === "received") return takeAnswer(state, observation.line, eventTimeS);
  return null;
}

function tell(state: AskedHeat, news: Partial<HeatAsked>, eventTimeS: number): HeatAsked {
  const before = state.asked;
  state.asked = { ...before, tunes: eventTimeS < state.tunesUntilS, ...news };
  if (state.asked.targetC !== before.targetC) state.asked.changedS = eventTimeS;
  return state.asked;
}

function takeLine(state: AskedHeat, line: string, eventTimeS: number): HeatAsked | null {
  if (!HEAT.test(line)) return null;
  const { command, effects, machine } = state;
  if (!parseInto(line, command)) return null;
  effects.events = [];
  effects.moveCount = 0;
  stepMachine(machine, command, effects);
  if (command.is("M", 303)) {
    state.tunesUntilS = eventTimeS + TUNING_S;
    return tell(state, {}, eventTimeS);
  }
  if (effects.events.some(({ type }) => type === "stop") && command.is("M", 112)) {
    return tell(state, { targetC: 0, stopped: true }, eventTimeS);
  }
  const target = effects.events.find((event) =>
    event.type === "target" && event.heater === "hotend" && event.tool === machine.tool
  );
  if (target?.type !== "target") return null;
  state.commandedC = target.targetC;
  state.commandedS = eventTimeS;
  // It takes a moment to be obeyed: until then the higher one counts.
  const targetC = Math.max(state.asked.targetC ?? 0, target.targetC);
  return tell(state, { targetC, stopped: false }, eventTimeS);
}

function takeAnswer(state: AskedHeat, line: string, eventTimeS: number): HeatAsked | null {
  if (/^start\b/.test(line)) {
    state.tunesUntilS = -1e9;
    state.commandedS = -1e9;
    return tell(state, { targetC: 0, stopped: true }, eventTimeS);
  }
  if (!/T\d*:/.test(line)) return null;
  const response = parseResponse(line);
  if (response.type !== "temperature") return null;
  const reading = readingOf(response.heaters, "hotend", state.machine.tool);
  if (!reading || reading.c === null || reading.targetC === null) return null;
  const lately = eventTimeS - state.commandedS < COMMAND_S;
  const targetC = lately ? Math.max(reading.targetC, state.commandedC) : reading.targetC;
  const stopped = state.asked.stopped && targetC === 0;
  const duty = dutyOf(state, reading.dutyRaw);
  const report = { reportedC: reading.c, reportS: eventTimeS, duty };
  return tell(state, { targetC, stopped, ...report }, eventTimeS);
}

function dutyOf(state: AskedHeat, raw: number | null): number | null {
  if (raw === null) return null;
  state.dutyFull = Math.max(state.dutyFull, raw);
  return state.dutyFull < DUTY_FULL_MIN ? null : raw / state.dutyFull;
}
