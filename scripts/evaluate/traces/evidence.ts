import type { AnalysisState } from "../../../edge/analysis.ts";
import { evidenceOf } from "../../../edge/detector/duty_law.ts";
import {
  HEAT_BOUNDS,
  initHeatBalance,
  stepHeatBalance,
} from "../../../edge/detector/heat_balance.ts";

/** Nats of evidence that break the duty's law. */
const LAW_NATS = 10;

/**
 * How near the hotend is to an alarm, 1 being one: what thresholds are set on, also where none is
 * reached. Heat's accounts and the duty's law, whichever is nearer.
 */
export function evidenceNow(state: AnalysisState): number {
  const { recent, sensor } = state.heaters.hotend;
  const residual = recent.at(-1);
  const heat = residual && !residual.outlier
    ? stepHeatBalance(initHeatBalance(), residual, HEAT_BOUNDS.hotend).score
    : 0;
  return Math.max(heat, residual ? evidenceOf(sensor.law, residual) / LAW_NATS : 0);
}
