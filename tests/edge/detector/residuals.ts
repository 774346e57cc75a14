import type { HeaterResidual } from "../../../edge/twin/thermal/heater_twin.ts";

/** Accounts that all are off by as much, with the spreads of a healthy hotend. */
export function accounts(offK: number): HeaterResidual["accounts"] {
  return [0.3, 0.6, 1.2].map((spreadK) => ({ offK, spreadK, addedK: 0 }));
}

/** A hotend that holds 210 °C and does as it should, to be varied. */
export function residual(more: Partial<HeaterResidual> = {}): HeaterResidual {
  return {
    eventTimeS: 100,
    dtS: 1,
    measuredC: 210,
    targetC: 210,
    duty: 0.45,
    toldDuty: more.duty === undefined ? 0.45 : more.duty,
    fan: 0,
    flowMmPerS: 0,
    unsureKPerS: 0,
    predictedC: 210,
    innovationK: 0,
    innovationSpreadK: 0.1,
    fastKPerS: 0,
    fastSpreadKPerS: 0.03,
    accounts: accounts(0),
    lossKPerS: 1.4,
    fanShare: 0,
    flowShare: 0,
    overAmbientK: 187,
    approaching: false,
    outlier: false,
    ...more,
  };
}
