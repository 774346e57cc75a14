/** Prior spread of the constant and of the slope, as shares of planned time. */
const PRIOR_OFFSET = 0.3, PRIOR_SLOPE = 0.08;
/** No stretch is known better than this: readings come only at the ends of moves. */
const NOISE_FLOOR = 0.006;
/** The latest stretches weigh most: about the last 60 count. */
const KEEP = 1 - 1 / 60;
/** Weight of the newest stretch in the measure of noise. */
const NOISE_GAIN = 0.06;
/** Stretches after which a single one is bounded in what it may add to the measure of noise. */
const CLIP_FROM = 8;

/**
 * How much longer than planned a printer's moves take, as a line over the share of time spent
 * speeding up and slowing down: what the planner's rules get wrong lies in corners. Bayesian
 * linear regression with forgetting; plain JSON.
 */
export interface PaceModel {
  count: number;
  offset: number;
  slope: number;
  /** Covariance of offset and slope. */
  varOffset: number;
  covariance: number;
  varSlope: number;
  /** Mean square of what was left of the latest predictions. */
  noise2: number;
}

export function initPaceModel(): PaceModel {
  return {
    count: 0,
    offset: 0,
    slope: 0,
    varOffset: PRIOR_OFFSET ** 2,
    covariance: 0,
    varSlope: PRIOR_SLOPE ** 2,
    noise2: 0.01 ** 2,
  };
}

/** What a stretch's lateness should be, as a share of planned time, and how sure that is (sd). */
export function predictPace(model: PaceModel, rampShare: number): { late: number; sd: number } {
  const { varOffset, covariance, varSlope } = model;
  const variance = varOffset + 2 * rampShare * covariance + rampShare ** 2 * varSlope;
  const noise2 = Math.max(model.noise2, NOISE_FLOOR ** 2);
  return { late: model.offset + model.slope * rampShare, sd: Math.sqrt(variance + noise2) };
}

/** Learns from a stretch that seemed undisturbed (the recursive form of least squares). */
export function learnPace(model: PaceModel, rampShare: number, late: number): void {
  const noise2 = Math.max(model.noise2, NOISE_FLOOR ** 2);
  const gainOffset = model.varOffset + rampShare * model.covariance;
  const gainSlope = model.covariance + rampShare * model.varSlope;
  const total = gainOffset + rampShare * gainSlope + noise2;
  const left = late - model.offset - model.slope * rampShare;
  const share2 = left * left * noise2 / total;
  // Once there is a measure, one odd stretch must not loosen it much.
  const bound = model.count < CLIP_FROM ? Infinity : 6 * noise2;
  if (model.count >= 2) {
    model.noise2 += Math.max(NOISE_GAIN, 1 / model.count) *
      (Math.min(share2, bound) - model.noise2);
  }
  model.offset += gainOffset / total * left;
  model.slope += gainSlope / total * left;
  const keep = model.count > 10 ? KEEP : 1;
  model.varOffset = (model.varOffset - gainOffset * gainOffset / total) / keep;
  model.covariance = (model.covariance - gainOffset * gainSlope / total) / keep;
  model.varSlope = Math.min(PRIOR_SLOPE ** 2, model.varSlope - gainSlope * gainSlope / total);
  model.varSlope /= keep;
  model.count++;
}
