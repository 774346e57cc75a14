import type { Planned, PlannedMove } from "../twin/motion/planner.ts";
import type { PacingSample } from "../twin/motion/move_clock.ts";
import {
  forgetRuns,
  initPaceChange,
  type Pace,
  type PaceChange,
  stepPaceChange,
} from "./pace_change.ts";
import type { KnownPace } from "./pace_memory.ts";
import type { PaceModel, Stretch } from "./pace_model.ts";

/** Planned motion that is judged as one, s. */
const STRETCH_S = 8;
/** A jump of lateness is a stop of another kind (pause, wait), no pace, s. */
const JUMP_S = 0.7;
/** What a stretch, or a jump, may count at most against a plan, as a share. */
const MISFIT_MAX = 0.1;
/** Slower moves count as this one, mm/s. */
const SPEED_LEAST = 0.05;
/** The latest stretches weigh most once there are so many. */
const COUNT_MAX = 60;

/** How long motion takes against one plan of it; plain JSON. */
export interface PaceTrack {
  span: Span | null;
  lastLatenessS: number;
  quietUntilS: number;
  /** Stretches and jumps so far, and the mean square of their lateness, as shares. */
  count: number;
  misfit2: number;
  /** Stretches of another pace that the latest one belongs to; null while the pace is as usual. */
  said: Pace | null;
  pace: PaceChange;
}

interface Span {
  plannedS: number;
  latenessS: number;
  rampS: number;
  extruderS: number;
  stops: number;
  moves: number;
  pathMm: number;
  /** Sum of logarithms of cruising speeds, over time. */
  lnSpeedS: number;
  movedS: number;
  beganS: number;
}

/** What a track has to say of a reading. */
export interface TrackStep {
  /** Motion stood still or leapt: nothing is to be made of the next readings. */
  jumped: boolean;
  /** A stretch was judged. */
  judged: boolean;
  /** The plan doesn't fit although enough was seen. */
  unsettled: boolean;
}

const NOTHING: TrackStep = { jumped: false, judged: false, unsettled: false };

/**
 * @param recalls whether what is usual is recalled from stretches that are alike
 * @param known what earlier prints have left to recall
 */
export function initPaceTrack(
  model?: PaceModel,
  recalls = false,
  known: KnownPace | null = null,
): PaceTrack {
  return {
    span: null,
    lastLatenessS: 0,
    quietUntilS: 0,
    count: 0,
    misfit2: 0,
    said: null,
    pace: initPaceChange(model, recalls, known),
  };
}

/** Leaves the stretch at hand and what was suspected so far. Mutates the track. */
export function dropSpan(track: PaceTrack, quietUntilS: number): void {
  track.quietUntilS = Math.max(track.quietUntilS, quietUntilS);
  track.span = null;
  track.said = null;
  forgetRuns(track.pace);
}

/** Takes what was planned and the reading that came with it. Mutates the track. */
export function stepPaceTrack(
  track: PaceTrack,
  planned: Planned,
  sample: PacingSample | null,
  anchored: boolean,
  judges: boolean,
): TrackStep {
  const { span } = track;
  if (span) addMoves(span, planned);
  if (!sample) return NOTHING;
  const { plannedS, latenessS, eventTimeS } = sample;
  const jumped = Math.abs(latenessS - track.lastLatenessS) > JUMP_S;
  track.lastLatenessS = latenessS;
  if (jumped) {
    if (judges) note(track, MISFIT_MAX);
    return { ...NOTHING, jumped };
  }
  if (eventTimeS < track.quietUntilS) return NOTHING;
  const spanS = span && anchored ? plannedS - span.plannedS : STRETCH_S;
  if (spanS < STRETCH_S) return NOTHING;
  track.span = freshSpan(plannedS, latenessS, eventTimeS);
  if (!span || !anchored) return NOTHING;
  return judges ? judge(track, span, (latenessS - span.latenessS) / spanS, spanS) : NOTHING;
}

function judge(track: PaceTrack, span: Span, late: number, spanS: number): TrackStep {
  note(track, late);
  const made = stretchOf(span, spanS);
  const { unsettled, told } = stepPaceChange(track.pace, late, made, span.beganS);
  track.said = told;
  return { jumped: false, judged: true, unsettled };
}

function stretchOf(span: Span, spanS: number): Stretch {
  const { rampS, extruderS, stops, moves, pathMm, lnSpeedS, movedS } = span;
  return {
    rampShare: Math.min(1, rampS / spanS),
    extruderShare: Math.min(1, extruderS / spanS),
    stopsPerS: stops / spanS,
    lnSpeed: movedS > 0 ? lnSpeedS / movedS : 0,
    lnLengthMm: pathMm > 0 ? Math.log(pathMm / moves) : 0,
  };
}

function freshSpan(plannedS: number, latenessS: number, beganS: number): Span {
  const none = { rampS: 0, extruderS: 0, stops: 0, moves: 0, pathMm: 0, lnSpeedS: 0, movedS: 0 };
  return { plannedS, latenessS, beganS, ...none };
}

function note(track: PaceTrack, late: number): void {
  track.count = Math.min(COUNT_MAX, track.count + 1);
  track.misfit2 += (Math.min(Math.abs(late), MISFIT_MAX) ** 2 - track.misfit2) / track.count;
}

function addMoves(span: Span, planned: Planned): void {
  for (let at = 0; at < planned.count; at++) {
    const move = planned.moves[at]!;
    span.rampS += rampS(move);
    span.moves++;
    span.pathMm += move.lengthMm;
    span.movedS += move.durationS;
    span.lnSpeedS += move.durationS * Math.log(Math.max(SPEED_LEAST, move.cruiseMmPerS));
    if (move.extruderOnly) span.extruderS += move.durationS;
    if (move.extruderOnly || move.extrudedMm === 0) span.stops++;
  }
}

/** Time of a move that isn't spent at its cruising speed, s. */
function rampS(move: PlannedMove): number {
  const { cruiseMmPerS, startMmPerS, endMmPerS, accelMmPerS2, durationS } = move;
  return Math.min(durationS, (2 * cruiseMmPerS - startMmPerS - endMmPerS) / accelMmPerS2);
}
