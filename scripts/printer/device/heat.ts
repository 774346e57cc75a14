import { bedLossW, stepBed } from "../thermal/bed.ts";
import { fanAir, stepFan } from "../thermal/fan.ts";
import { stepHotend } from "../thermal/hotend.ts";
import { regulate } from "../thermal/regulator.ts";
import { readSensor } from "../thermal/sensor.ts";
import { extrudedMm } from "../motion/planner.ts";
import type { RegulatorParameters, SensorParameters } from "../parameters.ts";
import type { Random } from "../random.ts";
import { type Heater, HISTORY_TICKS, type Machine } from "./machine.ts";
import type { HeaterTamper } from "./tamper.ts";

/** Heat that the filament took per second and kelvin since the last tick, W/K. */
function meltWPerK(m: Machine, dtS: number): number {
  const commandedMm = extrudedMm(m.planner, m.nowS);
  const steppedMm = (commandedMm - m.commandedMm) * m.tamper.extruderStepsFactor;
  m.steppedMm += steppedMm;
  m.pushedMm += steppedMm * m.tamper.extrusionFactor;
  m.commandedMm = commandedMm;
  // Filament that comes back after a retraction was molten before.
  const fresh = Math.max(0, m.pushedMm - m.furthestMm);
  if (fresh > 0) m.furthestMm = m.pushedMm;
  return m.p.world.filamentJPerKPerMm * fresh / dtS;
}

/** Wanders the room and warms the air inside an enclosure. */
function stepAir(m: Machine, dtS: number): void {
  const w = m.p.world;
  const keep = dtS / w.ambientWanderS;
  m.wanderC += -keep * m.wanderC +
    w.ambientWanderC * Math.sqrt(2 * keep) * m.noise.world.gauss();
  m.roomC = w.ambientC + m.wanderC + m.tamper.roomC;
  const airAim = m.roomC + w.enclosureKPerW * bedLossW(m.bed, m.p.bed, m.airC);
  m.airC += (airAim - m.airC) * Math.min(1, dtS / (w.enclosureKPerW > 0 ? 300 : 5));
}

function readHeater(
  heater: Heater,
  sensor: SensorParameters,
  beadC: number,
  noise: Random,
  tamper: HeaterTamper,
  nowS: number,
): void {
  const readC = readSensor(sensor, beadC, noise, tamper.sensor);
  heater.readC = tamper.reading ? tamper.reading(readC, nowS) : readC;
  heater.trueReadC = readC;
}

/** Keeps reading and duty as a report of this tick names them together. */
function remember(heater: Heater): void {
  heater.readHistory[heater.historyNext] = heater.trueReadC;
  heater.dutyHistory[heater.historyNext] = heater.regulator.output;
  heater.historyNext = (heater.historyNext + 1) % HISTORY_TICKS;
}

function driveHeater(
  heater: Heater,
  regulator: RegulatorParameters,
  targetC: number,
  tamper: HeaterTamper,
  dtS: number,
): void {
  const aimC = targetC > 0 ? targetC + tamper.aimC : 0;
  const output = regulate(heater.regulator, regulator, aimC, heater.readC, dtS);
  heater.gateDuty = tamper.forcedOn ? 1 : heater.tuneDuty ?? output / 127;
  heater.dutySum += heater.gateDuty;
}

/**
 * One tick of the temperature loop: the world since the last tick with the duties of the last tick,
 * then sensors, then control.
 */
export function controlTick(m: Machine, dtS: number): void {
  const { p, tamper, fw } = m;
  stepFan(m.fan, p.fan, m.nowS, dtS);
  stepAir(m, dtS);
  const air = fanAir(m.fan, p.fan);
  const volts = (p.world.supplyV + tamper.supplyV) / p.world.nominalV;
  stepHotend(m.hotend, p.hotend, {
    duty: m.hotendHeater.gateDuty,
    powerFactor: volts * volts * tamper.hotend.powerFactor,
    ambientC: m.airC,
    air,
    draught: tamper.hotendDraught,
    meltWPerK: meltWPerK(m, dtS),
  }, dtS);
  stepBed(m.bed, p.bed, {
    duty: m.bedHeater.gateDuty,
    powerFactor: volts * volts * tamper.bed.powerFactor,
    ambientC: m.airC,
    air,
    draught: tamper.bedDraught,
  }, dtS);
  readHeater(
    m.hotendHeater,
    p.hotend.sensor,
    m.hotend.sensorC,
    m.noise.hotend,
    tamper.hotend,
    m.nowS,
  );
  readHeater(m.bedHeater, p.bed.sensor, m.bed.sensorC, m.noise.bed, tamper.bed, m.nowS);
  if (fw.halted) {
    m.hotendHeater.gateDuty = tamper.hotend.forcedOn ? 1 : 0;
    m.hotendHeater.dutySum += m.hotendHeater.gateDuty;
    m.bedHeater.gateDuty = tamper.bed.forcedOn ? 1 : 0;
    return;
  }
  driveHeater(m.hotendHeater, p.hotend.regulator, fw.hotendTargetC, tamper.hotend, dtS);
  driveHeater(m.bedHeater, p.bed.regulator, fw.bedTargetC, tamper.bed, dtS);
  remember(m.hotendHeater);
  remember(m.bedHeater);
}

/** What the firmware says of a heater: temperature, and duty 0–127. */
export function reportedC(heater: Heater, tamper: HeaterTamper, nowS: number): number {
  return tamper.report ? tamper.report(heater.readC, nowS) : heater.readC;
}

export function reportedDuty(heater: Heater, tamper: HeaterTamper, nowS: number): number {
  const own = heater.regulator.output;
  return tamper.duty ? tamper.duty(own, nowS) : own;
}
