import { airOf, stillShape } from "./block.ts";
import { type Anchor, calibrated, type Calibration } from "./calibration.ts";
import type { HeaterPrior } from "./parameters.ts";

/** Windows after which what was learnt stands as the printer's own. */
const SETTLED_WINDOWS = 120;
const MISFIT_MAX = 3;
/** How far the duty of a hold may be learnt away from where it stood then, as a share of it. */
const LEASH_SHARE = 0.1;
/** A hotend's hold, over ambient, K. */
const HOLD_K = 180;

/** Duties that hold a heater `holdK` over ambient by what is learnt, fan off and full on. */
export function holdsOf(calibration: Calibration, prior: HeaterPrior, holdK = HOLD_K): Anchor {
  const learnt = calibrated(calibration, prior, prior.parameters);
  const { powerKPerS, lossPerS, fanLossPerS, fadePerS, curve } = learnt;
  const duty = (fan: number) => {
    const lost = lossPerS * stillShape(curve, holdK) + fanLossPerS * airOf(fan);
    return lost * holdK / Math.max(1e-3, powerKPerS - fadePerS * holdK);
  };
  return { still: duty(0), blown: duty(1) };
}

/** How far the calibration has gone from its anchor: with fan or without, whichever is less. */
export function strayed(calibration: Calibration, prior: HeaterPrior, anchor: Anchor): number {
  const now = holdsOf(calibration, prior);
  const share = (value: number, from: number) => Math.abs(value / Math.max(1e-6, from) - 1);
  return Math.min(share(now.still, anchor.still), share(now.blown, anchor.blown));
}

function copyOf(calibration: Calibration): Calibration {
  const { mean, covariance, information, evidence } = calibration;
  return {
    ...calibration,
    mean: [...mean],
    covariance: [...covariance],
    information: [...information],
    evidence: [...evidence],
  };
}

/**
 * Teaches by `learn`. Once a heater has become known, learning goes on from there, but only so far:
 * what leads beyond the leash is taken back, so that an attacker who teaches a little in each print
 * gets no further, and from there on the tests speak. Mutates the calibration.
 */
export function learnOnLeash(
  calibration: Calibration,
  prior: HeaterPrior,
  learn: () => void,
): void {
  const { anchor } = calibration;
  if (!anchor) {
    learn();
    const settled = calibration.windows >= SETTLED_WINDOWS && calibration.misfit < MISFIT_MAX;
    if (settled) calibration.anchor = holdsOf(calibration, prior);
    return;
  }
  const before = copyOf(calibration);
  learn();
  const isOff = strayed(calibration, prior, anchor);
  if (isOff <= LEASH_SHARE || isOff <= strayed(before, prior, anchor)) return;
  const { mean, covariance, information, evidence } = before;
  Object.assign(calibration, { mean, covariance, information, evidence });
}
