import type { BedParameters } from "../parameters.ts";

/** A heated bed: the plate with heater and sensor under it, and the surface that is printed on. */
export interface Bed {
  plateC: number;
  topC: number;
  sensorC: number;
}

export interface BedLoad {
  duty: number;
  powerFactor: number;
  ambientC: number;
  air: number;
  draught: number;
}

/** A bed at one temperature throughout. */
export function initBed(startC: number): Bed {
  return { plateC: startC, topC: startC, sensorC: startC };
}

/** Advances the bed in place by `dtS`; its nodes are slow enough for one explicit step. */
export function stepBed(bed: Bed, p: BedParameters, load: BedLoad, dtS: number): void {
  const toTop = p.plateToTopWPerK * (bed.plateC - bed.topC);
  const power = load.duty * load.powerFactor * p.powerW;
  const topLoss = (p.topWPerK * (1 + load.draught) + p.fanWPerK * load.air) *
    (bed.topC - load.ambientC);
  const plateLoss = p.plateWPerK * (bed.plateC - load.ambientC);
  bed.sensorC += Math.min(1, dtS * p.sensor.lagPerS) * (bed.plateC - bed.sensorC);
  bed.plateC += dtS * (power - toTop - plateLoss) / p.plateJPerK;
  bed.topC += dtS * (toTop - topLoss) / p.topJPerK;
}

/** Heat that the bed gives to the air above it, W. */
export function bedLossW(bed: Bed, p: BedParameters, ambientC: number): number {
  return p.topWPerK * (bed.topC - ambientC);
}
