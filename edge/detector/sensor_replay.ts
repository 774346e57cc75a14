import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { SensorAlarm } from "./sensor_alarm.ts";

/**
 * A loop that swings regularly, told in few steps, repeats its readings too, and its duties roughly: over
 * so many values, within so much of how far they swing. A recording repeats them to the last digit.
 */
const SWING_VALUES = 24, SWING_ALIKE = 0.5, SWING_LEAST = 0.05, ROUGHLY = 0.005;

/** Readings kept to recognise a replay: 20 minutes at one a second. */
const MEMORY = 1200;
/** Loops shorter than this are none: a slow swing repeats itself that soon. */
const LAG_MIN = 8;
/**
 * Evidence that a run of repetitions is no chance, nats: an hour of readings holds some four million
 * pairs of places against each other, and many hours should go by without one. How often a value
 * repeats by chance before that is known, and how firmly, in values.
 */
const STREAMS = {
  readings: { alarmNats: 20, chance: 0.4, firm: 200 },
  pairs: { alarmNats: 15, chance: 0.1, firm: 30 },
} as const;
/** How often values repeat by chance is learnt by how long they already have, in octaves. */
const OCTAVES = 6;
const FADE_COUNT = 200_000;
/** Beyond what was seen, a repetition goes on more probably the longer it has. */
const LIKELIER = 0.9;

/** One stream of values held against its own past, lag by lag. */
export interface ReplayCheck {
  stream: keyof typeof STREAMS;
  /** Recent values, oldest first. */
  values: number[];
  /** The duties that came with them. */
  duties: (number | null)[];
  /** By lag: so many values that moved repeat those so long before; one that doesn't halves it. */
  moved: number[];
  hits: number[];
  misses: number[];
  bestNats: number;
  bestLag: number;
}

export function initReplayCheck(stream: keyof typeof STREAMS): ReplayCheck {
  return {
    stream,
    values: [],
    duties: [],
    moved: [],
    hits: Array<number>(OCTAVES).fill(0),
    misses: Array<number>(OCTAVES).fill(0),
    bestNats: 0,
    bestLag: 0,
  };
}

/** After a silence the newest value follows from none. */
export function interruptReplayCheck(state: ReplayCheck): void {
  state.moved.fill(0);
}

/** Takes one value; only values that changed tell. Mutates; returns the alarm that stands. */
export function stepReplayCheck(
  state: ReplayCheck,
  value: number,
  { eventTimeS, dtS, toldDuty }: HeaterResidual,
): SensorAlarm | null {
  const { values, duties, moved } = state;
  const end = values.length;
  const still = end > 0 && values[end - 1] === value;
  let best = 0, bestLag = 0;
  const most = Math.min(end, MEMORY);
  while (moved.length <= most) moved.push(0);
  for (let lag = LAG_MIN; lag <= most; lag++) {
    const same = values[end - lag] === value;
    const count = moved[lag]!;
    if (!still && count >= 1) note(state, count, same);
    if (!same) {
      moved[lag] = count >> 1;
      continue;
    }
    if (!still) moved[lag] = count + 1;
    if (moved[lag]! > best) {
      best = moved[lag]!;
      bestLag = lag;
    }
  }
  values.push(value);
  duties.push(toldDuty);
  if (values.length > MEMORY) {
    values.shift();
    duties.shift();
  }
  state.bestNats = worth(state, best);
  state.bestLag = bestLag;
  const { alarmNats } = STREAMS[state.stream];
  if (state.bestNats < alarmNats || swingsAlike(state)) return null;
  const onsetS = eventTimeS - repeatedValues(state) * dtS;
  return { fault: "replayed", score: state.bestNats / alarmNats, onsetS, jumpK: 0 };
}

/** Whether the duties repeat with the values, but only roughly: the heater itself swings so. */
function swingsAlike({ duties, bestLag }: ReplayCheck): boolean {
  const from = Math.max(bestLag, duties.length - SWING_VALUES);
  let sum = 0, apart = 0, swing = 0;
  for (let at = from; at < duties.length; at++) sum += duties[at] ?? NaN;
  const count = duties.length - from;
  for (let at = from; at < duties.length; at++) {
    apart += Math.abs(duties[at]! - (duties[at - bestLag] ?? NaN)) / count;
    swing += Math.abs(duties[at]! - sum / count) / count;
  }
  return swing > SWING_LEAST && apart > ROUGHLY && apart < SWING_ALIKE * swing;
}

/** How many values in a row repeat earlier ones; 0 where too few do to tell. */
export function repeatedValues({ values, bestLag, bestNats }: ReplayCheck): number {
  if (bestNats === 0) return 0;
  let count = 0;
  for (let at = values.length - 1; at >= bestLag && values[at] === values[at - bestLag]; at--) {
    count++;
  }
  return count;
}

function octave(count: number): number {
  return Math.min(OCTAVES - 1, 31 - Math.clz32(count));
}

function note(state: ReplayCheck, count: number, same: boolean): void {
  if (state.bestNats > STREAMS[state.stream].alarmNats / 2) return;
  const at = octave(count);
  if (same) state.hits[at]!++;
  else state.misses[at]!++;
  if (state.hits[at]! + state.misses[at]! < FADE_COUNT) return;
  state.hits[at]! /= 2;
  state.misses[at]! /= 2;
}

/** Nats of evidence in so many repeated values that moved; the first of them is where one looked. */
function worth({ stream, hits, misses }: ReplayCheck, count: number): number {
  const { chance: first, firm } = STREAMS[stream];
  let chance: number = first, nats = 0;
  for (let i = 0, from = 1; i < OCTAVES && from < count; i++, from *= 2) {
    const seen = hits[i]! + misses[i]!;
    chance = (hits[i]! + firm * chance) / (seen + firm);
    const to = i === OCTAVES - 1 ? count : Math.min(count, 2 * from);
    nats -= (to - from) * Math.log(chance);
    chance = 1 - LIKELIER * (1 - chance);
  }
  return nats;
}
