import type { SensorParameters } from "../parameters.ts";
import type { Random } from "../random.ts";

const KELVIN = 273.15;
const SAMPLES = 16;

/** What may be wrong between the bead and the converter. */
export interface SensorFault {
  /** Resistance of a loose contact in series, ohm. */
  contactOhm: number;
  /** Additional noise of each conversion, in steps of the converter (sd). */
  noiseSteps: number;
  /** The bead reads so much more than its true temperature, K. */
  offsetC: number;
}

export const NO_FAULT: Readonly<SensorFault> = { contactOhm: 0, noiseSteps: 0, offsetC: 0 };

/** Resistance of a sensor at a temperature, ohm (NTC of 100 kΩ at 25 °C, or IEC 60751 PT1000). */
export function resistanceOhm(p: SensorParameters, tempC: number, curve: number): number {
  if (p.kind === "thermistor") {
    return 100_000 * Math.exp(curve * (1 / (tempC + KELVIN) - 1 / (25 + KELVIN)));
  }
  return 1000 * (1 + curve * (3.9083e-3 * tempC - 5.775e-7 * tempC * tempC));
}

/** The temperature that a firmware reads out of a resistance, °C. */
export function temperatureC(p: SensorParameters, ohm: number): number {
  if (p.kind === "thermistor") {
    return 1 / (1 / (25 + KELVIN) + Math.log(ohm / 100_000) / p.assumedCurve) - KELVIN;
  }
  const ratio = (ohm / 1000 - 1) / p.assumedCurve;
  const root = 3.9083e-3 * 3.9083e-3 - 4 * 5.775e-7 * ratio;
  return (3.9083e-3 - Math.sqrt(Math.max(0, root))) / (2 * 5.775e-7);
}

/**
 * One reading as firmware takes it: 16 conversions of a 10- or 12-bit converter, each with noise and
 * each rounded, summed and turned back into degrees by the curve that the firmware assumes.
 */
export function readSensor(
  p: SensorParameters,
  beadC: number,
  random: Random,
  fault: Readonly<SensorFault>,
): number {
  const ohm = p.toleranceFactor * resistanceOhm(p, beadC + fault.offsetC, p.trueCurve) +
    fault.contactOhm;
  const full = p.adcBits === 12 ? 4095 : 1023;
  const ideal = full * ohm / (ohm + p.pullUpOhm);
  const spread = Math.sqrt(6) * Math.hypot(p.noiseSteps, fault.noiseSteps);
  let sum = 0;
  for (let i = 0; i < SAMPLES; i++) {
    // The difference of two uniform numbers has a variance of 1/6.
    sum += Math.round(ideal + spread * (random.next() - random.next()));
  }
  const raw = Math.min(full * SAMPLES - 8, Math.max(8, sum)) / SAMPLES;
  return temperatureC(p, p.pullUpOhm * raw / (full - raw));
}

/** The nearest temperature that this sensor's firmware could have read. */
export function onGrid(p: SensorParameters, tempC: number): number {
  const full = p.adcBits === 12 ? 4095 : 1023;
  const ohm = resistanceOhm(p, tempC, p.assumedCurve);
  const raw = Math.round(SAMPLES * full * ohm / (ohm + p.pullUpOhm)) / SAMPLES;
  return temperatureC(p, p.pullUpOhm * raw / (full - raw));
}
