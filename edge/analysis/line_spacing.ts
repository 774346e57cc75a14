import type { Move } from "../gcode/effects.ts";
import { continuesHatch, type Hatch, initHatch, stepHatch } from "./line_hatch.ts";

/** Shorter lines say too little of direction and width, mm; neighbours overlap so far, mm. */
const LINE_LEAST_MM = 0.8, OVERLAP_LEAST_MM = 0.5;
/** Lines nearer than this are the same, and farther ones no neighbours, mm. */
const SPACING_LEAST_MM = 0.05, SPACING_MAX_MM = 1.5;
/** Sine of the angle within which lines are parallel. */
const PARALLEL = 0.004;
/** Lines that all but follow their neighbour are askew; slicers lay such only round curves. */
const ASKEW = 0.06, ASKEW_LEAST_MM = 2.5;
/** A line that so many others of the layer run parallel to is where its pattern has it. */
const SIBLINGS_LEAST = 2;
/** Lines of the layer that are remembered. */
const LINES_MAX = 128;
/** Fill is sorted by its logarithm in steps of this, spacing likewise. */
const FILL_STEP = 0.005, SPACING_STEP = 0.004;
/** Fill as usual, and surely not as usual, as distances of logarithms. */
const USUAL_LOG = 0.009, OFF_LOG = 0.015;
/** Pairs of lines at one height that say what is usual, and the share of them that must agree. */
const LEARN_LEAST = 25, AGREE_LEAST = 0.25;
/** So many usual pairs make a spacing or a feedrate known. */
const KNOWN_LEAST = 4;
/** The usual fill stays so until it is rarer than this, as a share. */
const FORGET_SHARE = 0.1;
/** Pairs in a row, filled alike and not as usual, that tell; of X and Y scaled they are rarer. */
const RUN_JUMPED = 6,
  RUN_OTHERWISE = 12,
  RUN_LATE = 15,
  RUN_FIRST = 50,
  RUN_SCALED = 8,
  JUMPS_MAX = 8,
  RUN_UNKNOWN = 20,
  SPACINGS_MANY = 3,
  RUN_MAX = 80;
/** Pairs of one run are alike within so many steps of fill. */
const ALIKE = 3;
/** X and Y are scaled by no more than this against the filament, as shares of fill. */
const SCALED_LOG = [0.055, 0.25] as const;
/** Bridges have threads of their own, which push more than fills the space between them. */
const BRIDGE_LOG = 0.18;
const HEIGHTS_MAX = 12, BINS_MAX = 400;

interface Line {
  ux: number;
  uy: number;
  midXMm: number;
  midYMm: number;
  lowMm: number;
  highMm: number;
  ratio: number;
}

/** How full the space between neighbouring lines was at one layer height. */
interface Known {
  total: number;
  fills: Record<string, number>;
  /** The commonest fill's bin. */
  usual: number;
  /** Spacings and feedrates of pairs that were filled as usual. */
  spacings: Record<string, number>;
  speeds: Record<string, number>;
}

/** The lines of a layer and how they fill it; plain JSON, bounded. */
export interface LineSpacing {
  layer: number;
  lines: Line[];
  heights: Record<string, Known>;
  run: Run;
  /** Pairs so far that were filled as usual. */
  usualPairs: number;
  /** Changes of filament per path within lines or hatches since the last usual pair, as logarithms. */
  jumpLogs: number[];
  hatch: Hatch;
  /** How far the layer's last line with a neighbour lay from it, mm; 0 where none had. */
  apartMm: number;
  /** Whether the last line lay askew to its neighbour; null where it had none, or was short. */
  askew: boolean | null;
}

/** Pairs since the last one that was filled as usual. */
interface Run {
  what: "otherwise" | "scaled" | null;
  odd: OddPair[];
}

interface OddPair {
  bin: number;
  spacing: number;
  /** Its feedrate, if usual pairs had it; else null. */
  speed: string | null;
}

/** What neighbouring lines tell: the space between them is filled otherwise, or it was scaled. */
export interface SpacingChange {
  what: "otherwise" | "scaled";
  /** Filament for the space between lines against what is usual. */
  share: number;
}

export function initLineSpacing(): LineSpacing {
  return {
    layer: -1,
    lines: [],
    heights: {},
    run: initRun(),
    usualPairs: 0,
    jumpLogs: [],
    hatch: initHatch(),
    apartMm: 0,
    askew: null,
  };
}

function initRun(): Run {
  return { what: null, odd: [] };
}

/**
 * Takes a straight printing move; tells where the space between lines is no longer filled as it was. Every
 * slicer lays lines side by side so that filament fills the space between them: filament per path is
 * layer height times spacing, times one factor for the whole job. Mutates the state.
 */
