import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { type CommandMotion, motionOf } from "./command_motion.ts";
import {
  initLineSpacing,
  isHatched,
  type LineSpacing,
  type SpacingChange,
  stepLineSpacing,
} from "./line_spacing.ts";
import {
  endLine,
  initLineRatio,
  type LineRatio,
  type RatioSample,
  SPIRAL,
  stepLineRatio,
} from "./line_ratio.ts";
import { initRareEvent, type RareEvent, stepRareEvent } from "./rare_event.ts";
import { initThinLines, stepThinLines, type ThinLines } from "./thin_lines.ts";
import {
  commonFactor,
  distinctValues,
  initUsualValues,
  stepUsualValues,
  type UsualValues,
} from "./usual_values.ts";

/** Layers that a job has to show before its habits mean anything. */
const LAYERS_LEAST = 2;
/** Cura speeds up from layer to layer first. */
const SPEEDS_LAYERS = 3;
/** A single move this far off its own line's filament per path stands out, as a logarithm. */
const OUTLIER_LOG = 0.25;
const OUTLIER_LEAST_MM = 0.5;
/** Less path without filament within a line is a rounded corner, mm. */
const DRY_LEAST_MM = 0.3;
/** From so many arcs on lines aren't judged as a whole. */
const ARCS_MAX = 6;
/** A feedrate is one for printing after so much path, mm; so many are followed. */
const PRINTED_MM = 60, FEEDRATES_MAX = 200;
/** Who has travelled so often at a feedrate does so. */
const TRAVELS_KNOWN = 2;
/** Printing moves to learn from before whole lines without filament are told. */
const UNFED_LEARN = 100;
/** The same where a line of a hatch is missing, and none was before. */
const HATCHED_LEARN = 20;
/** Lines beside others to learn from before those askew are told. */
const ASKEW_LEARN = 40;
/** A line is starved below this share of what is most usual. */
const STARVED = 0.5;
/** Starved lines are alike within this share; ironed ones lie nearer to each other than this, mm. */
const STARVED_ALIKE = 0.04, IRONED_MM = 0.25;
/** Feedrates in a row that the job never had; among them travels. */
const FEEDRATES_ODD = 6, TRAVELS_ODD = 2, PRINTS_ODD = 2, FEEDRATES_LEARN = 60;
/** Retractions in a row that the job never had, and what it must have shown. */
const PRIMES_ODD = 2, PRIMES_LEARN = 6, PRIMES_DISTINCT_MAX = 4;

/**
 * How this job has printed so far. Slicers are regular: filament per path takes few values, travels
 * have one feedrate, retractions one length. What breaks this everywhere at once, or again and
 * again, is no slicer's work and no person's hand. Plain JSON.
 */
export interface JobHabits {
  layers: number;
  arcs: number;
  ratio: LineRatio;
  spacing: LineSpacing;
  /** Feedrate of the line under way, mm/s; 0 for none. */
  lineMmPerS: number;
  /** Filament per path of the line's last move; 0 at its beginning. */
  lineRatio: number;
  owedMm: number;
  /** Path without filament within the line, mm. */
  dryMm: number;
  dry: RareEvent;
  unfed: RareEvent;
  backward: RareEvent;
  outlier: RareEvent;
  starved: RareEvent;
  askew: RareEvent;
  thin: ThinLines;
  /** The last starved line's share of what is most usual. */
  starvedShare: number;
  feedrates: UsualValues;
  oddTravels: number;
  /** Printing moves since the feedrates are odd: a script's travels have none. */
  oddPrints: number;
  /** Path printed by feedrate, mm, and travels made at it before it was one for printing. */
  printed: Record<string, number>;
  travelled: Record<string, number>;
  primes: UsualValues;
  primeMm: number;
  /** The last feedrate and height as texts: to write a number out costs more than the rest. */
  texts: { mmPerS: number; speed: string; heightMm: number; place: string };
}

export function initJobHabits(): JobHabits {
  return {
    layers: 0,
    arcs: 0,
    ratio: initLineRatio(),
    spacing: initLineSpacing(),
    lineMmPerS: 0,
    lineRatio: 0,
    owedMm: 0,
    dryMm: 0,
    dry: initRareEvent(),
    unfed: initRareEvent(),
    backward: initRareEvent(),
    outlier: initRareEvent(),
    starved: initRareEvent(),
    askew: initRareEvent(),
    thin: initThinLines(),
    starvedShare: 1,
    feedrates: initUsualValues(),
    oddTravels: 0,
    oddPrints: 0,
    printed: {},
    travelled: {},
    primes: initUsualValues(),
    primeMm: 0,
    texts: { mmPerS: 0, speed: "0.0", heightMm: 0, place: "0.00" },
  };
}

/** A habit that was broken. */
export interface HabitBreak {
  name: EventName;
  text: string;
}

