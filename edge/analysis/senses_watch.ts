import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import type { Sense } from "../source/observation.ts";
import {
  FAN_TOLERANCE,
  type FanGate,
  initFanGate,
  meanGate,
  stepFanGate,
} from "../detector/fan_gate.ts";
import { type FanSpeed, initFanSpeed, stepFanSpeed } from "../detector/fan_speed.ts";
import {
  type GateDuty,
  initGateDuty,
  noteHeat,
  noteReportedDuty,
  restGateDuty,
  stepGateDuty,
} from "../detector/gate_duty.ts";
import { initOffTarget, type OffTarget, stepOffTarget } from "../detector/off_target.ts";
import { initProbeCheck, type ProbeCheck, stepProbeCheck } from "../detector/probe_check.ts";
import {
  believable,
  initSenseHealth,
  noteHealth,
  type SenseHealth,
  tellOnce,
} from "../detector/sense_health.ts";
import {
  anchorFan,
  type FanOrders,
  initFanOrders,
  orderedDuty,
  orderFan,
  passMoves,
} from "../twin/senses/fan_orders.ts";
import {
  initSecondThermometer,
  noteProbeC,
  noteReportedC,
  type ProbeOffset,
  probeOffsetOf,
  type SecondThermometer,
} from "../twin/senses/second_thermometer.ts";
import {
  initSurroundings,
  noteAmbient,
  noteDoor,
  noteSupply,
  STALE_S,
  surroundingFeatures,
  type Surroundings,
} from "../twin/senses/surroundings.ts";
import type { HeaterSample } from "../twin/thermal/heater_twin.ts";
import type { StreamEvent } from "./command_findings.ts";
import {
  doorEvent,
  dutyEvent,
  failedEvent,
  fanEvent,
  filamentEvent,
  offTargetEvent,
  probeEvent,
  slowFanEvent,
  supplyEvent,
} from "./senses_events.ts";
import {
  type EncoderScale,
  encoderScaleOf,
  type FilamentCheck,
  initFilamentCheck,
  restFilament,
  stepFilament,
} from "../detector/filament_check.ts";
import type { MachineState } from "../gcode/machine_state.ts";
import type { Response } from "../gcode/response.ts";
import {
  answerFilament,
  type CommandedFilament,
  commandedNow,
  commandFilament,
  idleFilament,
  initCommandedFilament,
} from "../twin/extrusion/commanded_filament.ts";
import type { MotionOutput } from "../twin/motion/motion_twin.ts";
import { initTrail, noteTrail, type Trail } from "./senses_trail.ts";

/** What the senses of one printer have taught; kept in its profile. */
export interface SensesProfile {
  probe: ProbeOffset | null;
  /** How long the heater's gate is full on while it holds its set point, s. */
  habitS: number;
  encoder: EncoderProfile | null;
}

/** The encoder's scale, and which of the usual buffers the printer has. */
export interface EncoderProfile extends EncoderScale {
  buffer: number;
}

/** Everything that suite S2 remembers: plain JSON values. */
export interface SensesWatch {
  gate: GateDuty;
  /** Sum of the gate's duty over time since the last temperature report, and that time, s. */
  dutyS: number;
  dutyOverS: number;
  dutyAtS: number;
  /** The heat has followed the gate since the reports contradicted it. */
  gateFollowed: boolean;
  /** The firmware tunes or may still tune the heater itself until then, s. */
  tunesUntilS: number;
  targetC: number | null;
  /** When the printer was last heard, s; a printer that is silent may be without power. */
  heardS: number;
  /** It prints what nobody sends, from its card: so many moves must be sent until that is over. */
  unseenMoves: number;
  /** The last set point that was commanded, °C, and when, s. */
  commandedC: number;
  commandedS: number;
  offTarget: OffTarget;
  probe: SecondThermometer;
  probeAtS: number;
  probeCheck: ProbeCheck;
  orders: FanOrders;
  fan: FanGate;
  /** The part fan's duty at its gate, and when it was measured, s. */
  fanDuty: number;
  fanAtS: number;
  speed: FanSpeed;
  /** Filament commanded and filament seen; null until an encoder tells. */
  commanded: CommandedFilament | null;
  filament: FilamentCheck;
  filamentAtS: number;
  around: Surroundings;
  health: SenseHealth;
  trail: Trail;
}

/** M303 may take so long; a new job after it ends it sooner, s. */
const TUNING_S = 1200;
/** A printer that hasn't been heard for so long may be off, s. */
const HEARD_S = 2.5;
/** After a print from the card so many moves show that the host prints again. */
const UNSEEN_MOVES = 100;
/** Block and report are looked at over so long, s. */
const PROBE_S = 8;
/** A command is in the reports after so long at the latest, s. */
const COMMAND_S = 15;
/** Heat that has moved by this much follows its gate, K; by then it must have, s. */
const FOLLOWS_K = 0.5, FOLLOWS_S = 12;
/** A difference of duty that must show in the heat by then. */
const SHOWS = 0.4;

