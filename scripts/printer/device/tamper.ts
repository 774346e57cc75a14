import { NO_FAULT, type SensorFault } from "../thermal/sensor.ts";

/** What one heater suffers; the neutral values leave it alone. */
export interface HeaterTamper {
  /** Between bead and converter: the electronics' faults. */
  sensor: SensorFault;
  /** Inline hardware: what control and report both get instead of the reading. */
  reading: ((readC: number, nowS: number) => number) | null;
  /** Firmware: control aims so much away from the target, K. */
  aimC: number;
  /** Firmware: what is reported instead of the reading. */
  report: ((readC: number, nowS: number) => number) | null;
  /** Firmware: what is reported instead of the duty, 0–127. */
  duty: ((duty: number, nowS: number) => number) | null;
  /** Forced full on. */
  forcedOn: boolean;
  /** What is left of the heater's power, 0–1. */
  powerFactor: number;
}

/** Everything that scenarios below the wire may change; they write here and nowhere else. */
export interface Tamper {
  hotend: HeaterTamper;
  bed: HeaterTamper;
  /** Part-fan: duty on the gate as a share of what was commanded. */
  fanFactor: number;
  /** External draught as a share of the hotend's and bed's still-air loss. */
  hotendDraught: number;
  bedDraught: number;
  /** Room temperature offset, K. */
  roomC: number;
  /** Supply voltage offset, V. */
  supplyV: number;
  /** Filament really pushed as a share of what the extruder has stepped. */
  extrusionFactor: number;
  /** Firmware: steps of the extruder as a share of what was commanded. */
  extruderStepsFactor: number;
  /** Feedrate as a share of what was commanded. */
  speedFactor: number;
  /** Firmware: filament of a printing move instead of what was commanded, mm. */
  filament: ((mm: number) => number) | null;
  /** Firmware: length of retractions as a share of what was commanded. */
  retractionFactor: number;
  /** Firmware: steps along X and Y as a share of what was commanded. */
  stepsFactor: number;
  /** Steps that nobody commanded, along with the next move. */
  extraMove: { axis: number; mm: number } | null;
  /** How far the head is from where everybody believes it to be, mm. */
  headOffsetMm: [number, number, number];
  /** Which driver is off: "", "xy", "z" or "e". */
  stepperOff: string;
  /** The enclosure's door stands open. */
  doorOpen: boolean;
  /** Thermal protection removed. */
  protectionOff: boolean;
}

function initHeaterTamper(): HeaterTamper {
  return {
    sensor: { ...NO_FAULT },
    reading: null,
    aimC: 0,
    report: null,
    duty: null,
    forcedOn: false,
    powerFactor: 1,
  };
}

export function initTamper(): Tamper {
  return {
    hotend: initHeaterTamper(),
    bed: initHeaterTamper(),
    fanFactor: 1,
    hotendDraught: 0,
    bedDraught: 0,
    roomC: 0,
    supplyV: 0,
    extrusionFactor: 1,
    extruderStepsFactor: 1,
    speedFactor: 1,
    filament: null,
    retractionFactor: 1,
    stepsFactor: 1,
    extraMove: null,
    headOffsetMm: [0, 0, 0],
    stepperOff: "",
    doorOpen: false,
    protectionOff: false,
  };
}
