/** A heater that rests beside its set point although it has power to spare; plain values. */
export interface OffTarget {
  targetC: number;
  targetSinceS: number;
  /** Recent reports: [time, reading less set point, duty, fan], oldest first. */
  recent: [number, number, number, number][];
}

export interface OffTargetAlarm {
  /** Mean of the reading less the set point, K. */
  errorK: number;
  duty: number;
  /** How far the readings spread meanwhile, K. */
  spreadK: number;
  restsS: number;
}

/** Reports over so long are looked at, at least so many, s. */
const WINDOW_S = 25;
const LEAST = 5;
/** A new set point takes its time, s. */
const APPROACH_S = 45;
/**
 * Beside the set point by as much: a controller's integral takes that away, K. Only predictive
 * controllers rest beside it at all: under it by what they don't know of their losses, by 5.7 K at most
 * with the fan full on, and by less than this without.
 */
export const ERROR_K = 5;
const FAN_TAKES_K = 2.4;
/** What rests doesn't spread further, K. */
const SPREAD_K = 3.5;
/** Power to spare: neither off nor full on. */
const DUTY_MIN = 0.04, DUTY_MAX = 0.9;

export function initOffTarget(): OffTarget {
  return { targetC: 0, targetSinceS: 0, recent: [] };
}

/** Takes a report with the duty behind it, and the part fan's (0–1); returns the alarm that stands. Mutates the state. */
export function stepOffTarget(
  state: OffTarget,
  eventTimeS: number,
  measuredC: number,
  targetC: number | null,
  duty: number | null,
  fan = 0,
): OffTargetAlarm | null {
  if (targetC === null || duty === null) return null;
  if (targetC !== state.targetC) {
    Object.assign(state, { targetC, targetSinceS: eventTimeS, recent: [] });
  }
  const { recent } = state;
  recent.push([eventTimeS, measuredC - targetC, duty, fan]);
  while (recent[0]![0] < eventTimeS - WINDOW_S) recent.shift();
  const restsS = eventTimeS - recent[0]![0];
  if (targetC <= 0 || eventTimeS - state.targetSinceS < APPROACH_S) return null;
  if (recent.length < LEAST || restsS < 0.75 * WINDOW_S) return null;
  const errors = recent.map(([, errorK]) => errorK);
  const spreadK = Math.max(...errors) - Math.min(...errors);
  const errorK = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  const mean = recent.reduce((sum, [, , each]) => sum + each, 0) / recent.length;
  const blown = Math.max(...recent.map(([, , , each]) => each));
  const mostK = ERROR_K + (errorK < 0 ? FAN_TAKES_K * Math.sqrt(blown) : 0);
  const spare = mean > DUTY_MIN && mean < DUTY_MAX;
  if (!spare || spreadK > SPREAD_K || Math.abs(errorK) < mostK) return null;
  return { errorK, duty: mean, spreadK, restsS };
}
