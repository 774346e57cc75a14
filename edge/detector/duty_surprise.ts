import { atEnd, isHeld, type Sample } from "./duty_sample.ts";

/** Firmware doesn't send a duty again that changes by less than this. */
export const HELD = 0.05;
/** A duty this far from the law, in variances, is a surprise; one counts for so much at most. */
const SURPRISE_USUAL = 5;
const SURPRISE_CLIP = 25;
const SURPRISE_ALARM = 38;
/** A duty off the same way counts in spreads of the law, beyond what is usual, clipped. */
const LEAN_USUAL = 0.7;
const LEAN_CLIP = 3;
const LEAN_ALARM = 12;
/** What a law takes for the mean is known later than how it answers, samples. */
const LEAN_TAUGHT = 250;

/** What speaks for a duty that was set for something else than the readings. */
export interface DutySurprise {
  /** Evidence, nats. */
  surprise: number;
  /** The same where the duty is off the same way again and again, upwards and downwards. */
  lean: [number, number];
}

/** How far duties that were set for something else are from being told, 1 being told. */
export function oddness(state: DutySurprise): number {
  return Math.max(surpriseOf(state), leanOf(state));
}

/** The same of duties that are off the same way. */
export function leanOf({ lean }: DutySurprise): number {
  return Math.max(...lean) / LEAN_ALARM;
}

/** The same of single duties alone. */
export function surpriseOf({ surprise }: DutySurprise): number {
  return surprise / SURPRISE_ALARM;
}

/**
 * Follows how far duties are off the law, and whether they are off the same way. Mutates.
 *
 * @param taught from how many samples the law was learnt
 */
export function weighSurprise(
  state: DutySurprise,
  sample: Sample,
  { off, variance, taught }: { off: number; variance: number; taught: number },
): void {
  const slack = isHeld(sample) || atEnd(sample) ? HELD : 0;
  const beyond = Math.sign(off) * Math.max(0, Math.abs(off) - slack);
  const odd = Math.min(SURPRISE_CLIP, beyond ** 2 / variance);
  const surprise = Math.max(0, state.surprise + odd - SURPRISE_USUAL);
  state.surprise = Math.min(3 * SURPRISE_ALARM, surprise);
  if (taught < LEAN_TAUGHT) return;
  const spreads = Math.min(LEAN_CLIP, Math.max(-LEAN_CLIP, beyond / Math.sqrt(variance)));
  const [up, down] = state.lean;
  const leant = (lean: number) => Math.min(3 * LEAN_ALARM, Math.max(0, lean - LEAN_USUAL));
  state.lean = [leant(up + spreads), leant(down - spreads)];
}
