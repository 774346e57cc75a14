import type { Sense } from "../../source/observation.ts";
import type { Result } from "../../../shared/result.ts";
import { type Contact, initContact, readContact, stepContact } from "./contact.ts";
import { type GateCycles, initGateCycles, readGateDuty, stepGateEdge } from "./duty.ts";
import {
  type Encoder,
  type EncoderWiring,
  initEncoder,
  readFilament,
  stepEncoder,
} from "./encoder.ts";
import { initSampledDuty, readSampledDuty, type SampledDuty, stepSample } from "./sampled_duty.ts";
import {
  initTachometer,
  readRpm,
  stepPulse,
  type Tachometer,
  type TachometerWiring,
} from "./tachometer.ts";
import {
  initThermometer,
  readThermometer,
  stepThermometer,
  type Thermometer,
} from "./thermometer.ts";
import type { Level, Told } from "./told.ts";

/** The lines that a printer's senses may have. */
export type LineName =
  | "heaterGate"
  | "fanGate"
  | "tachometer"
  | "encoderA"
  | "encoderB"
  | "door"
  | "supply";

/** A level of each line that there is, as wired: 1 is active. */
export type Levels = Partial<Record<LineName, Level>>;

export interface PrinterWiring {
  encoder: EncoderWiring;
  tachometer: TachometerWiring;
  hasHotendThermometer: boolean;
  hasAmbientThermometer: boolean;
}

/** What happens to a printer's senses; `atS` on the device's monotonic clock. */
export type SensesInput =
  | { type: "edge"; line: LineName; level: Level; atS: number }
  /** The level of a gate whose edges are too many to follow. */
  | { type: "sample"; line: "heaterGate" | "fanGate"; level: Level }
  | { type: "temperature"; of: "hotend" | "ambient"; measured: Result<number>; atS: number }
  /** A line can't be read; it tells nothing until `readable` comes. */
  | { type: "unreadable"; line: LineName; reason: string };

/** Everything that one printer's senses remember; plain values. */
export interface PrinterSenses {
  wiring: PrinterWiring;
  gates: Partial<Record<"heaterGate" | "fanGate", { cycles: GateCycles; sampled: SampledDuty }>>;
  tachometer: (Tachometer & { noise: number }) | null;
  encoder: Encoder | null;
  contacts: Partial<Record<"door" | "supply", Contact>>;
  hotend: Thermometer | null;
  ambient: Thermometer | null;
  /** Why lines can't be read. */
  unreadable: Partial<Record<LineName, string>>;
}

/** One sense's word. */
export interface SenseTold extends Told {
  sense: Sense;
}

const GATES = { heaterGate: "hotendDuty", fanGate: "fanDuty" } as const;
const CONTACTS = { door: "doorOpen", supply: "supplyGood" } as const;

/** @param levels the lines that there are, as they were read first */
export function initPrinterSenses(
  wiring: PrinterWiring,
  levels: Levels,
  atS: number,
): PrinterSenses {
  const { heaterGate, fanGate, tachometer, encoderA, encoderB, door, supply } = levels;
  const gate = (level: Level | undefined) =>
    level === undefined
      ? undefined
      : { cycles: initGateCycles(level, atS), sampled: initSampledDuty() };
  return {
    wiring,
    gates: { heaterGate: gate(heaterGate), fanGate: gate(fanGate) },
    tachometer: tachometer === undefined ? null : initTachometer(),
    encoder: encoderA === undefined ? null : initEncoder(encoderA, encoderB ?? 0, atS),
    contacts: {
      door: door === undefined ? undefined : initContact(door),
      supply: supply === undefined ? undefined : initContact(supply),
    },
    hotend: wiring.hasHotendThermometer ? initThermometer(atS) : null,
    ambient: wiring.hasAmbientThermometer ? initThermometer(atS) : null,
    unreadable: {},
  };
}

/** Takes what happened to a line or a thermometer. Mutates the state. */
export function stepPrinterSenses(state: PrinterSenses, input: SensesInput): void {
  switch (input.type) {
    case "edge":
      return stepEdge(state, input.line, input.level, input.atS);
    case "sample": {
      const gate = state.gates[input.line];
      return gate && stepSample(gate.sampled, input.level);
    }
    case "temperature": {
      const thermometer = input.of === "hotend" ? state.hotend : state.ambient;
      return thermometer ? stepThermometer(thermometer, input.measured, input.atS) : undefined;
    }
    case "unreadable":
      state.unreadable[input.line] = input.reason;
  }
}

function stepEdge(state: PrinterSenses, line: LineName, level: Level, atS: number): void {
  const { wiring, tachometer, encoder, gates, contacts } = state;
  switch (line) {
    case "heaterGate":
    case "fanGate":
      return gates[line] && stepGateEdge(gates[line].cycles, level, atS);
    case "tachometer":
      if (tachometer && level === 1) stepPulse(tachometer, wiring.tachometer, atS);
      return;
    case "encoderA":
    case "encoderB":
      if (!encoder) return;
      return stepEncoder(encoder, wiring.encoder, line === "encoderA" ? "a" : "b", level, atS);
    case "door":
    case "supply":
      return contacts[line] && stepContact(contacts[line], level, atS);
  }
}

/**
 * What every sense tells at `atS`; one that tells nothing and isn't at fault is left out. Mutates
 * the state: each value is of the time since the last call.
 *
 * @param levels the lines as just read; one that couldn't be read is absent
 */
export function readPrinterSenses(
  state: PrinterSenses,
  levels: Levels,
  atS: number,
): SenseTold[] {
  const { gates, contacts, tachometer, encoder, hotend, ambient, wiring } = state;
  const told: SenseTold[] = [];
  const tell = (sense: Sense, lines: readonly LineName[], read: () => Told) => {
    const lost = lines.find((line) => levels[line] === undefined);
    const says = lost === undefined
      ? read()
      : { value: null, fault: state.unreadable[lost] ?? "its line can't be read" };
    if (says.value !== null || says.fault !== null) told.push({ sense, ...says });
  };
  for (const line of ["heaterGate", "fanGate"] as const) {
    const gate = gates[line];
    if (gate) tell(GATES[line], [line], () => dutyOf(gate, levels[line]!, atS));
  }
  if (tachometer) tell("fanRpm", ["tachometer"], () => readRpm(tachometer, wiring.tachometer, atS));
  if (encoder) {
    const lines = wiring.encoder.hasB ? ["encoderA", "encoderB"] as const : ["encoderA"] as const;
    tell("filamentMm", lines, () => {
      const { encoderA, encoderB } = levels;
      return readFilament(encoder, wiring.encoder, encoderA!, encoderB ?? 0, atS);
    });
  }
  if (hotend) tell("secondHotendC", [], () => readThermometer(hotend, atS));
  if (ambient) tell("ambientC", [], () => readThermometer(ambient, atS));
  for (const line of ["door", "supply"] as const) {
    const contact = contacts[line];
    if (contact) tell(CONTACTS[line], [line], () => readContact(contact, levels[line]!, atS));
  }
  return told;
}

/** Samples where there are any: then the line's edges are too many to be followed. */
function dutyOf(
  { cycles, sampled }: { cycles: GateCycles; sampled: SampledDuty },
  level: Level,
  atS: number,
): Told {
  const byEdges = readGateDuty(cycles, level, atS);
  const bySamples = readSampledDuty(sampled);
  return bySamples.value === null ? byEdges : bySamples;
}
