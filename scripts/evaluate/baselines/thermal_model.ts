import type { Baseline } from "./baseline.ts";
import { initModelRun, type ModelRun, stepModel, type ThermalModel } from "./thermal_fit.ts";

/** Where the error warns and where it stops the print, K/s. */
const WARNING_K_PER_S = 1.2;
const ERROR_K_PER_S = 1.74;
/** An alarm is over once the error has been below its limit for so long, s. */
const OVER_S = 30;

interface State {
  model: ThermalModel | null;
  run: ModelRun;
  /** When the error last stood above the limit, s. */
  overS: number;
}

/**
 * The thermal model check of Prusa's 8-bit firmware (3.12 and later) with the parameters of an E3D V6:
 * filters 0.065 and 0.05 at 3.7 Hz, lag 2.1 s, warning at 1.2 K/s, error at 1.74 K/s. The firmware
 * knows its duty in every step and measures the room; over the wire both are coarser, and flow isn't
 * part of the model at all. Hotend only, and only where duty is
 * reported and a calibration has been made.
 */
function thermalModelCheck(name: string, limitKPerS: number): Baseline<State> {
  return {
    name,
    init: ({ model }) => ({ model, run: initModelRun(), overS: -Infinity }),
    step(state, seen) {
      if (seen.type !== "heat" || seen.heater !== "hotend" || !state.model) return null;
      stepModel(state.run, state.model, seen);
      if (Math.abs(state.run.errorKPerS) <= limitKPerS) return null;
      const alarm = seen.eventTimeS > state.overS + OVER_S;
      state.overS = seen.eventTimeS;
      return alarm ? `hotend off its model by ${state.run.errorKPerS.toFixed(2)} K/s` : null;
    },
  };
}

export const THERMAL_MODEL_WARNING = thermalModelCheck(
  "Prusa thermal model, warning",
  WARNING_K_PER_S,
);
export const THERMAL_MODEL_ERROR = thermalModelCheck("Prusa thermal model, error", ERROR_K_PER_S);