export function initSensesWatch(profile: SensesProfile | null = null): SensesWatch {
  return {
    gate: initGateDuty(profile?.habitS),
    dutyS: 0,
    dutyOverS: 0,
    dutyAtS: 0,
    gateFollowed: false,
    tunesUntilS: -1e9,
    targetC: null,
    heardS: -1e9,
    unseenMoves: 0,
    commandedC: 0,
    commandedS: -1e9,
    probe: initSecondThermometer(profile?.probe ?? null),
    offTarget: initOffTarget(),
    probeAtS: -1e9,
    probeCheck: initProbeCheck(),
    orders: initFanOrders(),
    fan: initFanGate(),
    fanDuty: 0,
    fanAtS: -1e9,
    speed: initFanSpeed(),
    commanded: profile?.encoder ? initCommandedFilament(profile.encoder.buffer) : null,
    filament: initFilamentCheck(profile?.encoder ?? null),
    filamentAtS: -1e9,
    around: initSurroundings(),
    health: initSenseHealth(),
    trail: initTrail(),
  };
}

/** What the senses have taught so far; null where there are none. */
export function sensesProfileOf(watch: SensesWatch): SensesProfile | null {
  const probe = probeOffsetOf(watch.probe);
  const scale = encoderScaleOf(watch.filament);
  const encoder = scale && watch.commanded ? { ...scale, buffer: watch.commanded.best } : null;
  return probe || encoder ? { probe, habitS: watch.gate.habitS, encoder } : null;
}

/** What a command did, by what settings moves are planned, and room to plan in. */
interface CommandAround {
  effects: Effects;
  settings: readonly string[];
  motion: MotionOutput;
}

/** An encoder has begun to tell: from here on what is commanded is followed. Mutates the watch. */
export function followFilament(watch: SensesWatch, machine: MachineState): void {
  watch.commanded ??= initCommandedFilament(0, machine);
}

