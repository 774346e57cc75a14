/** The planner must have been empty for so long to count, and the host silent, s. */
const STARVED_S = 0.2;
/** So many stops and so much standing still within the window are told, s. */
const STOPS_LEAST = 3, STILL_LEAST_S = 1, WITHIN_S = 60;
/** A longer silence is a pause or the job's end, s. */
const PAUSE_S = 30;
/** A silence of the host that starves nothing is remembered from this on, s. */
const SILENT_S = 0.25;
/**
 * Standing still for so long in the midst of printing leaves a blob, be it once; a job's first lines
 * come when a person wants them, s.
 */
const STILL_LONG_S = 2, FLOWING_MOVES = 50;
/**
 * Silences of the same length are held lines, though the buffer outlasts them: so many are alike within
 * this share, the fewer the nearer.
 */
const HELD_SPREADS = [0, 0, 0.01, 0.02, 0.03];
/** Lengths of the silences are compared from so many on. */
const SPREAD_LEAST = 4;
const STOPS_MAX = 64;

/** When the printer had to wait for its host; plain JSON. */
export interface HostPace {
  stops: { atS: number; starvedS: number; gapS: number }[];
  /** Moves since the last pause, bounded. */
  moves: number;
}

/** The printer stands still again and again because the host sends nothing. */
export interface Starving {
  type: "starving";
  /** Within the last minute. */
  stops: number;
  stillS: number;
  /** Spread of the host's silences over their mean; `null` for too few. */
  gapSpread: number | null;
}

export function initHostPace(): HostPace {
  return { stops: [], moves: 0 };
}

/** Takes a line of the host. Mutates `pace`. */
export function noteHostPace(
  pace: HostPace,
  line: {
    eventTimeS: number;
    lastOkS: number;
    /** Lines were still to be acknowledged: the host wasn't free to send. */
    waiting: boolean;
    /** Since when all planned motion has ended, s. */
    emptyS: number;
    moves: boolean;
  },
): { starvedS: number; told: Starving | null } {
  const { eventTimeS } = line;
  const gapS = eventTimeS - line.lastOkS;
  const starvedS = Math.min(gapS, line.emptyS);
  if (line.moves) pace.moves = Math.min(FLOWING_MOVES, pace.moves + 1);
  const stopped = line.moves && !line.waiting && line.lastOkS > 0;
  if (!stopped || (starvedS < STARVED_S && gapS < SILENT_S)) return { starvedS: 0, told: null };
  if (gapS > PAUSE_S) {
    Object.assign(pace, initHostPace());
    return { starvedS, told: null };
  }
  pace.stops = pace.stops.filter(({ atS }) => eventTimeS - atS < WITHIN_S).slice(-STOPS_MAX);
  pace.stops.push({ atS: eventTimeS, starvedS: Math.max(0, starvedS), gapS });
  const starved = pace.stops.filter((stop) => stop.starvedS >= STARVED_S);
  const stillS = starved.reduce((sum, stop) => sum + stop.starvedS, 0);
  const stops = pace.stops.length;
  const alike = spread(pace.stops.map((stop) => stop.gapS));
  const held = alike < HELD_SPREADS[Math.min(stops, HELD_SPREADS.length - 1)]!;
  const flowing = pace.moves >= FLOWING_MOVES;
  const starves = starved.length >= STOPS_LEAST && stillS >= STILL_LEAST_S ||
    flowing && starvedS >= STILL_LONG_S;
  if (!held && !starves) return { starvedS: Math.max(0, starvedS), told: null };
  const gapSpread = stops < SPREAD_LEAST ? null : alike;
  return { starvedS, told: { type: "starving", stops, stillS, gapSpread } };
}

/** Standard deviation over mean. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(square) / mean;
}