/** Takes a command's motion; says which habits of the job it breaks. Mutates the state. */
export function stepJobHabits(
  state: JobHabits,
  command: Command,
  effects: Effects,
  heightMm: number,
): HabitBreak[] {
  const found: HabitBreak[] = [];
  const { events } = effects;
  if (events.length > 0 && events.some((event) => event.type === "layer")) state.layers++;
  if (command.letter === "G" && command.code <= 3 && command.has("F")) {
    found.push(...stepFeedrate(state, command));
  }
  const motion = motionOf(effects);
  if (motion === null) {
    if (effects.moveCount > 0) breakLine(state);
    return found;
  }
  const owedMm = state.owedMm;
  state.owedMm = Math.max(0, owedMm - motion.filamentMm);
  // An arc's path is known less well than its filament.
  if (command.code > 1) state.arcs++;
  if (!motion.along || !motion.flat || command.code > 1) {
    breakLine(state);
    if (motion.pathMm === 0 && motion.filamentMm > 0) state.primeMm += motion.filamentMm;
    return found;
  }
  if (motion.filamentMm > 0) {
    found.push(...endPrime(state));
    found.push(...stepPrinting(state, command, motion, heightMm, effects));
  } else found.push(...stepUnfed(state, command, motion, effects, owedMm));
  return found;
}

/** A travel, a gap or another feedrate ends a line. Mutates the state. */
export function breakLine(state: JobHabits): void {
  state.lineMmPerS = 0;
  state.lineRatio = 0;
  state.dryMm = 0;
  endLine(state.ratio);
}

function stepPrinting(
  state: JobHabits,
  command: Command,
  motion: CommandMotion,
  heightMm: number,
  effects: Effects,
): HabitBreak[] {
  const found: HabitBreak[] = [];
  if (command.has("F") || motion.mmPerS !== state.lineMmPerS) breakLine(state);
  state.lineMmPerS = motion.mmPerS;
  state.oddPrints++;
  stepRareEvent(state.unfed, false);
  if (stepRareEvent(state.dry, state.dryMm >= DRY_LEAST_MM)) {
    found.push({ name: "command-flow", text: "moves within lines push no filament" });
  }
  state.dryMm = 0;
  stepRareEvent(state.backward, false);
  const ratio = motion.filamentMm / motion.pathMm;
  const jumpLog = state.lineRatio > 0 && !motion.spiral && motion.pathMm >= OUTLIER_LEAST_MM
    ? Math.log(ratio / state.lineRatio)
    : 0;
  const off = Math.abs(jumpLog);
  if (stepRareEvent(state.outlier, off > OUTLIER_LOG)) {
    const name = "command-flow";
    found.push({ name, text: "single moves push another amount than the lines they are part of" });
  }
  // A single odd move doesn't become the measure of the next.
  if (off <= OUTLIER_LOG) state.lineRatio = ratio;
  const layer = effects.moves[0]!.layer;
  const { pathMm, filamentMm } = motion;
  const key = speedText(state, motion.mmPerS);
  const known = (state.printed[key] ?? 0) >= PRINTED_MM;
  if (known || Object.keys(state.printed).length < FEEDRATES_MAX) {
    state.printed[key] = (state.printed[key] ?? 0) + motion.pathMm;
  }
  const filled = effects.moveCount === 1 && !motion.spiral
    ? stepLineSpacing(state.spacing, effects.moves[0]!, filamentMm, heightMm, jumpLog)
    : null;
  if (filled) found.push(spacingBreak(filled));
  const { askew } = state.spacing;
  if (askew !== null && stepRareEvent(state.askew, askew, false, ASKEW_LEARN)) {
    found.push({ name: "command-order", text: "lines run askew to those beside them" });
  }
  const { usualPairs, apartMm } = state.spacing;
  if (!motion.spiral && stepThinLines(state.thin, { layer, pathMm, ratio, apartMm })) {
    found.push({
      name: "command-flow",
      text: "long lines push less than half of what others of their layer do",
    });
  }
  const place = motion.spiral ? SPIRAL : placeText(state, heightMm);
  const sample = stepLineRatio(
    state.ratio,
    { pathMm, filamentMm, place, layer, usualPairs },
    isLearning(state),
  );
  if (sample === null) return found;
  // Where arcs stand for most curves, what is left says little of the whole.
  if (sample.changed && state.arcs < ARCS_MAX) {
    const percent = (sample.share * 100).toFixed(0);
    const text = `every line has another width than all before it (${percent} % of the usual ` +
      "filament per path)";
    found.push({ name: "command-flow", text });
  }
  if (known && stepRareEvent(state.starved, isStarved(state, sample))) {
    found.push({ name: "command-flow", text: "lines are starved that this job prints full" });
  }
  return found;
}

function speedText({ texts }: JobHabits, mmPerS: number): string {
  if (texts.mmPerS !== mmPerS) {
    texts.mmPerS = mmPerS;
    texts.speed = mmPerS.toFixed(1);
  }
  return texts.speed;
}

