/** The change of retractions' time that is looked for, and the least that is told: shares of it. */
const SOUGHT_SHARE = 0.4, LEAST_SHARE = 0.2;
/** Sequential test: the sum of log-likelihoods that tells, and what a single stretch may add. */
const TELL = 12, STRETCH_MAX = 5;
/** So many stretches with retractions must speak; so many of the latest say by how much. */
const SPEAKING_LEAST = 3, LATEST = 12;
/** A stretch speaks from this share of its time on. */
const EXTRUDER_LEAST = 0.003;
/** What the change leaves of the stretches' lateness, against another feedrate, and against itself. */
const BETTER = 0.25, UNEVEN_MAX = 0.6;

/** What a stretch was off by, as a share of its time, and what it was made of. */
export interface RetractionSeen {
  off: number;
  /** Shares of its time: moves of the extruder alone, and cruising. */
  extruder: number;
  cruise: number;
}

/** One side of the test. */
interface Run {
  sum: number;
  /** The latest stretches, oldest first; whether older ones have left. */
  seen: RetractionSeen[];
  full: boolean;
  sinceS: number;
}

/** Whether moves of the extruder alone take another time than planned; plain JSON. */
export interface RetractionPace {
  longer: Run;
  shorter: Run;
}

/** Retractions that take another time. */
export interface RetractionChange {
  /** By how much they take longer (positive) or shorter, as a share of their own time. */
  share: number;
  sinceS: number;
}

export function initRetractionPace(): RetractionPace {
  return { longer: freshRun(), shorter: freshRun() };
}

/** Whether something is suspected: what such a stretch shows must not become what is usual. */
export function suspectsRetractions({ longer, shorter }: RetractionPace): boolean {
  return Math.max(longer.sum, shorter.sum) > TELL / 3;
}

/**
 * Takes a stretch of planned motion. Firmware that scales retractions takes another time for them and
 * for nothing else: the stretches' lateness goes with the time that the extruder alone moves, and those
 * without a retraction are as ever. Mutates the test.
 *
 * @param sd how sure the stretch's usual lateness is, as a share of its time
 */
export function stepRetractionPace(
  test: RetractionPace,
  seen: RetractionSeen,
  sd: number,
  beganS: number,
): RetractionChange | null {
  stepRun(test.longer, seen, 1, sd, beganS);
  stepRun(test.shorter, seen, -1, sd, beganS);
  const run = test.longer.sum >= test.shorter.sum ? test.longer : test.shorter;
  if (run.sum <= TELL) return null;
  run.sum = Math.min(run.sum, 2 * TELL);
  const share = changedBy(run);
  if (share === null || Math.sign(share) !== (run === test.longer ? 1 : -1)) return null;
  return { share, sinceS: run.sinceS };
}

function stepRun(run: Run, seen: RetractionSeen, side: 1 | -1, sd: number, beganS: number): void {
  if (run.sum === 0) Object.assign(run, freshRun(), { sinceS: beganS });
  const sought = SOUGHT_SHARE * seen.extruder;
  const likelier = (side * seen.off * sought - sought * sought / 2) / (sd * sd);
  run.sum = Math.max(0, run.sum + Math.min(likelier, STRETCH_MAX));
  run.full ||= run.seen.length === LATEST;
  run.seen = [...run.seen, seen].slice(-LATEST);
}

/** By what share of their own time retractions have changed; null where that isn't what has changed. */
function changedBy({ seen, full }: Run): number | null {
  // The change may have begun within the run's first stretch, which says too little of it.
  const whole = full ? seen : seen.slice(1);
  if (whole.filter(({ extruder }) => extruder > EXTRUDER_LEAST).length < SPEAKING_LEAST) {
    return null;
  }
  const retracting = fit(whole, ({ extruder }) => extruder);
  const cruising = fit(whole, ({ cruise }) => cruise);
  const explained = retracting.explains > 0 &&
    retracting.left2 < UNEVEN_MAX ** 2 * retracting.explains;
  const better = retracting.left2 < BETTER * cruising.left2;
  return explained && better && Math.abs(retracting.share) >= LEAST_SHARE ? retracting.share : null;
}

/** Least squares by one share: its factor, and the mean squares that it explains and leaves. */
function fit(seen: readonly RetractionSeen[], of: (one: RetractionSeen) => number) {
  let product = 0, square = 0;
  for (const one of seen) {
    product += one.off * of(one);
    square += of(one) ** 2;
  }
  const share = square > 0 ? product / square : 0;
  let explains = 0, left2 = 0;
  for (const one of seen) {
    explains += (share * of(one)) ** 2 / seen.length;
    left2 += (one.off - share * of(one)) ** 2 / seen.length;
  }
  return { share, explains, left2 };
}

function freshRun(): Run {
  return { sum: 0, seen: [], full: false, sinceS: 0 };
}
