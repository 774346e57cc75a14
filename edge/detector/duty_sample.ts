/** Readings that the law looks back on, and duties. */
export const ERRORS = 4;
export const DUTIES = 2;
/** How many regressors a duty has with the readings, and without. */
export const WITH = 1 + ERRORS + DUTIES + 1;
export const WITHOUT = 1 + DUTIES + 1;

/** One duty, with what a controller may have made it of: newest first, the duties' own of before. */
export interface Sample {
  errorsK: number[];
  duties: number[];
  mean: number;
  duty: number;
}

/** What stays as it is: readings off their set point by as much, and the duty at its mean. */
export function steadySample(errorK: number, mean: number): Sample {
  const duties = Array<number>(DUTIES).fill(mean);
  return { errorsK: Array<number>(ERRORS).fill(errorK), duties, mean, duty: mean };
}

/** What a duty is explained by: with the readings, or by itself alone. */
export function regressors({ errorsK, duties, mean }: Sample, withReadings: boolean): number[] {
  return withReadings ? [1, ...errorsK, ...duties, mean] : [1, ...duties, mean];
}

/** Whether the report said the same several times in a row. */
export function standsStill({ errorsK }: Sample): boolean {
  return errorsK.every((errorK) => errorK === errorsK[0]);
}

/** A duty at its end says only that the law asked for that or more. */
export function atEnd({ duty }: Sample): boolean {
  return duty <= 0 || duty >= 1;
}

/** Whether the duty was told once more as it was. */
export function isHeld({ duty, duties }: Sample): boolean {
  return duty === duties[0];
}