export function stepLineSpacing(
  state: LineSpacing,
  move: Move,
  filamentMm: number,
  heightMm: number,
  jumpLog: number,
): SpacingChange | null {
  if (move.layer !== state.layer) {
    Object.assign(state, { layer: move.layer, lines: [], apartMm: 0, hatch: initHatch() });
  }
  state.askew = null;
  noteJump(state, jumpLog);
  if (move.lengthMm < LINE_LEAST_MM) return null;
  const line = lineOf(move, filamentMm);
  const near = nearest(state.lines, line);
  if (move.lengthMm >= ASKEW_LEAST_MM) {
    state.askew = near !== null ? false : liesAskew(state.lines, line) ? true : null;
  }
  const after = near !== null && near.line === state.lines.at(-1) ? near.spacingMm : null;
  noteJump(state, stepHatch(state.hatch, after, line.ratio, move.feedrateMmPerS));
  state.lines.push(line);
  if (state.lines.length > LINES_MAX) state.lines.shift();
  // The first layer may have a flow of its own.
  const known = near && knownAt(state, move.layer > 0 ? heightMm.toFixed(2) : "first");
  if (near === null || known === null) return null;
  state.apartMm = near.spacingMm;
  return judge(state, known, {
    ...near,
    late: move.layer > 0,
    speed: move.feedrateMmPerS.toFixed(1),
  });
}

/** Whether a move lies where the next line of the hatch under way is due. */
export function isHatched({ hatch, layer, lines }: LineSpacing, move: Move): boolean {
  if (move.layer !== layer || move.lengthMm < LINE_LEAST_MM) return false;
  const near = nearest(lines, lineOf(move, 0));
  return near !== null && near.line === lines.at(-1) &&
    continuesHatch(hatch, near.spacingMm, move.feedrateMmPerS);
}

/** A change within what a slicer lays in one go: whatever comes of it, it is noted. */
function noteJump({ jumpLogs }: LineSpacing, jumpLog: number): void {
  if (Math.abs(jumpLog) > OFF_LOG && jumpLogs.length < JUMPS_MAX) jumpLogs.push(jumpLog);
}

function lineOf(move: Move, filamentMm: number): Line {
  const { xMm, yMm, dxMm, dyMm, lengthMm } = move;
  const turned = dxMm < 0 || (dxMm === 0 && dyMm < 0) ? -1 : 1;
  const ux = turned * dxMm / lengthMm, uy = turned * dyMm / lengthMm;
  const midXMm = xMm - dxMm / 2, midYMm = yMm - dyMm / 2;
  const along = midXMm * ux + midYMm * uy;
  const [lowMm, highMm] = [along - lengthMm / 2, along + lengthMm / 2];
  return { ux, uy, midXMm, midYMm, lowMm, highMm, ratio: filamentMm / lengthMm };
}

/** The nearest parallel line beside this one, by distance and both lines' mean filament per path. */
function nearest(
  lines: readonly Line[],
  line: Line,
): { line: Line; spacingMm: number; ratio: number } | null {
  let best: Line | null = null, spacingMm = SPACING_MAX_MM;
  for (const other of lines) {
    if (Math.abs(other.ux * line.uy - other.uy * line.ux) > PARALLEL) continue;
    const overlap = Math.min(line.highMm, other.highMm) - Math.max(line.lowMm, other.lowMm);
    if (overlap < OVERLAP_LEAST_MM) continue;
    const dx = other.midXMm - line.midXMm, dy = other.midYMm - line.midYMm;
    const apart = Math.abs(dx * line.uy - dy * line.ux);
    if (apart > SPACING_LEAST_MM && apart < spacingMm) [best, spacingMm] = [other, apart];
  }
  if (best === null) return null;
  return { line: best, spacingMm, ratio: (line.ratio + best.ratio) / 2 };
}

/**
 * Whether a line runs along one beside it, but not quite. One of several in its direction, however
 * far they lie, is sparse infill beside a wall of nearly its direction.
 */
function liesAskew(lines: readonly Line[], line: Line): boolean {
  const sines = lines.map((other) => Math.abs(other.ux * line.uy - other.uy * line.ux));
  if (sines.filter((sine) => sine <= PARALLEL).length >= SIBLINGS_LEAST) return false;
  return lines.some((other, at) => {
    const sine = sines[at]!;
    if (sine <= PARALLEL || sine > ASKEW) return false;
    const overlap = Math.min(line.highMm, other.highMm) - Math.max(line.lowMm, other.lowMm);
    const dx = other.midXMm - line.midXMm, dy = other.midYMm - line.midYMm;
    return overlap >= ASKEW_LEAST_MM && Math.abs(dx * line.uy - dy * line.ux) < SPACING_MAX_MM;
  });
}

