/** Independent looks in 1,000 h: an ideal detector looks afresh every 10 s. */
const LOOKS = 1000 * 3600 / 10;
/** Forms that it looks for at once: about forty kinds, each in eight lengths and three signals. */
const FORMS = 40 * 8 * 3;
/** Share of what is called visible that the ideal detector finds. */
const FOUND = 0.99;
/** Share of what is called blind that it finds at most. */
const FOUND_BLIND = 0.001;

/**
 * The quantile of the standard normal distribution, by bisection of its tail (Abramowitz and Stegun
 * 7.1.26 is too coarse at 1e-9: the tail's continued fraction is used instead).
 *
 * @example
 * normalQuantile(0.99); // 2.326…
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`Cannot give a quantile: a share between 0 and 1 was required, got ${p}`);
  }
  if (p < 0.5) return -normalQuantile(1 - p);
  let [low, high] = [0, 12];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return low;
}

/** The share of a standard normal distribution above `z`. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z > 2.5) {
    let fraction = z;
    for (let i = 60; i >= 1; i--) fraction = z + i / fraction;
    return density / fraction;
  }
  // The series of the error function converges quickly here.
  let term = z;
  let sum = z;
  for (let i = 1; i < 60; i++) {
    term *= z * z / (2 * i + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Where the ideal detector's threshold stands for one false alarm in 1,000 h, in sigmas. */
export const ALARM_SNR = normalQuantile(1 - 1 / (LOOKS * FORMS));

/**
 * From here on something is visible: a matched filter with this signal-to-noise crosses a threshold
 * of one false alarm in 1,000 h in 99 of 100 cases.
 */
export const VISIBLE_SNR = ALARM_SNR + normalQuantile(FOUND);

/**
 * Flow, fan and noise enter as a job's and a printer's means; where they are kinder than that, a
 * signal is larger by up to this factor. What is called blind must stay blind there too.
 */
const KINDER = 2.7;

/** Up to here something is blind: even then the same filter finds fewer than one in a thousand. */
export const BLIND_SNR = (ALARM_SNR - normalQuantile(1 - FOUND_BLIND)) / KINDER;

/** Stands for what is certain: a line that differs, a switch that stands the wrong way. */
export const CERTAIN_SNR = 1000;
