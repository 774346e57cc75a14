import type { Baseline } from "./baseline.ts";
import { FILE_CHECK } from "./file_check.ts";
import { GOLDEN_STEPS_10, GOLDEN_STEPS_5 } from "./golden_steps.ts";
import { THERMAL_MODEL_ERROR, THERMAL_MODEL_WARNING } from "./thermal_model.ts";
import { HEATING_WATCH, THERMAL_RUNAWAY } from "./thermal_protection.ts";
import { VERIFY_HEATER } from "./verify_heater.ts";

/** Those that need nothing but a heater's reports: they serve logs of real machines too. */
export const HEATER_BASELINES: readonly Baseline[] = [
  VERIFY_HEATER as Baseline,
  THERMAL_RUNAWAY as Baseline,
  HEATING_WATCH as Baseline,
  THERMAL_MODEL_WARNING as Baseline,
  THERMAL_MODEL_ERROR as Baseline,
];

/** What ships in firmware today and what was published, beside which ours has to stand. */
export const BASELINES: readonly Baseline[] = [
  ...HEATER_BASELINES,
  GOLDEN_STEPS_5 as Baseline,
  GOLDEN_STEPS_10 as Baseline,
  FILE_CHECK as Baseline,
];
