import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import { initHotend, stepHotend } from "../../printer/thermal/hotend.ts";
import { initRegulator, regulate } from "../../printer/thermal/regulator.ts";
import { NO_FAULT, readSensor } from "../../printer/thermal/sensor.ts";

/** Time to settle and time to look, s. */
const SETTLE_S = 60;
const LOOK_S = 120;

/** A heater's own loop while it holds still. */
export interface Holding {
  /** Spread of the duty from one second to the next, 0–1 (sd of one sample). */
  duty: number;
  /** How much of a duty's noise its own reading's noise explains: their correlation, squared. */
  answered: number;
}

const known = new WeakMap<PrinterParameters, Map<number, Holding>>();

/**
 * A noisy sensor behind high gains swings more than its open loop says, so the printer's own loop is
 * run here for two minutes: block, sensor and regulator alone, without print, fan or room.
 */
export function holding(printer: PrinterParameters, targetC: number): Holding {
  const mine = known.get(printer) ?? new Map<number, Holding>();
  known.set(printer, mine);
  const before = mine.get(targetC);
  if (before !== undefined) return before;
  const found = judged(run(printer, targetC));
  mine.set(targetC, found);
  return found;
}

/** Readings and duties once a second. */
function run(printer: PrinterParameters, targetC: number): { readC: number; duty: number }[] {
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
  const samples: { readC: number; duty: number }[] = [];
  for (let tick = 0; tick * firmware.controlS < SETTLE_S + LOOK_S; tick++) {
    stepHotend(h, p, load, firmware.controlS);
    const readC = readSensor(p.sensor, h.sensorC, random, NO_FAULT);
    const output = regulate(regulator, p.regulator, targetC, readC, firmware.controlS);
    load.duty = output / 127;
    if (tick * firmware.controlS > SETTLE_S && tick % everyTicks === 0) {
      samples.push({ readC: Number(readC.toFixed(firmware.temperatureDecimals)), duty: load.duty });
    }
  }
  return samples;
}

function judged(samples: readonly { readC: number; duty: number }[]): Holding {
  let [duties, reads, both] = [0, 0, 0];
  for (let i = 1; i < samples.length; i++) {
    const byDuty = samples[i]!.duty - samples[i - 1]!.duty;
    const byRead = samples[i]!.readC - samples[i - 1]!.readC;
    duties += byDuty ** 2;
    reads += byRead ** 2;
    both += byDuty * byRead;
  }
  const steps = Math.max(1, samples.length - 1);
  return {
    duty: Math.sqrt(duties / steps / 2),
    answered: duties > 0 && reads > 0 ? both ** 2 / duties / reads : 0,
  };
}
