/**
 * Filament that passes the encoder against filament that was commanded: a sequential test on what is
 * missing, for any share of it, and the encoder's scale, learnt while nothing is missing. Plain values.
 */
export interface FilamentCheck {
  /** Seen over commanded: the encoder's scale and its slip; and how much filament taught it, mm. */
  scale: number;
  taughtMm: number;
  /** Where both were first seen; null before. */
  origin: { commandedMm: number; seenMm: number } | null;
  lastCommandedMm: number;
  lastSeenMm: number;
  lastMovedS: number;
  /** What has gone missing, and come too much, beyond the slack, mm; where that began. */
  shortMm: number;
  overMm: number;
  shortFrom: Mark;
  overFrom: Mark;
  /** Where what is missing was last too little to alarm, mm commanded. */
  alarmFromMm: number;
  /** Marks every few millimetres, for learning late and for the shape of what is missing. */
  marks: Mark[];
}

/** A point of the print: time, s, filament commanded and seen, mm. */
export interface Mark {
  atS: number;
  commandedMm: number;
  seenMm: number;
  /** Commanded by each queue that the printer may have; null for one that doesn't fit. */
  rivalsMm?: readonly (number | null)[];
}

export interface FilamentAlarm {
  direction: "short" | "over";
  /** Seen less than expected, as a share of what was expected since it began: positive is missing. */
  missingShare: number;
  /** The latest part of it by itself. */
  lateShare: number;
  expectedMm: number;
  missingMm: number;
  /** How far what is missing strays from one constant share, mm (root mean square). */
  unevenMm: number;
  sinceS: number;
  score: number;
}

/** What is kept of an encoder in a printer's profile. */
export interface EncoderScale {
  scale: number;
  taughtMm: number;
}

/** Encoder wheels are cut to within a tenth, and slip by a few hundredths. */
const SCALE_RANGE = [0.85, 1.12] as const;
/** A share that nobody would see in a part, and slip that comes and goes. */
const SLACK_SHARE = 0.006;
/** How badly the scale is known after so much filament: a pulse at either end, mm. */
const SCALE_ERROR_MM = 3;
/**
 * Missing filament that raises the alarm: two pulses and what timing leaves open, mm, for as long as
 * so much is pushed; or half as much again at once. Over clean prints of 36 printers with parts of up
 * to 6.6 m the largest were 5.9 at once and 4.4 sustained.
 */
const ALARM_MM = 6.5;
const SUSTAINED_MM = 10;
const AT_ONCE_MM = 12;
/** No printer's queue holds filament back for longer than this, s. */
const LATER_MAX_S = 60;
/** While the scale isn't known even roughly, nothing is judged, mm. */
const FIRST_MM = 120;
/** Nothing was commanded for so long, s. */
const STILL_S = 8;
const MARK_MM = 6;
const MARKS_MAX = 160;
/** Marks wait before they teach: what turns out to be missing must not. */
const LATE_MARKS = 12;
/** What teaching may add up to: a scale that is known stays where it is within this share. */
const KNOWN_MM = 4000;

export function initFilamentCheck(known: EncoderScale | null = null): FilamentCheck {
  const mark = { atS: 0, commandedMm: 0, seenMm: 0 };
  return {
    scale: known?.scale ?? 0.985,
    taughtMm: known?.taughtMm ?? 0,
    origin: null,
    lastCommandedMm: 0,
    lastSeenMm: 0,
    lastMovedS: 0,
    shortMm: 0,
    overMm: 0,
    shortFrom: mark,
    overFrom: mark,
    alarmFromMm: 0,
    marks: [],
  };
}

export function encoderScaleOf({ scale, taughtMm }: FilamentCheck): EncoderScale | null {
  return taughtMm >= FIRST_MM ? { scale, taughtMm: Math.min(taughtMm, KNOWN_MM) } : null;
}

/** After a gap, a restart or a change of filament both are counted anew. Mutates the state. */
export function restFilament(state: FilamentCheck): void {
  Object.assign(state, { origin: null, shortMm: 0, overMm: 0, marks: [] });
}

/**
 * Takes a count of the encoder where nothing is drawn back. Mutates the state; returns the alarm that
 * stands, or null.
 *
 * @param rivalsMm commanded by now, by each queue of moves that the printer may have; null for none
 */
