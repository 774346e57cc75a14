import type { PrinterParameters } from "../parameters.ts";
import { Random } from "../random.ts";
import { type Bed, initBed } from "../thermal/bed.ts";
import { type Fan, initFan } from "../thermal/fan.ts";
import { type Hotend, initHotend } from "../thermal/hotend.ts";
import { initRegulator, type Regulator } from "../thermal/regulator.ts";
import { type FirmwareState, initFirmware, type Settings } from "../firmware/state.ts";
import { initPlanner, type Planner } from "../motion/planner.ts";
import { initTamper, type Tamper } from "./tamper.ts";

/** A line that the printer puts on the wire. */
export interface Output {
  atS: number;
  line: string;
}

/** Ticks that a heater's recent past holds; a replaying firmware would keep as much. */
export const HISTORY_TICKS = 512;

/** A heater as firmware sees it. */
export interface Heater {
  /** The last readings, °C, and duties, 0–127; rings written at `historyNext`. */
  readHistory: Float64Array;
  dutyHistory: Uint8Array;
  historyNext: number;
  regulator: Regulator;
  /** What the sensor says, °C; updated once a control tick. */
  readC: number;
  /** The same before any tampering with the reading, °C. */
  trueReadC: number;
  /** Duty on the gate over the last tick, 0–1, and summed over all ticks for the senses. */
  gateDuty: number;
  dutySum: number;
  /** Duty while M303 tunes this heater, 0–1. */
  tuneDuty: number | null;
  /** Protection: when the heater was last near its target, and where heating should have got to. */
  nearS: number;
  settled: boolean;
  guardedTargetC: number;
  watchDueS: number;
  watchC: number;
}

/** One simulated printer: electronics, firmware, mechanics and the air around it. */
export interface Machine {
  p: PrinterParameters;
  nowS: number;
  controlDueS: number;
  /** Control ticks so far. */
  ticks: number;
  hotend: Hotend;
  bed: Bed;
  fan: Fan;
  hotendHeater: Heater;
  bedHeater: Heater;
  planner: Planner;
  fw: FirmwareState;
  tamper: Tamper;
  /** Air around the hotend and in the room, °C. */
  airC: number;
  roomC: number;
  wanderC: number;
  /** Filament at the last tick: commanded, stepped, really pushed, and the furthest it has been, mm. */
  commandedMm: number;
  steppedMm: number;
  pushedMm: number;
  furthestMm: number;
  output: Output[];
  noise: { hotend: Random; bed: Random; world: Random; firmware: Random };
}

/** Temperatures that a printer starts with, °C. */
export interface Warm {
  hotendC: number;
  bedC: number;
}

function initHeater(readC: number): Heater {
  return {
    readHistory: new Float64Array(HISTORY_TICKS).fill(readC),
    dutyHistory: new Uint8Array(HISTORY_TICKS),
    historyNext: 0,
    regulator: initRegulator(),
    readC,
    trueReadC: readC,
    gateDuty: 0,
    dutySum: 0,
    tuneDuty: null,
    nearS: 0,
    settled: false,
    guardedTargetC: 0,
    watchDueS: Infinity,
    watchC: 0,
  };
}

function settingsOf(p: PrinterParameters): Settings {
  const gains = (r: PrinterParameters["hotend"]["regulator"]) => r.kind === "pid" ? r.gains : null;
  return {
    motion: p.motion,
    hotendGains: gains(p.hotend.regulator),
    bedGains: gains(p.bed.regulator),
    homeOffsetMm: [0, 0, 0],
    probeOffsetZMm: 0,
    linearAdvance: 0,
    retractMm: 3,
    retractMmPerS: 45,
  };
}

/**
 * A printer at rest at time 0, cold or `warm`. `seed` is of the run: the same printer prints a second
 * time with other noise. Never share one machine between runs.
 */
export function initMachine(given: PrinterParameters, seed: number, warm?: Warm): Machine {
  const p = structuredClone(given);
  const hotendC = warm?.hotendC ?? p.world.ambientC;
  const bedC = warm?.bedC ?? p.world.ambientC;
  return {
    p,
    nowS: 0,
    controlDueS: p.firmware.controlS,
    ticks: 0,
    hotend: initHotend(hotendC),
    bed: initBed(bedC),
    fan: initFan(),
    hotendHeater: initHeater(hotendC),
    bedHeater: initHeater(bedC),
    planner: initPlanner(p.motion.bufferMoves, p.motion.bufferS),
    fw: initFirmware(p.firmware, settingsOf(p)),
    tamper: initTamper(),
    airC: p.world.ambientC,
    roomC: p.world.ambientC,
    wanderC: 0,
    commandedMm: 0,
    steppedMm: 0,
    pushedMm: 0,
    furthestMm: 0,
    output: [],
    noise: {
      hotend: new Random(seed, "hotend"),
      bed: new Random(seed, "bed"),
      world: new Random(seed, "world"),
      firmware: new Random(seed, "firmware"),
    },
  };
}

/** Puts a line on the wire, now. */
export function say(m: Machine, line: string): void {
  m.output.push({ atS: m.nowS, line });
}
