import type { FirmwareParameters, MotionParameters, PidGains } from "../parameters.ts";
import { type Card, initCard } from "./card_state.ts";
import { type Command, emptyCommand } from "./command.ts";

/** What a command is waiting for; `check` says whether it is over and may act when it is. */
export interface Wait {
  check(nowS: number): boolean;
  /** When to look again at the latest, s. */
  dueS: number;
  /** What the keep-alive says meanwhile. */
  busy: "processing" | "paused for user" | "paused for input";
}

/** Settings that M500 stores and M502 resets. */
export interface Settings {
  motion: MotionParameters;
  hotendGains: PidGains | null;
  bedGains: PidGains | null;
  homeOffsetMm: [number, number, number];
  probeOffsetZMm: number;
  linearAdvance: number;
  retractMm: number;
  retractMmPerS: number;
}

/** The firmware's own memory, apart from planner and heaters. */
export interface FirmwareState {
  p: FirmwareParameters;
  stored: Settings;
  settings: Settings;
  lastLineNumber: number;
  queue: Command[];
  spare: Command[];
  /** Lines that the serial buffer holds while the queue is full. */
  backlog: string[];
  current: Command | null;
  /** When the current command will have been read, s. */
  executeS: number;
  executed: boolean;
  wait: Wait | null;
  busyDueS: number;
  reportEveryS: number;
  reportDueS: number;
  positionEveryS: number;
  positionDueS: number;
  absolute: boolean;
  absoluteE: boolean;
  feedrateMmPerS: number;
  feedPercent: number;
  flowPercent: number;
  retracted: boolean;
  babystepMm: number;
  hotendTargetC: number;
  bedTargetC: number;
  fanDuty: number;
  coldExtrusionC: number;
  softEndstops: boolean;
  homed: boolean;
  halted: boolean;
  heatingBroken: boolean;
  userWait: boolean;
  /** When a restarting firmware will speak again, s. */
  bootDueS: number;
  card: Card;
  receivedLines: number;
  executedCommands: number;
  resends: number;
}

export function initFirmware(p: FirmwareParameters, settings: Settings): FirmwareState {
  return {
    p,
    stored: structuredClone(settings),
    settings: structuredClone(settings),
    lastLineNumber: 0,
    queue: [],
    spare: Array.from({ length: p.commandBuffer + 2 }, emptyCommand),
    backlog: [],
    current: null,
    executeS: Infinity,
    executed: false,
    wait: null,
    busyDueS: Infinity,
    reportEveryS: 0,
    reportDueS: Infinity,
    positionEveryS: 0,
    positionDueS: Infinity,
    absolute: true,
    absoluteE: true,
    feedrateMmPerS: 25,
    feedPercent: 100,
    flowPercent: 100,
    retracted: false,
    babystepMm: 0,
    hotendTargetC: 0,
    bedTargetC: 0,
    fanDuty: 0,
    coldExtrusionC: 170,
    softEndstops: true,
    homed: false,
    halted: false,
    heatingBroken: false,
    userWait: false,
    bootDueS: Infinity,
    card: initCard(),
    receivedLines: 0,
    executedCommands: 0,
    resends: 0,
  };
}
