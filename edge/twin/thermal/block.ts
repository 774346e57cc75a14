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

/** Forced convection grows slower than the air's speed: with its power of 0.5–0.8. */
const AIR_EXPONENT = 0.65;
/** The difference to ambient at which still-air loss is stated, K. */
export const STATED_AT_K = 180;

/** Cooling by the part fan's air, 0–1, at a duty. */
export function airOf(fan: number): number {
  return fan <= 0 ? 0 : Math.pow(Math.min(1, fan), AIR_EXPONENT);
}

/**
 * Still-air loss at a difference to ambient, over the one stated: natural convection goes with
 * ΔT^1.25 and radiation with the fourth power, so a hotter block loses more than in proportion.
 */
export function stillShape(curve: number, overAmbientK: number): number {
  return 1 + curve * (Math.min(1.6, Math.max(0, overAmbientK / STATED_AT_K)) - 1);
}

/** The total loss rate under an input, 1/s; never zero, so that the steady state exists. */
export function lossPerS(
  parameters: ThermalParameters,
  input: HeaterInput,
  overAmbientK: number,
): number {
  const { lossPerS, fanLossPerS, flowLossPerMm, fadePerS, curve } = parameters;
  const still = lossPerS * stillShape(curve, overAmbientK);
  const moved = fanLossPerS * airOf(input.fan) + flowLossPerMm * input.flowMmPerS;
  return Math.max(1e-4, still + moved + fadePerS * input.duty);
}

/**
 * The exact solution of the two linear equations over `dtS` seconds with constant input and the loss
 * that the block has at `blockC`; with
 * `x' = A x + b` triangular it is a mix of two exponentials, so no integration step is needed.
 */
export function blockStep(
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  blockC: number,
): BlockStep {
  const loss = lossPerS(parameters, input, blockC - parameters.ambientC);
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

/** A block and its sensor, °C. */
export interface Block {
  blockC: number;
  sensorC: number;
}

/** Runs a block freely for `dtS` seconds with `driveKPerS` of heat from nowhere. Mutates it. */
export function runBlock(
  block: Block,
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  driveKPerS: number,
): void {
  const step = blockStep(parameters, input, dtS, block.blockC);
  const offset = block.blockC - step.steadyC;
  block.sensorC = step.steadyC + step.keepSensor * (block.sensorC - step.steadyC) +
    step.mixSensor * offset + step.sensorPerDrive * driveKPerS;
  block.blockC = step.steadyC + step.keepBlock * offset + step.blockPerDrive * driveKPerS;
}
