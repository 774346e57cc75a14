import type { HotendParameters } from "../parameters.ts";

const KELVIN = 273.15;

/** Four nodes of a hotend, °C. The sensor's bead follows the block with its own lag. */
export interface Hotend {
  heaterC: number;
  blockC: number;
  nozzleC: number;
  sensorC: number;
}

/** What acts on the hotend over one step. */
export interface HotendLoad {
  /** 0–1, of the supply actually present. */
  duty: number;
  /** (supply voltage / nominal)², times whatever ageing leaves of the power. */
  powerFactor: number;
  ambientC: number;
  /** Part-fan cooling, 0–1. */
  air: number;
  /** Additional loss by an external draught, as a share of the loss without fan. */
  draught: number;
  /** Heat that the filament takes away per kelvin, W/K. */
  meltWPerK: number;
}

/** A hotend at one temperature throughout. */
export function initHotend(startC: number): Hotend {
  return { heaterC: startC, blockC: startC, nozzleC: startC, sensorC: startC };
}

/**
 * Advances the hotend in place by `dtS` in explicit steps of at most 45 ms: its fastest node has a
 * time constant above 0.3 s, so that the steps are stable and their error is far below a sensor
 * step. Conduction, natural convection with ΔT^1.25, radiation with T⁴ and forced convection.
 */
export function stepHotend(h: Hotend, p: HotendParameters, load: HotendLoad, dtS: number): void {
  const steps = Math.max(1, Math.ceil(dtS / 0.045));
  const dt = dtS / steps;
  const ambient = load.ambientC;
  const ambient4 = fourth(ambient + KELVIN);
  const fan = p.fanWPerK * load.air;
  const natural = 1 + load.draught;
  for (let i = 0; i < steps; i++) {
    const over = h.blockC - ambient;
    const power = load.duty * load.powerFactor * p.powerW *
      Math.max(0, 1 - p.ptcPerK * (h.heaterC - 35));
    const toBlock = p.heaterToBlockWPerK * (h.heaterC - h.blockC);
    const toNozzle = p.blockToNozzleWPerK * (h.blockC - h.nozzleC);
    const still = natural * (p.convectionW * over * Math.sqrt(Math.sqrt(Math.abs(over))) +
      p.radiationW * (fourth(h.blockC + KELVIN) - ambient4));
    // A quarter of the bare surface is the nozzle's; the fan is aimed at it.
    const nozzleOver = h.nozzleC - ambient;
    const blockLoss = 0.75 * still + p.breakWPerK * over +
      (0.6 * fan + 0.45 * load.meltWPerK) * over;
    const nozzleLoss = 0.25 * still * (over > 1 ? nozzleOver / over : 1) +
      (0.4 * fan + 0.55 * load.meltWPerK) * nozzleOver;
    h.sensorC += dt * p.sensor.lagPerS * (h.blockC - h.sensorC);
    h.heaterC += dt * (power - toBlock) / p.heaterJPerK;
    h.blockC += dt * (toBlock - toNozzle - blockLoss) / p.blockJPerK;
    h.nozzleC += dt * (toNozzle - nozzleLoss) / p.nozzleJPerK;
  }
}

function fourth(kelvin: number): number {
  const square = kelvin * kelvin;
  return square * square;
}
