import { FAN_TOLERANCE, meanGate, stepFanGate } from "../detector/fan_gate.ts";
import { stepFanSpeed } from "../detector/fan_speed.ts";
import { restFilament } from "../detector/filament_check.ts";
import { believable, noteHealth } from "../detector/sense_health.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import type { Response } from "../gcode/response.ts";
import type { Sense } from "../source/observation.ts";
import {
  answerFilament,
  commandFilament,
  idleFilament,
} from "../twin/extrusion/commanded_filament.ts";
import { addCells } from "../twin/extrusion/layer_cells.ts";
import { MOVE_MAX_MM } from "../twin/extrusion/pushed_filament.ts";
import type { MotionOutput } from "../twin/motion/motion_twin.ts";
import { anchorFan, orderedDuty, orderFan, passMoves } from "../twin/senses/fan_orders.ts";
import { noteAmbient, noteDoor, noteSupply, STALE_S } from "../twin/senses/surroundings.ts";
import type { StreamEvent } from "./command_findings.ts";
import { doorEvent, failedEvent, fanEvent, slowFanEvent, supplyEvent } from "./senses_events.ts";
import { takeFilament } from "./senses_filament.ts";
import { takeDuty, takeProbe } from "./senses_heat.ts";
import type { SensesWatch } from "./senses_state.ts";
import { noteTrail } from "./senses_trail.ts";

/** M303 may take so long; a new job after it ends it sooner, s. */
const TUNING_S = 1200;
/** A printer that hasn't been heard for so long may be off, s. */
const HEARD_S = 2.5;
/** After what nobody saw sent so many moves show that the host prints again. */
const UNSEEN_MOVES = 100;
/** What a command did, by what settings moves are planned, and room to plan in. */
interface CommandAround {
  effects: Effects;
  settings: readonly string[];
  motion: MotionOutput;
}

/** The printer does what nobody sees sent, from its card or because lines were missed. Mutates the watch. */
export function noteUnseenMoves(watch: SensesWatch): void {
  watch.unseenMoves = UNSEEN_MOVES;
}

/** Takes what a command did, for what the senses should then show. Mutates the watch. */
export function noteSensesCommand(
  watch: SensesWatch,
  command: Command,
  { effects: { events, moveCount }, motion, settings }: CommandAround,
  eventTimeS: number,
): void {
  if (watch.commanded) {
    commandFilament(watch.commanded, command, settings, eventTimeS, motion);
    addCells(watch.cells, motion.effects, MOVE_MAX_MM);
  }
  if (moveCount > 0) passMoves(watch.orders, moveCount);
  for (const event of events) {
    if (event.type === "fan" && event.fan === 0) orderFan(watch.orders, event.duty, eventTimeS);
    if (event.type === "target" && event.heater === "hotend") noteTarget(watch, event, eventTimeS);
  }
  if (events.some(({ type }) => type === "pause")) restFilament(watch.filament);
  if (command.is("M", 24) || command.is("M", 32)) noteUnseenMoves(watch);
  else watch.unseenMoves = Math.max(0, watch.unseenMoves - moveCount);
  if (command.is("M", 303)) watch.tunesUntilS = eventTimeS + TUNING_S;
}

/** A set point takes a moment to reach the firmware: until then the higher one counts. */
function noteTarget(
  watch: SensesWatch,
  { targetC }: { targetC: number },
  eventTimeS: number,
): void {
  watch.commandedC = targetC;
  watch.commandedS = eventTimeS;
  if (watch.targetC !== null) watch.targetC = Math.max(watch.targetC, targetC);
}

/** Takes what the printer says. Mutates the watch. */
export function noteSensesResponse(
  watch: SensesWatch,
  response: Response,
  eventTimeS: number,
): void {
  if (watch.commanded) answerFilament(watch.commanded, response, eventTimeS);
  watch.heardS = eventTimeS;
  if (response.type !== "start") return;
  restFilament(watch.filament);
  anchorFan(watch.orders, 0);
}

/** Lets time pass. Mutates the watch. */
export function noteSensesTick(
  watch: SensesWatch,
  eventTimeS: number,
  motion: MotionOutput,
): void {
  if (watch.commanded) idleFilament(watch.commanded, eventTimeS, motion);
}

/** The part fan's duty as measured; null where the sense doesn't tell. */
export function measuredFan(watch: SensesWatch, eventTimeS: number): number | null {
  return eventTimeS - watch.fanAtS <= STALE_S ? watch.fanDuty : null;
}

/** Takes one reading; returns what is odd about it. Mutates the watch. */
export function stepSenses(
  watch: SensesWatch,
  sense: Sense,
  value: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent[] {
  const failed = noteHealth(watch.health, sense, value);
  if (failed) return [failedEvent(failed, eventTimeS, layer)];
  if (!believable(sense, value) || watch.health.told.includes(sense)) return [];
  const event = stepOne(watch, sense, value, eventTimeS, layer);
  return event ? [event] : [];
}

function stepOne(
  watch: SensesWatch,
  sense: Sense,
  value: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  switch (sense) {
    case "hotendDuty":
      return takeDuty(watch, value, eventTimeS, layer);
    case "fanDuty":
      return takeFan(watch, value, eventTimeS, layer);
    case "fanRpm": {
      const slow = stepFanSpeed(watch.speed, eventTimeS, value, watch.fanDuty);
      return slow && slowFanEvent(slow, watch.fanDuty, eventTimeS, layer);
    }
    case "secondHotendC":
      takeProbe(watch, value, eventTimeS);
      return null;
    case "ambientC":
      noteAmbient(watch.around, eventTimeS, value);
      return null;
    case "doorOpen":
      noteDoor(watch.around, eventTimeS, value > 0.5);
      return value > 0.5 ? doorEvent(eventTimeS, layer) : null;
    case "supplyGood":
      noteSupply(watch.around, eventTimeS, value > 0.5);
      return value > 0.5 ? null : supplyEvent(eventTimeS, layer);
    case "filamentMm":
      return takeFilament(watch, value, eventTimeS, layer);
  }
}

function takeFan(
  watch: SensesWatch,
  duty: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  watch.fanDuty = duty;
  watch.fanAtS = eventTimeS;
  const mean = meanGate(watch.fan, eventTimeS, duty);
  if (mean === null) return null;
  if (watch.unseenMoves > 0) anchorFan(watch.orders, mean);
  if (eventTimeS - watch.heardS > HEARD_S) {
    watch.fan.offSinceS = null;
    return null;
  }
  const commanded = orderedDuty(watch.orders, mean, FAN_TOLERANCE, eventTimeS);
  noteTrail(watch.trail, eventTimeS, { fanGate: mean, fanCommanded: commanded });
  const alarm = stepFanGate(watch.fan, eventTimeS, mean, commanded);
  return alarm && fanEvent(alarm, watch.trail, eventTimeS, layer);
}
