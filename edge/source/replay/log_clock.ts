/** Lines may be a little out of order; a step back further than this is a new start, s. */
const BACK_S = 5;
/** A step ahead further than this is believed only when the next line agrees, s. */
const AHEAD_S = 600;
/** The next line agrees with an unlikely time when it follows within so long, s. */
const AGREES_S = 120;
/** A log that starts anew goes on so long after its last line, s. */
const RESTART_S = 60;
/** Restarts remembered, to tell times in the log's own clock. */
const SPANS_MAX = 512;

/** Where a row came to lie on the stream's clock; `gapSinceS` when nothing is known before it. */
export interface Placed {
  eventTimeS: number;
  gapSinceS: number | null;
}

/**
 * Makes a stream's clock, which never runs backwards, out of a log's own, which jumps with each
 * session and now and then holds a line with a garbled time. Bounded memory.
 */
export class LogClock {
  #spans: { fromS: number; offsetS: number }[] = [];
  #lastS: number | null = null;
  #offsetS = 0;
  /** Seconds that the log covers, without its gaps. */
  coveredS = 0;

  /** Whether a time follows from the last one; if not, the next line has to bear it out. */
  isLikely(timeS: number): boolean {
    if (this.#lastS === null) return true;
    const stepS = timeS + this.#offsetS - this.#lastS;
    return stepS >= -BACK_S && stepS <= AHEAD_S;
  }

  /** Whether a line bears out the unlikely time of the line before it. */
  bearsOut(timeS: number, unlikelyS: number): boolean {
    return timeS >= unlikelyS - BACK_S && timeS <= unlikelyS + AGREES_S;
  }

  /** Takes a row's time. Mutates the clock. */
  place(timeS: number): Placed {
    const lastS = this.#lastS;
    if (lastS === null) {
      this.#begin(timeS, 0);
      this.#lastS = timeS;
      return { eventTimeS: timeS, gapSinceS: null };
    }
    const startsAnew = timeS + this.#offsetS < lastS - BACK_S;
    if (startsAnew) this.#begin(timeS, lastS + RESTART_S - timeS);
    const eventTimeS = Math.max(lastS, timeS + this.#offsetS);
    this.#lastS = eventTimeS;
    if (startsAnew || eventTimeS - lastS > AHEAD_S) return { eventTimeS, gapSinceS: lastS };
    this.coveredS += eventTimeS - lastS;
    return { eventTimeS, gapSinceS: null };
  }

  #begin(timeS: number, offsetS: number): void {
    this.#offsetS = offsetS;
    this.#spans.push({ fromS: timeS + offsetS, offsetS });
    if (this.#spans.length > SPANS_MAX) this.#spans.shift();
  }

  /** A moment of the stream in the log's own time. */
  ownTimeS(eventTimeS: number): number {
    const span = this.#spans.findLast(({ fromS }) => fromS <= eventTimeS) ?? this.#spans[0];
    return eventTimeS - (span?.offsetS ?? 0);
  }
}
