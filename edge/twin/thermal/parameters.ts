/**
 * One heater as a lumped block and a lagging sensor, everything divided by the block's heat
 * capacity C so that no parameter needs it:
 *
 *     dTblock/dt  = power·duty − (loss·shape + fanLoss·air + flowLoss·vE + fade·duty)·(Tblock − ambient) + d
 *     dTsensor/dt = lag·(Tblock − Tsensor)
 *
 * with `d` what the twin can't explain. The form is that of Marlin's model-predictive control (its M306
 * documentation) with a heater that fades as it warms: a PTC heater loses a seventh per 100 K.
 */
export interface ThermalParameters {
  /** Heating rate at full duty and no loss, K/s. */
  powerKPerS: number;
  /** Share of the difference to ambient lost per second at 180 K with fan off and no flow, 1/s. */
  lossPerS: number;
  /** How much of that loss goes with the difference once more, 0–1; see `stillShape`. */
  curve: number;
  /** Added by the part fan at full duty, 1/s. */
  fanLossPerS: number;
  /** Added by filament, per mm/s of it, 1/mm. */
  flowLossPerMm: number;
  /** Power that the heater loses per kelvin over ambient at full duty, 1/s. */
  fadePerS: number;
  /** Rate at which the sensor follows the block, 1/s. */
  lagPerS: number;
  /** Air around the heater, °C. */
  ambientC: number;
}

/** What isn't known of a heater: one standard deviation of each parameter that is learnt. */
export type ThermalSpread = Pick<
  ThermalParameters,
  "powerKPerS" | "lossPerS" | "fanLossPerS" | "flowLossPerMm" | "fadePerS"
>;

export type HeaterName = "hotend" | "bed";

export interface HeaterPrior {
  parameters: ThermalParameters;
  spread: ThermalSpread;
  /** What lumping it into one block gets wrong on the way to a set point, as a share of its heat. */
  approachDoubt: number;
}

/**
 * What is known of any printer before its own has been seen. Hotends: power 2.3–7 K/s, loss
 * 0.0038–0.0096 1/s over the published MPC sets and eight real machines; beds are ten times slower.
 */
export const HEATER_PRIORS: Record<HeaterName, HeaterPrior> = {
  hotend: {
    approachDoubt: 0.04,
    parameters: {
      powerKPerS: 3.4,
      lossPerS: 0.0065,
      curve: 0.3,
      fanLossPerS: 0.0025,
      flowLossPerMm: 0.00037,
      fadePerS: 0.001,
      lagPerS: 0.22,
      ambientC: 25,
    },
    spread: {
      powerKPerS: 1.5,
      lossPerS: 0.0025,
      fanLossPerS: 0.003,
      flowLossPerMm: 0.0002,
      fadePerS: 0.002,
    },
  },
  bed: {
    approachDoubt: 0.2,
    parameters: {
      powerKPerS: 0.55,
      lossPerS: 0.0016,
      curve: 0,
      fanLossPerS: 0.00005,
      flowLossPerMm: 0,
      fadePerS: 0.0001,
      lagPerS: 0.15,
      ambientC: 25,
    },
    spread: {
      powerKPerS: 0.4,
      lossPerS: 0.0012,
      fanLossPerS: 0.0001,
      flowLossPerMm: 1e-9,
      fadePerS: 0.0003,
    },
  },
};
