import { holding } from "./closed_loop.ts";
import type { SensorParameters } from "../../printer/parameters.ts";
import { resistanceOhm } from "../../printer/thermal/sensor.ts";
import type { JobFacts } from "./job_facts.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";

/** A heater in its hold, as far as its printer's true parameters say. */
export interface HoldNoise {
  /** Heat that it loses at its target while printing, W. */
  holdW: number;
  /** What it could give, W. */
  fullW: number;
  /** More loss per kelvin, W/K. */
  lossWPerK: number;
  capacityJPerK: number;
  /** Parts of the loss: still air (convection and radiation), fan, melt, W. */
  stillW: number;
  fanW: number;
  meltW: number;
  /** Noise of one reading (sd), K. */
  readK: number;
  /** Readings come in steps of this, K: of the mean of the converter's steps, or of the report's digits. */
  stepK: number;
  /** Noise of one reported duty (sd), 0–1. */
  duty: number;
  /** Share of a duty's noise that its own reading explains, 0–1. */
  answered: number;
}

const KELVIN = 273.15;
const CONVERSIONS = 16;

/** Steps of the converter to a kelvin. */
function stepsPerKelvin(p: SensorParameters, atC: number): number {
  const full = p.adcBits === 12 ? 4095 : 1023;
  const steps = (tempC: number) => {
    const ohm = p.toleranceFactor * resistanceOhm(p, tempC, p.trueCurve);
    return full * ohm / (ohm + p.pullUpOhm);
  };
  return Math.abs(steps(atC + 0.5) - steps(atC - 0.5));
}

/** Noise of a reading: 16 rounded conversions, each with its own noise. */
export function readingNoiseK(p: SensorParameters, atC: number): number {
  // A rounding step has a variance of 1/12.
  return Math.sqrt((p.noiseSteps ** 2 + 1 / 12) / CONVERSIONS) / stepsPerKelvin(p, atC);
}

/** The steps in which readings are reported, K: 16 whole conversions are summed up. */
function reportedStepK(printer: PrinterParameters, p: SensorParameters, atC: number): number {
  const digit = 10 ** -printer.firmware.temperatureDecimals;
  return Math.max(digit, 1 / (CONVERSIONS * stepsPerKelvin(p, atC)));
}

/**
 * What a reading's noise makes of the duty of a bed's PID, open loop (beds are slow): the proportional part, and the derivative smoothed
 * by 0.95 at each tick, whose response to white noise has the power 2·0.05²/1.95.
 */
function pidDutyNoise(kp: number, kd: number, readK: number, tickS: number): number {
  const derivative = 0.05 * kd / tickS * Math.sqrt(2 / 1.95);
  return (kp + derivative) * readK / 255;
}

/** Air that a fan moves at a duty, 0–1, in the steady state (deadband and exponent of the drawn fan). */
export function airAt(printer: PrinterParameters, duty: number): number {
  const { deadDuty, exponent } = printer.fan;
  if (duty <= deadDuty) return 0;
  return ((duty - deadDuty * 0.6) / (1 - deadDuty * 0.6)) ** exponent;
}

export function hotendHold(printer: PrinterParameters, job: JobFacts): HoldNoise {
  const { hotend: p, world } = printer;
  const over = job.hotendC - world.ambientC;
  const fourth = (tempC: number) => (tempC + KELVIN) ** 4;
  const stillW = p.convectionW * over ** 1.25 +
    p.radiationW * (fourth(job.hotendC) - fourth(world.ambientC));
  const fanW = p.fanWPerK * airAt(printer, job.fanDuty) * over;
  const meltW = world.filamentJPerKPerMm * job.flowMmPerS * over;
  const holdW = stillW + fanW + meltW + p.breakWPerK * over;
  const lossWPerK = 1.25 * p.convectionW * over ** 0.25 +
    4 * p.radiationW * (job.hotendC + KELVIN) ** 3 + p.breakWPerK + (fanW + meltW) / over;
  const fullW = p.powerW * (1 - p.ptcPerK * (job.hotendC - 35)) *
    (world.supplyV / world.nominalV) ** 2;
  const readK = readingNoiseK(p.sensor, job.hotendC);
  const loop = holding(printer, job.hotendC);
  return {
    holdW,
    fullW,
    lossWPerK,
    capacityJPerK: p.heaterJPerK + p.blockJPerK + p.nozzleJPerK,
    stillW,
    fanW,
    meltW,
    readK,
    stepK: reportedStepK(printer, p.sensor, job.hotendC),
    // Duties are whole 127ths.
    duty: Math.hypot(loop.duty, 1 / 127 / Math.sqrt(12)),
    answered: loop.answered,
  };
}

export function bedHold(printer: PrinterParameters, job: JobFacts): HoldNoise {
  const { bed: p, world } = printer;
  const over = Math.max(0, job.bedC - world.ambientC);
  const fanW = p.fanWPerK * airAt(printer, job.fanDuty) * over;
  const lossWPerK = p.topWPerK + p.plateWPerK + (over > 0 ? fanW / over : 0);
  const readK = readingNoiseK(p.sensor, Math.max(30, job.bedC));
  const fullW = p.powerW * (world.supplyV / world.nominalV) ** 2;
  const switched = p.regulator.kind === "bang-bang";
  const noisy = p.regulator.kind === "pid"
    ? pidDutyNoise(p.regulator.gains.kp, p.regulator.gains.kd, readK, printer.firmware.controlS)
    : 0;
  const share = Math.min(1, lossWPerK * over / fullW);
  return {
    holdW: lossWPerK * over,
    fullW,
    lossWPerK,
    capacityJPerK: p.plateJPerK + p.topJPerK,
    stillW: lossWPerK * over - fanW,
    fanW,
    meltW: 0,
    readK,
    stepK: reportedStepK(printer, p.sensor, Math.max(30, job.bedC)),
    // A switched bed's duty says only whether it is on at this moment.
    duty: switched ? Math.sqrt(share * (1 - share)) : Math.min(0.5, Math.hypot(noisy, 0.003)),
    answered: 0,
  };
}
