import type { Sense } from "../../../edge/source/observation.ts";
import { Random } from "../random.ts";
import type { Machine } from "./machine.ts";

/** One reading of an independent sense. */
export interface Reading {
  sense: Sense;
  value: number;
}

/** What a device's senses are like, and what they have counted. */
export interface Senses {
  random: Random;
  /** Filament under one pulse of the encoder, mm, and what it really is: its scale error. */
  pulseMm: number;
  trueMm: number;
  /** Share of the filament's way that the wheel slips. */
  slip: number;
  passedMm: number;
  pulses: number;
  lastPushedMm: number;
  thermocoupleC: number;
  thermocoupleOffsetC: number;
  ambientOffsetC: number;
  hasTachometer: boolean;
}

/** Scales, offsets and slip belong to the printer; the noise to the run of `seed`. */
export function initSenses(m: Machine, seed: number): Senses {
  const own = new Random(m.p.seed, "senses");
  return {
    random: new Random(seed, "senses"),
    pulseMm: 2.9,
    trueMm: 2.9 * (1 + 0.03 * own.gauss()),
    slip: own.uniform(0, 0.03),
    passedMm: 0,
    pulses: 0,
    lastPushedMm: 0,
    thermocoupleC: m.hotend.blockC,
    thermocoupleOffsetC: 1.2 * own.gauss(),
    ambientOffsetC: 0.4 * own.gauss(),
    hasTachometer: own.chance(0.2),
  };
}

/** A duty as it comes out of counted levels: about 1 % of noise, in steps of half a percent. */
function counted(duty: number, random: Random): number {
  const noisy = duty <= 0 ? 0 : duty >= 1 ? 1 : duty + 0.01 * random.gauss();
  return Math.round(Math.max(0, Math.min(1, noisy)) * 200) / 200;
}

/**
 * Reads all senses at once, `dtS` after the last time. `meanDuty` is the heater gate's mean duty since
 * then: it is taken at the gate, whatever the firmware reports.
 */
export function readSenses(s: Senses, m: Machine, meanDuty: number, dtS: number): Reading[] {
  const { random } = s;
  const pushed = m.pushedMm - s.lastPushedMm;
  s.lastPushedMm = m.pushedMm;
  s.passedMm += pushed * (1 - s.slip * random.next() * 2);
  s.pulses = Math.round(s.passedMm / s.trueMm);
  s.thermocoupleC += (m.hotend.blockC - s.thermocoupleC) * (1 - Math.exp(-dtS / 3));
  const thermocoupleC = s.thermocoupleC * 0.985 + m.airC * 0.015 + s.thermocoupleOffsetC;
  const rpm = m.fan.speed * m.p.fan.fullRpm * (1 + 0.01 * random.gauss());
  const supplyV = m.p.world.supplyV + m.tamper.supplyV;
  const readings: Reading[] = [
    { sense: "hotendDuty", value: counted(meanDuty, random) },
    { sense: "fanDuty", value: counted(m.fan.gateDuty, random) },
    { sense: "filamentMm", value: Math.round(s.pulses * s.pulseMm * 10) / 10 },
    {
      sense: "secondHotendC",
      value: Math.round((thermocoupleC + 0.15 * random.gauss()) * 4) / 4,
    },
    {
      sense: "ambientC",
      value: Math.round((m.airC + s.ambientOffsetC + 0.04 * random.gauss()) * 16) / 16,
    },
    { sense: "doorOpen", value: m.tamper.doorOpen ? 1 : 0 },
    { sense: "supplyGood", value: supplyV > 0.9 * m.p.world.nominalV ? 1 : 0 },
  ];
  if (s.hasTachometer) readings.push({ sense: "fanRpm", value: Math.round(rpm / 30) * 30 });
  return readings;
}
