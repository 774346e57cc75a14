/** No stretch is known better than this: readings come only at the ends of moves. */
export const NOISE_FLOOR = 0.004;
/** The latest stretches weigh most: about the last 60 count. */
const KEEP = 1 - 1 / 60;
/** Weight of the newest stretch in the measure of noise. */
const NOISE_GAIN = 0.06;
/** Stretches after which a single one is bounded in what it may add to the measure of noise. */
const CLIP_FROM = 8;

/** What a stretch of planned motion is made of. */
export interface Stretch {
  /** Share of its time that is spent speeding up and slowing down. */
  rampShare: number;
  /** Share of its time in which the extruder alone moves. */
  extruderShare: number;
  /** Travels and moves of the extruder alone, in a second of planned motion. */
  stopsPerS: number;
  /** Logarithms of the speed that is cruised at, mm/s, over time, and of a move's mean length, mm. */
  lnSpeed: number;
  lnLengthMm: number;
}

/** Prior spreads of the constant, and of what ramps and stops add, as shares of planned time. */
const PRIOR = [0.3, 0.08, 0.03];

/**
 * How much longer than planned a printer's moves take: a constant, and what the planner's rules get
 * wrong in ramps and at stops. Bayesian linear regression with forgetting; plain JSON.
 */
export interface PaceModel {
  count: number;
  weights: number[];
  covariance: number[][];
  /** Mean square of what was left of the latest predictions. */
  noise2: number;
}

export function initPaceModel(): PaceModel {
  return {
    count: 0,
    weights: PRIOR.map(() => 0),
    covariance: PRIOR.map((sd, row) => PRIOR.map((_, column) => row === column ? sd * sd : 0)),
    noise2: 0.01 ** 2,
  };
}

/** What another part may add to what the last one taught: constant, ramps and stops, sd. */
const OTHER_PART = [0.004, 0.01, 0.003];

/** What one print has taught, as the next one takes it: sure, but not quite. */
export function widenModel(model: PaceModel): PaceModel {
  const covariance = model.covariance.map((line, row) =>
    line.map((value, column) => row === column ? value + OTHER_PART[row]! ** 2 : value)
  );
  return { ...model, weights: [...model.weights], covariance };
}

/** What a stretch's lateness should be, as a share of planned time, and how sure that is (sd). */
export function predictPace(model: PaceModel, stretch: Stretch): { late: number; sd: number } {
  const inputs = inputsOf(stretch);
  const variance = dot(inputs, gainOf(model, inputs));
  return { late: dot(model.weights, inputs), sd: Math.sqrt(variance + noiseOf(model)) };
}

/** Learns from a stretch that seemed undisturbed (the recursive form of least squares). */
export function learnPace(model: PaceModel, stretch: Stretch, late: number): void {
  const inputs = inputsOf(stretch);
  const noise2 = noiseOf(model);
  const gain = gainOf(model, inputs);
  const total = dot(inputs, gain) + noise2;
  const left = late - dot(model.weights, inputs);
  if (model.count >= 2) {
    // Once there is a measure, one odd stretch must not loosen it much.
    const bound = model.count < CLIP_FROM ? Infinity : 6 * noise2;
    const weight = Math.max(NOISE_GAIN, 1 / model.count);
    model.noise2 += weight * (Math.min(left * left * noise2 / total, bound) - model.noise2);
  }
  const keep = model.count > CLIP_FROM ? KEEP : 1;
  model.weights.forEach((_, row) => {
    model.weights[row]! += gain[row]! / total * left;
    const line = model.covariance[row]!;
    line.forEach((value, column) => {
      line[column] = (value - gain[row]! * gain[column]! / total) / keep;
    });
  });
  bindCovariance(model);
  model.count++;
}

/** Forgetting must not make anything less certain than it was before the first stretch. */
function bindCovariance({ covariance }: PaceModel): void {
  covariance.forEach((line, at) => {
    const shrink = Math.min(1, PRIOR[at]! / Math.sqrt(line[at]!));
    if (shrink === 1) return;
    line.forEach((_, column) => line[column]! *= shrink);
    for (const other of covariance) other[at]! *= shrink;
  });
}

function inputsOf({ rampShare, stopsPerS }: Stretch): number[] {
  return [1, rampShare, stopsPerS];
}

function noiseOf(model: PaceModel): number {
  return Math.max(model.noise2, NOISE_FLOOR ** 2);
}

function gainOf(model: PaceModel, inputs: readonly number[]): number[] {
  return model.covariance.map((line) => dot(line, inputs));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