function placeText({ texts }: JobHabits, heightMm: number): string {
  if (texts.heightMm !== heightMm) {
    texts.heightMm = heightMm;
    texts.place = heightMm.toFixed(2);
  }
  return texts.place;
}

/** Gaps are filled with lines of many widths, and ironing lays its own much nearer to each other. */
function isStarved(state: JobHabits, { unusual, share }: RatioSample): boolean {
  if (!unusual || share >= STARVED) return false;
  const alike = Math.abs(share / state.starvedShare - 1) < STARVED_ALIKE;
  state.starvedShare = share;
  const { apartMm } = state.spacing;
  return alike && (apartMm === 0 || apartMm > IRONED_MM);
}

function spacingBreak({ what, share }: SpacingChange): HabitBreak {
  const percent = (share * 100).toFixed(0);
  return what === "otherwise"
    ? {
      name: "command-flow",
      text: `lines as far apart as before are filled with ${percent} % of the usual filament`,
    }
    : {
      name: "command-flow",
      text: `lines lie nearer to each other than before, with ${percent} % of the usual filament`,
    };
}

/** A move along the bed that pushes nothing, or draws back. */
function stepUnfed(
  state: JobHabits,
  command: Command,
  motion: CommandMotion,
  effects: Effects,
  owedMm: number,
): HabitBreak[] {
  const straight = owedMm === 0 && command.code === 1;
  const continues = straight && !command.has("F");
  const inLine = continues && state.lineMmPerS > 0 && motion.mmPerS === state.lineMmPerS;
  if (!inLine) {
    breakLine(state);
    return straight && motion.filamentMm === 0 ? stepUnfedLine(state, motion, effects) : [];
  }
  if (motion.filamentMm < 0) {
    breakLine(state);
    return stepRareEvent(state.backward, true)
      ? [{ name: "command-order", text: "the extruder runs backwards within lines" }]
      : [];
  }
  // Whether the line goes on behind the hole only the next move tells: Cura wipes at line ends.
  endLine(state.ratio);
  state.dryMm += motion.pathMm;
  return [];
}

/** Whole lines without filament, at a feedrate at which this job has only ever printed. */
function stepUnfedLine(
  state: JobHabits,
  motion: CommandMotion,
  { moveCount, moves }: Effects,
): HabitBreak[] {
  const key = motion.mmPerS.toFixed(1);
  const { printed, travelled } = state;
  const prints = (printed[key] ?? 0) >= PRINTED_MM && (travelled[key] ?? 0) < TRAVELS_KNOWN;
  if (!prints && (travelled[key] !== undefined || Object.keys(travelled).length < FEEDRATES_MAX)) {
    travelled[key] = (travelled[key] ?? 0) + 1;
  }
  if (!prints || motion.pathMm < DRY_LEAST_MM) return [];
  const { happened, sum } = state.unfed;
  const due = (happened === 0 || sum > 0) && moveCount === 1 &&
    isHatched(state.spacing, moves[0]!);
  return stepRareEvent(state.unfed, true, false, due ? HATCHED_LEARN : UNFED_LEARN)
    ? [{ name: "command-flow", text: "lines are drawn at printing speed without any filament" }]
    : [];
}

function isLearning({ layers }: JobHabits): boolean {
  return layers <= LAYERS_LEAST;
}

function stepFeedrate(state: JobHabits, command: Command): HabitBreak[] {
  const value = command.number("F");
  if (value === null || value <= 0) return [];
  const travels = command.has("X") && !command.has("E");
  const { feedrates } = state;
  const learning = state.layers <= SPEEDS_LAYERS || feedrates.total < FEEDRATES_LEARN;
  const odd = stepUsualValues(feedrates, value.toFixed(0), learning);
  state.oddTravels = odd === 0 ? 0 : state.oddTravels + (travels ? 1 : 0);
  if (odd <= 1) state.oddPrints = 0;
  const prints = state.oddPrints >= PRINTS_ODD && state.oddTravels >= TRAVELS_ODD;
  return odd >= FEEDRATES_ODD && prints && commonFactor(feedrates) !== null
    ? [{
      name: "command-speed",
      text: "every feedrate is one that the job never had, by one factor",
    }]
    : [];
}

/** The filament that was pushed back before a line began. */
function endPrime(state: JobHabits): HabitBreak[] {
  const { primeMm, primes } = state;
  state.primeMm = 0;
  if (primeMm === 0) return [];
  const learning = primes.total < PRIMES_LEARN;
  const odd = stepUsualValues(primes, primeMm.toFixed(2), learning);
  return odd >= PRIMES_ODD && distinctValues(primes) <= PRIMES_DISTINCT_MAX
    ? [{ name: "command-retraction", text: "every retraction has a length that the job never had" }]
    : [];
}
