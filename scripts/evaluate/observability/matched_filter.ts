/** Noise that wanders: its spread and how long it remembers. */
export interface Wander {
  sd: number;
  timeS: number;
}

/** One signal in one measured quantity. */
export interface Signal {
  /** What is seen of the injection `atS` seconds after its begin, in the quantity's own unit. */
  of: (atS: number) => number;
  /** How long there is to look, s. */
  forS: number;
  /** Seconds between two measurements. */
  everyS: number;
  /** Noise of one measurement (sd), in the same unit. */
  noise: number;
  /** Wander beneath it. */
  wanders: readonly Wander[];
}

/** Measurements after which the injection is looked at coarser. */
const STEPS_MAX = 600;

/**
 * Signal-to-noise of the ideal (matched) filter for a known signal in white noise and slow wander:
 * the noise is whitened by the Kalman filter that knows it, and what the signal leaves in the
 * filter's innovations is summed: SNR² = Σ ν²/S (Kay, Fundamentals of Statistical Signal Processing
 * II, 4.4). The filter has settled before the injection begins.
 *
 * @example
 * // A constant of one sigma, a hundred looks: ten.
 * matchedSnr({ of: () => 1, forS: 100, everyS: 1, noise: 1, wanders: [] });
 */
export function matchedSnr(signal: Signal): number {
  const steps = Math.max(0, Math.floor(signal.forS / signal.everyS));
  if (steps === 0) return 0;
  const coarser = Math.ceil(steps / STEPS_MAX);
  const everyS = signal.everyS * coarser;
  const noise = signal.noise / Math.sqrt(coarser);
  const filter = new WanderFilter(signal.wanders, everyS, noise);
  let square = 0;
  for (let at = everyS / 2; at < signal.forS; at += everyS) {
    square += filter.step(signal.of(at)) ** 2;
  }
  return Math.sqrt(square);
}

/** Two wanders at most, each a first-order process, under white noise. */
class WanderFilter {
  #keep: [number, number];
  #gain: [number, number];
  #innovationSd: number;
  #state: [number, number] = [0, 0];

  constructor(wanders: readonly Wander[], everyS: number, noise: number) {
    if (wanders.length > 2) {
      throw new RangeError(`Cannot whiten: two wanders at most, got ${wanders.length}`);
    }
    const of = (i: number) => wanders[i] ?? { sd: 0, timeS: 1 };
    this.#keep = [Math.exp(-everyS / of(0).timeS), Math.exp(-everyS / of(1).timeS)];
    const grown = [0, 1].map((i) => of(i).sd ** 2 * (1 - this.#keep[i]! ** 2));
    let [a, b, c] = [of(0).sd ** 2, 0, of(1).sd ** 2];
    let gain: [number, number] = [0, 0];
    let variance = noise ** 2;
    // The covariance settles within some time constants; 400 rounds are plenty.
    for (let i = 0; i < 400; i++) {
      variance = a + 2 * b + c + noise ** 2;
      gain = [(a + b) / variance, (b + c) / variance];
      const [ua, ub, uc] = [a - gain[0] * (a + b), b - gain[0] * (b + c), c - gain[1] * (b + c)];
      a = this.#keep[0] ** 2 * ua + grown[0]!;
      b = this.#keep[0] * this.#keep[1] * ub;
      c = this.#keep[1] ** 2 * uc + grown[1]!;
    }
    this.#gain = gain;
    this.#innovationSd = Math.sqrt(variance);
  }

  /** What a measured signal leaves in the whitened innovation. */
  step(measured: number): number {
    const predicted = [this.#keep[0] * this.#state[0], this.#keep[1] * this.#state[1]] as const;
    const innovation = measured - predicted[0] - predicted[1];
    this.#state = [
      predicted[0] + this.#gain[0] * innovation,
      predicted[1] + this.#gain[1] * innovation,
    ];
    return innovation / this.#innovationSd;
  }
}