export function stepFilament(
  state: FilamentCheck,
  eventTimeS: number,
  commandedMm: number,
  seenMm: number,
  rivalsMm: readonly (number | null)[] = [],
): FilamentAlarm | null {
  const now = { atS: eventTimeS, commandedMm, seenMm, rivalsMm };
  if (!state.origin) {
    state.origin = { commandedMm, seenMm };
    Object.assign(state, { lastCommandedMm: commandedMm, lastSeenMm: seenMm });
    const fresh = { shortFrom: now, overFrom: now, alarmFromMm: commandedMm };
    Object.assign(state, { ...fresh, lastMovedS: eventTimeS });
  }
  const stepMm = commandedMm - state.lastCommandedMm;
  if (stepMm > 0.05) state.lastMovedS = eventTimeS;
  // What moves while nothing is commanded is moved by a person, or a change of filament.
  if (eventTimeS - state.lastMovedS > STILL_S && Math.abs(seenMm - state.lastSeenMm) > 0.1) {
    restFilament(state);
    return null;
  }
  const offMm = state.scale * stepMm - (seenMm - state.lastSeenMm);
  Object.assign(state, { lastCommandedMm: commandedMm, lastSeenMm: seenMm });
  if (state.taughtMm >= FIRST_MM) gather(state, now, stepMm, offMm);
  mark(state, now);
  const mostMm = Math.max(state.shortMm, state.overMm);
  if (mostMm < ALARM_MM) state.alarmFromMm = commandedMm;
  const sustained = commandedMm - state.alarmFromMm >= SUSTAINED_MM;
  if (mostMm < ALARM_MM || (!sustained && mostMm < AT_ONCE_MM)) return null;
  const direction = state.shortMm >= state.overMm ? "short" : "over";
  return isOnlyLater(state, direction, now) ? null : alarmOf(state, direction, now);
}

/**
 * Whether a printer that takes in more or fewer moves ahead would push its filament just as it was
 * seen: then it comes at another time than thought, and none is missing.
 */
function isOnlyLater(state: FilamentCheck, direction: "short" | "over", now: Mark): boolean {
  const from = direction === "short" ? state.shortFrom : state.overFrom;
  const passedMm = now.seenMm - from.seenMm;
  const due = state.marks.findLast(({ atS }) => atS <= now.atS - LATER_MAX_S);
  const dueMm = (due?.commandedMm ?? -Infinity) - MARK_MM;
  return now.rivalsMm!.some((rivalMm, at) => {
    const sinceMm = from.rivalsMm?.[at] ?? null;
    if (rivalMm === null || sinceMm === null || rivalMm < dueMm) return false;
    const missingMm = state.scale * (rivalMm - sinceMm) - passedMm;
    return (direction === "short" ? missingMm : -missingMm) < ALARM_MM;
  });
}

function gather(state: FilamentCheck, now: Mark, stepMm: number, offMm: number): void {
  const slack = SLACK_SHARE + SCALE_ERROR_MM / Math.max(FIRST_MM, state.taughtMm);
  const slackMm = slack * Math.abs(stepMm);
  state.shortMm = Math.max(0, state.shortMm + offMm - slackMm);
  state.overMm = Math.max(0, state.overMm - offMm - slackMm);
  if (state.shortMm === 0) state.shortFrom = now;
  if (state.overMm === 0) state.overFrom = now;
  // Bounded, so that what has ended is forgotten within a few layers.
  state.shortMm = Math.min(state.shortMm, 4 * ALARM_MM);
  state.overMm = Math.min(state.overMm, 4 * ALARM_MM);
}

/** Keeps a mark every few millimetres, and learns from those that are old enough. */
function mark(state: FilamentCheck, now: Mark): void {
  const { marks } = state;
  const last = marks.at(-1);
  if (last && now.commandedMm - last.commandedMm < MARK_MM) return;
  marks.push(now);
  if (marks.length > MARKS_MAX) marks.shift();
  const suspect = Math.max(state.shortMm, state.overMm) > 0.6 * ALARM_MM;
  const to = marks.at(-LATE_MARKS), from = marks.at(-LATE_MARKS - 1);
  if (suspect || !to || !from) return;
  const stepMm = to.commandedMm - from.commandedMm;
  const ratio = (to.seenMm - from.seenMm) / Math.max(1, stepMm);
  // A whole pulse more or less is as much as one step may be off.
  if (Math.abs(ratio - 1) * stepMm > 12) return;
  state.taughtMm = Math.min(KNOWN_MM, state.taughtMm + stepMm);
  const scale = state.scale + (ratio - state.scale) * Math.min(1, stepMm / (state.taughtMm + 60));
  state.scale = Math.min(SCALE_RANGE[1], Math.max(SCALE_RANGE[0], scale));
}

