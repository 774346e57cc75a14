import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import { initHotend, stepHotend } from "../../printer/thermal/hotend.ts";
import { initRegulator, regulate } from "../../printer/thermal/regulator.ts";
import { NO_FAULT, readSensor } from "../../printer/thermal/sensor.ts";

/** Time to settle and time to look, s. */
const SETTLE_S = 60;
const LOOK_S = 120;

const known = new WeakMap<PrinterParameters, Map<number, number>>();

/**
 * Spread of a hotend's duty from one second to the next while it holds still, 0–1 (sd of one sample).
 * A noisy sensor behind high gains swings more than its open loop says, so the printer's own loop is
 * run here for two minutes: block, sensor and regulator alone, without print, fan or room.
 */
export function holdingDutyNoise(printer: PrinterParameters, targetC: number): number {
  const mine = known.get(printer) ?? new Map<number, number>();
  known.set(printer, mine);
  const before = mine.get(targetC);
  if (before !== undefined) return before;
  const { hotend: p, firmware, world } = printer;
  const random = new Random(printer.seed, "holding still");
  const h = initHotend(targetC);
  const regulator = initRegulator();
  const load = {
    duty: 0.3,
    powerFactor: 1,
    ambientC: world.ambientC,
    air: 1,
    draught: 0,
    meltWPerK: 0,
  };
  const everyTicks = Math.max(1, Math.round(1 / firmware.controlS));
  const duties: number[] = [];
  for (let tick = 0; tick * firmware.controlS < SETTLE_S + LOOK_S; tick++) {
    stepHotend(h, p, load, firmware.controlS);
    const readC = readSensor(p.sensor, h.sensorC, random, NO_FAULT);
    const output = regulate(regulator, p.regulator, targetC, readC, firmware.controlS);
    load.duty = output / 127;
    if (tick * firmware.controlS > SETTLE_S && tick % everyTicks === 0) duties.push(load.duty);
  }
  let square = 0;
  for (let i = 1; i < duties.length; i++) square += (duties[i]! - duties[i - 1]!) ** 2;
  const noise = Math.sqrt(square / Math.max(1, duties.length - 1) / 2);
  mine.set(targetC, noise);
  return noise;
}
