import type { ThermalParameters } from "./parameters.ts";

/** What drives a heater over one interval, held constant. */
export interface HeaterInput {
  /** Heater duty, 0–1. */
  duty: number;
  /** Part-fan duty, 0–1. */
  fan: number;
  /** Filament speed, mm/s (never negative). */
  flowMmPerS: number;
}

/** The coefficients that carry block, sensor and unexplained heating over one interval. */
export interface BlockStep {
  /** exp(−loss·dt): what remains of the block's distance to its steady temperature. */
  keepBlock: number;
  /** exp(−lag·dt): what remains of the sensor's own. */
  keepSensor: number;
  /** The sensor's share of the block's distance. */
  mixSensor: number;
  /** K of block and of sensor per K/s of unexplained heating. */
  blockPerDrive: number;
  sensorPerDrive: number;
  /** Where the block would settle without unexplained heating, °C. */
  steadyC: number;
}

/** The total loss rate under an input, 1/s; never zero, so that the steady state exists. */
export function lossPerS(parameters: ThermalParameters, input: HeaterInput): number {
  const { lossPerS, fanLossPerS, flowLossPerMm, fadePerS } = parameters;
  const moved = fanLossPerS * input.fan + flowLossPerMm * input.flowMmPerS;
  return Math.max(1e-4, lossPerS + moved + fadePerS * input.duty);
}

/**
 * The exact solution of the two linear equations over `dtS` seconds with constant input; with
 * `x' = A x + b` triangular it is a mix of two exponentials, so no integration step is needed.
 */
export function blockStep(
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
): BlockStep {
  const loss = lossPerS(parameters, input);
  // Equal rates would divide by zero; a thousandth apart changes nothing that can be seen.
  const lag = Math.abs(parameters.lagPerS - loss) < 1e-6 ? loss * 1.001 : parameters.lagPerS;
  const keepBlock = Math.exp(-loss * dtS);
  const keepSensor = Math.exp(-lag * dtS);
  const mixSensor = (lag / (lag - loss)) * (keepBlock - keepSensor);
  return {
    keepBlock,
    keepSensor,
    mixSensor,
    blockPerDrive: (1 - keepBlock) / loss,
    sensorPerDrive: (1 - keepSensor - mixSensor) / loss,
    steadyC: parameters.ambientC + (parameters.powerKPerS * input.duty) / loss,
  };
}
