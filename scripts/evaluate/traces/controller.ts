import type { Block } from "./block_fit.ts";

/** A PID controller as firmware runs it: proportional and integral on the error, D on the reading. */
export interface Gains {
  perK: number;
  perKS: number;
  sPerK: number;
}

/** What conversion, filter and pulse width add to a block's own delays, s. */
const DELAY_S = 0.5;
/** Klipper smooths the reading's slope over so long, s. */
export const SLOPE_S = 1;

/**
 * The gains that an autotune would find for a block: Ziegler's and Nichols' rules at the frequency
 * where block, sensor and delay turn the phase by half a turn.
 */
export function tunedGains({ powerKPerS, lossPerS, lagPerS }: Block): Gains {
  const phase = (w: number) => Math.atan(w / lossPerS) + Math.atan(w / lagPerS) + w * DELAY_S;
  let low = 0.01, high = 10;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (phase(middle) < Math.PI) low = middle;
    else high = middle;
  }
  const gain = powerKPerS * lagPerS / Math.hypot(low, lossPerS) / Math.hypot(low, lagPerS);
  const perK = 0.6 / gain, periodS = (2 * Math.PI) / low;
  return { perK, perKS: perK / (0.5 * periodS), sPerK: perK * 0.125 * periodS };
}

/** How far a controller's duty is from the recorded one because it reads something else. */
export class DutyShift {
  #sum = 0;
  #slope = 0;
  #last = 0;

  constructor(private readonly gains: Gains) {}

  /**
   * Takes the difference that it reads, K, and the duty recorded at that time, 0–1.
   *
   * @returns the duty that it would set instead, 0–1
   */
  step(differenceK: number, recorded: number, dtS: number): number {
    const { perK, perKS, sPerK } = this.gains;
    const keep = Math.exp(-dtS / SLOPE_S);
    this.#slope = keep * this.#slope + (1 - keep) * (differenceK - this.#last) / dtS;
    this.#last = differenceK;
    const next = this.#sum + differenceK * dtS;
    const asked = recorded - perK * differenceK - perKS * next - sPerK * this.#slope;
    // What the heater can't do isn't summed up.
    if (asked > 0 && asked < 1 || (asked >= 1) === (differenceK > 0)) this.#sum = next;
    return Math.min(1, Math.max(0, asked));
  }
}

/** Changes smaller than this are not sent again, for so long: as Klipper sets a heater's pin. */
const SMALL = 0.05;
const HELD_S = 3.75;

/** What a log shows of a controller's duty: the last value that was sent. */
export class LoggedDuty {
  #sent: number | null = null;
  #sentS = 0;

  step(duty: number, eventTimeS: number): number {
    const small = this.#sent !== null && Math.abs(duty - this.#sent) < SMALL;
    if (small && this.#sent! > 0 && eventTimeS - this.#sentS < HELD_S) return this.#sent!;
    this.#sentS = eventTimeS;
    this.#sent = Math.round(duty * 1000) / 1000;
    return this.#sent;
  }
}