function knownAt(state: LineSpacing, key: string): Known | null {
  const { heights } = state;
  if (!heights[key] && Object.keys(heights).length >= HEIGHTS_MAX) return null;
  return heights[key] ??= { total: 0, fills: {}, usual: 0, spacings: {}, speeds: {} };
}

interface Pair {
  spacingMm: number;
  ratio: number;
  speed: string;
  late: boolean;
}

function judge(state: LineSpacing, known: Known, pair: Pair): SpacingChange | null {
  const { run } = state;
  const fill = Math.log(pair.ratio / pair.spacingMm);
  const offLog = fill - known.usual * FILL_STEP;
  const what = oddity(known, pair, offLog);
  if (what === null) {
    // A pair that says nothing is no reason to begin anew; one that is as usual is.
    if (Math.abs(offLog) <= OFF_LOG) {
      state.usualPairs++;
      state.jumpLogs = [];
      endRun(run, known);
    }
    learn(known, pair, fill);
    return null;
  }
  if (run.what !== what) Object.assign(run, { what, odd: [] });
  const odd = {
    bin: Math.round(fill / FILL_STEP),
    spacing: spacingBin(pair.spacingMm),
    speed: (known.speeds[pair.speed] ?? 0) >= KNOWN_LEAST ? pair.speed : null,
  };
  run.odd.push(odd);
  if (run.odd.length > RUN_MAX) run.odd.shift();
  const jumped = state.jumpLogs.some((each) => Math.abs(each - offLog) < ALIKE * FILL_STEP);
  return tells(run, odd, jumped, pair.late) ? { what, share: Math.exp(offLog) } : null;
}

/** What came to nothing is a part of this job too. */
function endRun(run: Run, known: Known): void {
  for (const { bin } of run.odd) count(known.fills, bin);
  known.total += run.odd.length;
  Object.assign(run, initRun());
}

/**
 * Slicers may give one kind of line a flow of its own, and supports a feedrate and spacing of their
 * own; but they change nothing within a line, nor all kinds of lines at once.
 */
function tells({ what, odd }: Run, { bin }: OddPair, jumped: boolean, late: boolean): boolean {
  const alike = odd.filter((each) => Math.abs(each.bin - bin) <= ALIKE);
  if (what === "scaled") return alike.length >= RUN_SCALED;
  if (jumped) return alike.length >= RUN_JUMPED;
  const known = alike.filter(({ speed }) => speed !== null);
  const speeds = new Set(known.map(({ speed }) => speed)).size;
  const spacings = new Set(alike.map(({ spacing }) => Math.round(spacing / 2))).size;
  if (known.length >= RUN_OTHERWISE && (speeds > 1 || spacings >= SPACINGS_MANY)) return true;
  if (known.length >= (late ? RUN_LATE : RUN_FIRST)) return true;
  return alike.length >= RUN_UNKNOWN && spacings >= SPACINGS_MANY;
}

function oddity(known: Known, pair: Pair, offLog: number): Run["what"] {
  const learnt = known.total >= LEARN_LEAST &&
    around(known.fills, known.usual) >= AGREE_LEAST * known.total;
  if (!learnt || Math.abs(offLog) <= OFF_LOG) return null;
  const bin = known.usual + Math.round(offLog / FILL_STEP);
  if (around(known.fills, bin) >= KNOWN_LEAST) return null;
  const isKnown = (mm: number) => around(known.spacings, spacingBin(mm)) >= KNOWN_LEAST;
  if (isKnown(pair.spacingMm)) return offLog < BRIDGE_LOG ? "otherwise" : null;
  const within = offLog > SCALED_LOG[0] && offLog < SCALED_LOG[1];
  return within && isKnown(pair.spacingMm * Math.exp(offLog / 2)) ? "scaled" : null;
}

function learn(known: Known, { spacingMm, speed }: Pair, fill: number): void {
  const bin = Math.round(fill / FILL_STEP);
  known.total++;
  count(known.fills, bin);
  const usual = around(known.fills, known.usual);
  const settled = known.total >= LEARN_LEAST && usual >= FORGET_SHARE * known.total;
  if (!settled && around(known.fills, bin) > usual) known.usual = bin;
  if (Math.abs(bin - known.usual) * FILL_STEP > USUAL_LOG) return;
  count(known.spacings, spacingBin(spacingMm));
  count(known.speeds, speed);
}

function spacingBin(spacingMm: number): number {
  return Math.round(Math.log(spacingMm) / SPACING_STEP);
}

function count(bins: Record<string, number>, bin: number | string): void {
  if (bins[bin] === undefined && Object.keys(bins).length >= BINS_MAX) return;
  bins[bin] = (bins[bin] ?? 0) + 1;
}

function around(bins: Record<string, number>, bin: number): number {
  return (bins[bin - 1] ?? 0) + (bins[bin] ?? 0) + (bins[bin + 1] ?? 0);
}
