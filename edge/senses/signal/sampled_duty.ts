import { type Level, NOTHING, type Told } from "./told.ts";

/**
 * The duty on a gate whose PWM is too quick for edges to be followed one by one: the share of
 * samples, taken at odd moments, in which it was on. Plain values.
 */
export interface SampledDuty {
  /** Samples on, and samples at all, of each measurement that is averaged, oldest first. */
  parts: [on: number, count: number][];
  on: number;
  count: number;
}

/** Samples that a mean is made of: 1000 are right within 1.6 % (one standard deviation) at half on. */
const SAMPLES = 1000;
/** A measurement further than this many standard deviations from the mean is another duty. */
const APART = 4;
const SAMPLES_MIN = 20;

export function initSampledDuty(): SampledDuty {
  return { parts: [], on: 0, count: 0 };
}

/** Takes a sample. Mutates the state. */
export function stepSample(state: SampledDuty, level: Level): void {
  state.on += level;
  state.count++;
}

/** The mean duty of late, 0–1; a new duty begins a mean of its own. Mutates the state. */
export function readSampledDuty(state: SampledDuty): Told {
  const { on, count, parts } = state;
  state.on = 0;
  state.count = 0;
  if (count < SAMPLES_MIN) return NOTHING;
  const before = sum(parts);
  if (before.count > 0) {
    const mean = (before.on + 1) / (before.count + 2);
    const error = Math.sqrt(mean * (1 - mean) * (1 / count + 1 / before.count));
    if (Math.abs(on / count - before.on / before.count) > APART * error) parts.length = 0;
  }
  parts.push([on, count]);
  while (parts.length > 1 && sum(parts.slice(1)).count >= SAMPLES) parts.shift();
  const all = sum(parts);
  return { value: all.on / all.count, fault: null };
}

function sum(parts: readonly [number, number][]): { on: number; count: number } {
  return parts.reduce((all, [on, count]) => ({ on: all.on + on, count: all.count + count }), {
    on: 0,
    count: 0,
  });
}