function alarmOf(
  state: FilamentCheck,
  direction: "short" | "over",
  now: Mark,
): FilamentAlarm {
  const from = direction === "short" ? state.shortFrom : state.overFrom;
  const expectedMm = state.scale * (now.commandedMm - from.commandedMm);
  const missingMm = expectedMm - (now.seenMm - from.seenMm);
  const since = state.marks.filter(({ commandedMm }) => commandedMm >= from.commandedMm);
  const late = since.at(-6) ?? from;
  const lateMm = state.scale * (now.commandedMm - late.commandedMm);
  const missingShare = missingMm / Math.max(1, expectedMm);
  return {
    direction,
    missingShare,
    lateShare: (lateMm - (now.seenMm - late.seenMm)) / Math.max(1, lateMm),
    expectedMm,
    missingMm,
    unevenMm: uneven([from, ...since, now], state.scale),
    sinceS: from.atS,
    score: Math.max(state.shortMm, state.overMm) / ALARM_MM,
  };
}

/** Filament on either side of a point that tells the share there, mm: a few pulses. */
const LOCAL_MM = 12;

/** What share of the filament passed around a point of the print; null where that isn't known. */
export function shareAround(state: FilamentCheck, commandedMm: number): number | null {
  const { marks, scale, lastCommandedMm, lastSeenMm } = state;
  if (commandedMm > lastCommandedMm) return null;
  const from = marks.filter((mark) => mark.commandedMm <= commandedMm - LOCAL_MM / 2).at(-1);
  const after = marks.find((mark) => mark.commandedMm >= commandedMm + LOCAL_MM / 2);
  const to = after ?? { commandedMm: lastCommandedMm, seenMm: lastSeenMm };
  if (!from || to.commandedMm - from.commandedMm < LOCAL_MM / 2) return null;
  const share = (to.seenMm - from.seenMm) / (scale * (to.commandedMm - from.commandedMm));
  return Math.min(1.5, Math.max(0, share));
}

/** Parts of the print since then: it may have begun later, and may have ended. */
const PARTS: readonly [from: number, to: number][] = [
  [0, 1],
  [0.2, 1],
  [0.4, 1],
  [0.6, 1],
  [0, 0.8],
  [0, 0.6],
  [0, 0.4],
  [0.2, 0.8],
  [0.2, 0.6],
  [0.4, 0.8],
];
const PART_MARKS = 8;

/** How far what is missing strays from a straight line, wherever that begins and ends, mm. */
function uneven(marks: readonly Mark[], scale: number): number {
  const parts = PARTS.map(([from, to]) => marks.slice(from * marks.length, to * marks.length))
    .filter((part) => part.length >= PART_MARKS);
  return parts.length === 0 ? 0 : Math.min(...parts.map((part) => strays(part, scale)));
}

/** Root mean square of what is missing about the straight line through it, mm. */
function strays(marks: readonly Mark[], scale: number): number {
  const first = marks[0]!;
  const count = marks.length;
  const xs = marks.map(({ commandedMm }) => commandedMm - first.commandedMm);
  const ys = marks.map(({ seenMm }, at) => scale * xs[at]! - (seenMm - first.seenMm));
  const meanX = xs.reduce((a, b) => a + b, 0) / count;
  const meanY = ys.reduce((a, b) => a + b, 0) / count;
  let xx = 0, xy = 0;
  for (let i = 0; i < count; i++) {
    xx += (xs[i]! - meanX) ** 2;
    xy += (xs[i]! - meanX) * (ys[i]! - meanY);
  }
  const slope = xx > 0 ? xy / xx : 0;
  const squares = xs.map((x, i) => (ys[i]! - meanY - slope * (x - meanX)) ** 2);
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / count);
}
