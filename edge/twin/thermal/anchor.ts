import { airOf, stillShape } from "./block.ts";
import {
  type Anchor,
  balanceOf,
  balanceVariance,
  calibrated,
  type Calibration,
} from "./calibration.ts";
import type { HeaterPrior } from "./parameters.ts";

/** Windows after which what was learnt stands as the printer's own. */
const SETTLED_WINDOWS = 120;
const MISFIT_MAX = 3;
/** How far the duty of a hold may be learnt away from where it stood then, as a share of it. */
const LEASH_SHARE = 0.1;
/** With the fan on, flow and fade are told apart less well: there the leash is so many times as long. */
const BLOWN_LEASH = 2.5;
/** A hold counts once it is known to this share: a fan that hardly blew yet is still free to be learnt. */
const KNOWN_SHARE = 0.05;
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

/**
 * How far the calibration has gone from its anchor, as a share of the hold: with fan or without,
 * whichever is more. What wasn't known when it was anchored doesn't count.
 */
export function strayed(calibration: Calibration, prior: HeaterPrior, anchor: Anchor): number {
  const now = holdsOf(calibration, prior);
  const share = (value: number, from: number) => Math.abs(value / Math.max(1e-6, from) - 1);
  const still = share(now.still, anchor.still);
  return anchor.fanKnown ? Math.max(still, share(now.blown, anchor.blown) / BLOWN_LEASH) : still;
}

/** Whether the hold with the fan full on is known, rather than supposed. */
function knowsFan(calibration: Calibration, prior: HeaterPrior): boolean {
  const learnt = calibrated(calibration, prior, prior.parameters);
  const duty = holdsOf(calibration, prior).blown;
  const balance = balanceOf(learnt, { duty, fan: 1, flowMmPerS: 0 }, HOLD_K);
  const spread = Math.sqrt(balanceVariance(calibration, prior, balance));
  return spread < KNOWN_SHARE * learnt.powerKPerS * duty;
}

function anchorOf(calibration: Calibration, prior: HeaterPrior): Anchor {
  return { ...holdsOf(calibration, prior), fanKnown: knowsFan(calibration, prior) };
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
    if (settled) calibration.anchor = anchorOf(calibration, prior);
    return;
  }
  const before = copyOf(calibration);
  learn();
  if (!anchor.fanKnown && knowsFan(calibration, prior)) {
    Object.assign(anchor, { blown: holdsOf(calibration, prior).blown, fanKnown: true });
  }
  const isOff = strayed(calibration, prior, anchor);
  if (isOff <= LEASH_SHARE || isOff <= strayed(before, prior, anchor)) return;
  const { mean, covariance, information, evidence } = before;
  Object.assign(calibration, { mean, covariance, information, evidence });
}
