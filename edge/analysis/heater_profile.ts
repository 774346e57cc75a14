import { habitsOf } from "../detector/sensor_check.ts";
import { holdsOf as calibratedHolds } from "../twin/thermal/anchor.ts";
import type { Anchor } from "../twin/thermal/calibration.ts";
import { HEATER_PRIORS, type HeaterName } from "../twin/thermal/parameters.ts";
import type { HeaterProfile, HeaterWatch } from "./heater_watch.ts";

/** What the heater has taught so far, once it is trusted; to be saved by the shell. */
export function profileOf(watch: HeaterWatch): HeaterProfile | null {
  if (!watch.learner.trusted) return null;
  const { ambientC, lagPerS } = watch.twin.parameters;
  const { biasShare, dutySwing2 } = watch.twin;
  const dutySwing = Math.sqrt(dutySwing2);
  const accounts = watch.twin.accounts.map(({ noiseK2, seenS }) => ({
    noiseK2: [...noiseK2],
    seenS: [...seenS],
  }));
  const sensor = habitsOf(watch.sensor);
  const calibration = structuredClone(watch.twin.calibration);
  return { calibration, ambientC, lagPerS, biasShare, accounts, dutySwing, sensor };
}

/** How far over ambient a hold is told, K. */
const HOLD_K: Record<HeaterName, number> = { hotend: 180, bed: 40 };

/** The duties that hold the heater by what it has taught; null until it is trusted. */
export function holdsOf({ heater, twin, learner }: HeaterWatch): Anchor | null {
  if (!learner.trusted) return null;
  return calibratedHolds(twin.calibration, HEATER_PRIORS[heater], HOLD_K[heater]);
}
