/** Path that makes one sample, mm: over less, the rounding of coordinates would show. */
const SAMPLE_MM = 2;
/** Samples are sorted by the logarithm of filament per path in steps of this; so many neighbours count. */
const STEP = 0.005, NEAR = 2;
/** Samples at one layer height before anything is judged there, and heights that are followed. */
const LEARN_LEAST = 150, HEIGHTS_MAX = 12;
/** A spiral is one line with one width: that is known sooner. */
const LEARN_SPIRAL = 40, ONE_WIDTH = 0.9;
export const SPIRAL = "spiral";
/** A ratio is unusual that so small a share of samples had. */
const UNUSUAL_SHARE = 0.002;
/** Unusual samples in a row that tell: after a jump within one line, and without one. */
const AFTER_JUMP = 12, WITHOUT_JUMP = 40;
/** Without a jump they must go on into another layer so far: a bridge ends with its own. */
const NEXT_LAYER = 12;
/** The chance that a job's usual mixture makes such a run must be below e to this. */
const CHANCE_LOG = -14;
const BINS_MAX = 600;
/** Not every line is another where more neighbours than this fill their space as usual. */
const PAIRS_MAX = 3;

/** Filament per path that a job has had at one layer height. */
interface Known {
  total: number;
  /** Of them unusual when they came. */
  unusual: number;
  bins: Record<string, number>;
}

interface Sampled {
  place: string;
  layer: number;
  usualPairs: number;
  learning: boolean;
}

interface Run {
  /** Neighbouring lines that were filled as usual before it began. */
  usualPairs: number;
  place: string;
  count: number;
  jumped: boolean;
  layer: number;
  later: number;
  bins: number[];
}

/** How wide a job's lines are by their filament per path; plain JSON, bounded. */
export interface LineRatio {
  heights: Record<string, Known>;
  /** The sample under way, and where. */
  place: string;
  pathMm: number;
  filamentMm: number;
  /** Whether the line's last sample was a usual one; null at its beginning. */
  lineUsual: boolean | null;
  lineBin: number;
  /** Unusual samples in a row: where they began, and how many stand in later layers. */
  run: Run;
  jumps: number;
  samples: number;
}

/** What a sample tells. */
export interface RatioSample {
  /** Of an unusual sample: filament per path against what is most usual at this height; else 1. */
  share: number;
  unusual: boolean;
  /** So many in a row are unusual that the job has changed. */
  changed: boolean;
}

export function initLineRatio(): LineRatio {
  return {
    heights: {},
    place: "",
    pathMm: 0,
    filamentMm: 0,
    lineUsual: null,
    lineBin: 0,
    run: initRun(),
    jumps: 0,
    samples: 0,
  };
}

function initRun(): Run {
  return { usualPairs: 0, place: "", count: 0, jumped: false, layer: -1, later: 0, bins: [] };
}

/** A travel, a retraction or another feedrate ends a line. */
export function endLine(state: LineRatio): void {
  state.pathMm = 0;
  state.filamentMm = 0;
  state.lineUsual = null;
}

/**
 * Takes a printing move; gives a sample where one is full. While `learning` nothing is unusual.
 * Mutates the state.
 */
export function stepLineRatio(
  state: LineRatio,
  move: { pathMm: number; filamentMm: number; place: string; layer: number; usualPairs: number },
  learning: boolean,
): RatioSample | null {
  // A seam's ramp and the flat line behind it are two widths.
  if (state.place !== move.place) endLine(state);
  state.place = move.place;
  state.pathMm += move.pathMm;
  state.filamentMm += move.filamentMm;
  if (state.pathMm < SAMPLE_MM) return null;
  const ratio = state.filamentMm / state.pathMm;
  state.pathMm = 0;
  state.filamentMm = 0;
  const known = knownAt(state, move.place);
  return known === null
    ? null
    : judge(state, known, Math.round(Math.log(ratio) / STEP), { ...move, learning });
}

function knownAt(state: LineRatio, key: string): Known | null {
  const { heights } = state;
  if (!heights[key] && Object.keys(heights).length >= HEIGHTS_MAX) return null;
  return heights[key] ??= { total: 0, unusual: 0, bins: {} };
}

function judge(
  state: LineRatio,
  known: Known,
  bin: number,
  { place, layer, usualPairs, learning }: Sampled,
): RatioSample {
  const count = (at: number) => known.bins[at] ?? 0;
  let near = 0;
  for (let at = bin - NEAR; at <= bin + NEAR; at++) near += count(at);
  if (state.run.place !== place) endRun(state);
  const learnt = known.total >= LEARN_LEAST || (place === SPIRAL && hasOneWidth(known));
  const unusual = near <= Math.max(1, UNUSUAL_SHARE * known.total);
  const jump = unusual && state.lineUsual === true && Math.abs(bin - state.lineBin) > NEAR;
  state.samples++;
  if (jump && learnt) state.jumps++;
  state.lineUsual = !unusual;
  state.lineBin = bin;
  const share = unusual && learnt ? Math.exp((bin - mostUsual(known)) * STEP) : 1;
  const awaited = learning && !jump && !state.run.jumped;
  if (!unusual || !learnt || awaited) {
    endRun(state);
    learn(known, bin, unusual && learnt);
    return { share, unusual: unusual && learnt, changed: false };
  }
  const { run } = state;
  if (run.count === 0) Object.assign(run, { place, jumped: jump, layer, usualPairs });
  run.count++;
  if (layer !== run.layer) run.later++;
  if (run.bins.length < 200) run.bins.push(bin);
  return {
    share,
    unusual,
    changed: usualPairs - run.usualPairs <= PAIRS_MAX && hasChanged(state, known, learning),
  };
}

/** Unusual ones that came to nothing are a part of this job too. */
function endRun(state: LineRatio): void {
  const known = state.heights[state.run.place];
  if (known) { for (const each of state.run.bins) learn(known, each, true); }
  state.run = initRun();
}

function hasOneWidth(known: Known): boolean {
  if (known.total < LEARN_SPIRAL) return false;
  const usual = mostUsual(known);
  let near = 0;
  for (let at = usual - NEAR; at <= usual + NEAR; at++) near += known.bins[at] ?? 0;
  return near >= ONE_WIDTH * known.total;
}

function hasChanged({ run, jumps, samples }: LineRatio, known: Known, learning: boolean): boolean {
  const unusualShare = (known.unusual + 1) / (known.total + 50);
  const byChance = run.count < CHANCE_LOG / Math.log(Math.min(0.99, unusualShare));
  if (byChance) return false;
  const jumped = run.jumped && jumps <= 2 + 0.004 * samples;
  return jumped
    ? run.count >= AFTER_JUMP
    : !learning && run.count >= WITHOUT_JUMP && run.later >= NEXT_LAYER;
}

function learn(known: Known, bin: number, unusual: boolean): void {
  if (known.bins[bin] === undefined && Object.keys(known.bins).length >= BINS_MAX) return;
  known.bins[bin] = (known.bins[bin] ?? 0) + 1;
  known.total++;
  if (unusual) known.unusual++;
}

function mostUsual(known: Known): number {
  let best = 0, most = -1;
  for (const [bin, count] of Object.entries(known.bins)) {
    if (count > most) [best, most] = [Number(bin), count];
  }
  return best;
}