/** Takes what a command did, for what the senses should then show. Mutates the watch. */
export function noteSensesCommand(
  watch: SensesWatch,
  command: Command,
  { effects: { events, moveCount }, motion, settings }: CommandAround,
  eventTimeS: number,
): void {
  if (watch.commanded) commandFilament(watch.commanded, command, settings, eventTimeS, motion);
  if (moveCount > 0) passMoves(watch.orders, moveCount);
  for (const event of events) {
    if (event.type === "fan" && event.fan === 0) orderFan(watch.orders, event.duty, eventTimeS);
    if (event.type === "target" && event.heater === "hotend") noteTarget(watch, event, eventTimeS);
  }
  if (events.some(({ type }) => type === "pause")) restFilament(watch.filament);
  if (command.is("M", 24) || command.is("M", 32)) watch.unseenMoves = UNSEEN_MOVES;
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

/** Takes the hotend's temperature report; returns what is odd about it. Mutates the watch. */
export function noteSensesReport(
  watch: SensesWatch,
  { eventTimeS, measuredC, targetC, duty }: Pick<
    HeaterSample,
    "eventTimeS" | "measuredC" | "targetC" | "duty"
  >,
  layer: number | null,
): StreamEvent[] {
  // What was commanded a moment ago may not be in the report yet.
  const lately = eventTimeS - watch.commandedS < COMMAND_S;
  watch.targetC = lately && targetC !== null ? Math.max(targetC, watch.commandedC) : targetC;
  noteReportedDuty(watch.gate, eventTimeS, measuredC, duty, watch.targetC);
  // Where no second thermometer tells, the report is all that there is.
  if (eventTimeS - watch.probeAtS > STALE_S) noteHeat(watch.gate, eventTimeS, measuredC);
  const residual = noteReportedC(watch.probe, eventTimeS, measuredC);
  const probeExpectedC = residual && watch.probe.probe ? watch.probe.probe.c - residual.offK : null;
  const told = { reportedC: measuredC, reportedDuty: duty, probeExpectedC };
  // Without senses there is nothing to lay the reports beside.
  if (watch.trail.points.length > 0) noteTrail(watch.trail, eventTimeS, told);
  const found: StreamEvent[] = [];
  const fresh = eventTimeS - watch.dutyAtS <= STALE_S;
  const spent = duty ?? (fresh ? watch.gate.gates.at(-1)?.[1] ?? null : null);
  const tunes = eventTimeS < watch.tunesUntilS;
  const off = tunes ? null : stepOffTarget(watch.offTarget, eventTimeS, measuredC, targetC, spent);
  if (off) found.push(offTargetEvent(off, watch.trail, eventTimeS, layer));
  if (!residual || watch.health.told.includes("secondHotendC")) return found;
  const alarm = stepProbeCheck(watch.probeCheck, watch.probe, residual);
  if (alarm) found.push(probeEvent(alarm, watch.trail, eventTimeS, layer));
  return found;
}

/** Takes what the printer says. Mutates the watch. */
export function noteSensesResponse(
  watch: SensesWatch,
  response: Response,
  eventTimeS: number,
  motion: MotionOutput,
): void {
  if (watch.commanded) answerFilament(watch.commanded, response, eventTimeS, motion);
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

/** The gate's mean duty since the last call; null where the sense doesn't tell. Mutates the watch. */
export function takeGateDuty(watch: SensesWatch, eventTimeS: number): number | null {
  const { dutyS, dutyOverS, dutyAtS } = watch;
  watch.dutyS = 0;
  watch.dutyOverS = 0;
  if (dutyOverS < 0.4 || eventTimeS - dutyAtS > 2) return null;
  // While gate and report contradict each other and the heat hasn't told who is right, neither is.
  if (watch.gate.againstSinceS !== null && !watch.gateFollowed) return null;
  return dutyS / dutyOverS;
}

/** The part fan's duty as measured; null where the sense doesn't tell. */
export function measuredFan(watch: SensesWatch, eventTimeS: number): number | null {
  return eventTimeS - watch.fanAtS <= STALE_S ? watch.fanDuty : null;
}

/** What the senses say to whoever judges the hotend's heat; a sense that isn't there says nothing. */
export function heatContext(watch: SensesWatch, eventTimeS: number): Record<string, number> {
  const features = surroundingFeatures(watch.around, eventTimeS, eventTimeS);
  const { recent } = watch.probeCheck;
  const last = recent.at(-1);
  if (last && eventTimeS - last[0] <= STALE_S) {
    // How far block and report were apart of late: nothing is hidden where they agree.
    const late = recent.filter(([atS]) => atS > eventTimeS - PROBE_S).map(([, offK]) =>
      Math.abs(offK)
    );
    features.probeAwayK = Math.max(...late);
  }
  return features;
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

function takeDuty(
  watch: SensesWatch,
  duty: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  const dtS = Math.min(2, eventTimeS - watch.dutyAtS);
  watch.dutyS += duty * dtS;
  watch.dutyOverS += dtS;
  watch.dutyAtS = eventTimeS;
  noteTrail(watch.trail, eventTimeS, { gateDuty: duty });
  if (eventTimeS < watch.tunesUntilS) {
    restGateDuty(watch.gate);
    return null;
  }
  const alarm = stepGateDuty(watch.gate, eventTimeS, duty, watch.targetC);
  if (watch.gate.againstSinceS === null) watch.gateFollowed = false;
  if (!alarm) return null;
  const { followsK, gate, reported, sinceS } = alarm;
  const lateS = eventTimeS - sinceS - FOLLOWS_S;
  const unmoved = followsK === null || followsK < FOLLOWS_K;
  watch.gateFollowed ||= !unmoved;
  // Whoever lies, the heat follows the gate: until it does, the line itself may be the one.
  if (unmoved && lateS < 0) return null;
  if (unmoved && followsK !== null && Math.abs(gate - (reported ?? 0)) > SHOWS) {
    const failed = tellOnce(watch.health, "hotendDuty", duty);
    return failed && failedEvent(failed, eventTimeS, layer);
  }
  return dutyEvent(alarm, watch.trail, eventTimeS, layer);
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

function takeProbe(watch: SensesWatch, probeC: number, eventTimeS: number): void {
  watch.probeAtS = eventTimeS;
  noteProbeC(watch.probe, eventTimeS, probeC);
  noteHeat(watch.gate, eventTimeS, probeC);
  noteTrail(watch.trail, eventTimeS, { probeC });
}

/** Where filament is drawn back by less than this, what passed can be counted, mm. */
const DRAWN_BACK_MM = 0.2;
/** A silence of the encoder or a jump that no extruder makes: counted anew, s and mm. */
const SILENT_S = 5, JUMP_MM = 60;

function takeFilament(
  watch: SensesWatch,
  seenMm: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  const { filament, commanded } = watch;
  if (!commanded) return null;
  const silentS = eventTimeS - watch.filamentAtS;
  watch.filamentAtS = eventTimeS;
  const jumped = Math.abs(seenMm - filament.lastSeenMm) > JUMP_MM;
  const now = commandedNow(commanded, eventTimeS, seenMm, filament.scale);
  const { commandedMm, drawnBackMm, changed } = now;
  if (silentS > SILENT_S || jumped || changed) restFilament(filament);
  noteTrail(watch.trail, eventTimeS, {
    filamentMm: seenMm,
    commandedMm: commandedMm * filament.scale,
  });
  const blind = watch.unseenMoves > 0 || eventTimeS - watch.heardS > SILENT_S;
  if (blind) restFilament(filament);
  if (blind || drawnBackMm > DRAWN_BACK_MM) return null;
  const alarm = stepFilament(filament, eventTimeS, commandedMm, seenMm);
  return alarm && filamentEvent(alarm, watch.trail, eventTimeS, layer);
}
