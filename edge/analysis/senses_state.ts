import { type FanGate, initFanGate } from "../detector/fan_gate.ts";
import { type FanSpeed, initFanSpeed } from "../detector/fan_speed.ts";
import {
  type EncoderScale,
  encoderScaleOf,
  type FilamentCheck,
  initFilamentCheck,
} from "../detector/filament_check.ts";
import { type GateDuty, initGateDuty } from "../detector/gate_duty.ts";
import { initOffTarget, type OffTarget } from "../detector/off_target.ts";
import { initProbeCheck, type ProbeCheck } from "../detector/probe_check.ts";
import { initSenseHealth, type SenseHealth } from "../detector/sense_health.ts";
import {
  type CommandedFilament,
  initCommandedFilament,
} from "../twin/extrusion/commanded_filament.ts";
import { initLayerCells, type LayerCells } from "../twin/extrusion/layer_cells.ts";
import { type FanOrders, initFanOrders } from "../twin/senses/fan_orders.ts";
import {
  initSecondThermometer,
  type ProbeOffset,
  probeOffsetOf,
  type SecondThermometer,
} from "../twin/senses/second_thermometer.ts";
import { initSurroundings, type Surroundings } from "../twin/senses/surroundings.ts";
import { initTrail, type Trail } from "./senses_trail.ts";

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
  cells: LayerCells;
  filament: FilamentCheck;
  filamentAtS: number;
  around: Surroundings;
  health: SenseHealth;
  trail: Trail;
}

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
    cells: initLayerCells(),
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
