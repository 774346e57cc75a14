import { initLimits, type Limits } from "./limits.ts";
import { initLayers, type Layers, type LayerSource } from "./layers.ts";

/** Whose habits hold where firmwares differ. */
export type Dialect = "marlin" | "prusa" | "klipper";

export interface MachineOptions {
  /** Default `marlin`: there G90 and G91 set the extruder's mode too. */
  dialect?: Dialect;
  /** Default `start`: the firmware's power-on state; `midway` starts with unknown positions. */
  joined?: "start" | "midway";
  /** Default `auto`: slicers' comments once one was seen, the height of extruding moves before. */
  layerSource?: LayerSource;
  /** Length of an arc's pieces, mm, default 1 (Marlin's and Klipper's default). */
  arcSegmentMm?: number;
}

/** Bits of `known`: which of the positions have been told. */
export const KNOWN_X = 1, KNOWN_Y = 2, KNOWN_Z = 4, KNOWN_E = 8, KNOWN_ALL = 15;

/**
 * The modal state of a printer as its commands imply it. Plain values: `JSON.stringify` makes a
 * snapshot. Owned by the caller; `stepMachine` changes it in place.
 */
export interface MachineState {
  readonly dialect: Dialect;
  readonly arcSegmentMm: number;
  known: number;
  /** Machine coordinates, mm. */
  xMm: number;
  yMm: number;
  zMm: number;
  /** What G92 added: machine = logical + shift, mm. */
  xShiftMm: number;
  yShiftMm: number;
  zShiftMm: number;
  /** The extruder's logical position, mm. */
  eMm: number;
  relative: boolean;
  relativeE: boolean;
  /** The last F, mm/s, before the speed factor. */
  feedrateMmPerS: number;
  /** M220, 1 is 100 %. */
  speedFactor: number;
  speedFactorBackup: number;
  /** M221 by tool, 1 is 100 %. */
  flowFactors: number[];
  tool: number;
  hotendTargetsC: number[];
  bedTargetC: number;
  chamberTargetC: number;
  /** 0–1 by fan. */
  fanDuties: number[];
  /**
   * The S of a fan at full speed: 255, or 1 where none above 1 has come yet. RepRapFirmware and
   * Smoothieware understand shares too, and slicers write them for those.
   */
  fanFullS: 1 | 255;
  /** Filament fed so far, with the flow factor, mm; net of retractions. */
  filamentMm: number;
  /** How far the filament is drawn back, mm, 0 where it is not. */
  retractedMm: number;
  firmwareRetracted: boolean;
  /** M207 and M208: mm, mm/s, mm. */
  retractLengthMm: number;
  retractFeedrateMmPerS: number;
  retractLiftMm: number;
  recoverExtraMm: number;
  recoverFeedrateMmPerS: number;
  /** Babysteps (M290, SET_GCODE_OFFSET), probe offset (M851) and home offset (M206), mm. */
  babystepMm: number;
  probeOffsetMm: number | null;
  homeOffsetMm: number;
  /** True after G20: lengths can't be trusted until G21. */
  inches: boolean;
  limits: Limits;
  layers: Layers;
}

/** Commands passed unseen: where axes and extruder stand is told anew by the next ones. */
export function forgetPlace(state: MachineState): void {
  state.known = 0;
  // Parts are printed in absolute coordinates; scripts that move relatively are short.
  state.relative = false;
}

/** A printer as it is after power-on, or one that was met while printing. */
export function initMachine(options: MachineOptions = {}): MachineState {
  return {
    dialect: options.dialect ?? "marlin",
    arcSegmentMm: options.arcSegmentMm ?? 1,
    known: options.joined === "midway" ? 0 : KNOWN_ALL,
    xMm: 0,
    yMm: 0,
    zMm: 0,
    xShiftMm: 0,
    yShiftMm: 0,
    zShiftMm: 0,
    eMm: 0,
    relative: false,
    relativeE: false,
    feedrateMmPerS: 25,
    speedFactor: 1,
    speedFactorBackup: 1,
    flowFactors: [1],
    tool: 0,
    hotendTargetsC: [0],
    bedTargetC: 0,
    chamberTargetC: 0,
    fanDuties: [0],
    fanFullS: 1,
    filamentMm: 0,
    retractedMm: 0,
    firmwareRetracted: false,
    retractLengthMm: 3,
    retractFeedrateMmPerS: 45,
    retractLiftMm: 0,
    recoverExtraMm: 0,
    recoverFeedrateMmPerS: 8,
    babystepMm: 0,
    probeOffsetMm: null,
    homeOffsetMm: 0,
    inches: false,
    limits: initLimits(),
    layers: initLayers(options.layerSource ?? "auto"),
  };
}
