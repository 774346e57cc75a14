/**
 * The duty that the firmware reports of a heater against the duty that was measured at the heater's
 * gate. A report is one instant, a measurement the mean since the one before: they are compared only
 * where the measurements around the report say one and the same.
 */
export interface GateDuty {
  /** Measured at the gate: [time, duty], oldest first. */
  gates: [number, number][];
  /** Reported and not yet compared: [time, duty]. */
  reports: [number, number][];
  /** What was compared: [time, measured less reported, measured, reported]. */
  compared: [number, number, number, number][];
  /** How far an instant's duty is from a steady gate's mean while neither is on nor off. */
  usualOff: number;
  /** The latest reported duties. */
  told: number[];
  seen: number;
  /** Since when reports have been contradicted, s; null: they aren't. */
  againstSinceS: number | null;
  /** Since when the gate has been on without a pause, s. */
  onSinceS: number | null;
  /** When nothing was asked of the heater any more, s; null: something is. */
  offSinceS: number | null;
  /** The last report: time and °C. */
  reportedAtS: number;
  reportedC: number;
  /** Since when the reading has been near the set point, s; null: it isn't. */
  nearSinceS: number | null;
  /** The longest time that this heater is full on while it holds its set point, s. */
  habitS: number;
  /** What a thermometer shows: [time, °C], to see whether the heat follows the gate. */
  heats: [number, number][];
}

export interface GateAlarm {
  /** Measured and reported duty, 0–1; null where the firmware reports none. */
  gate: number;
  reported: number | null;
  /** How far the heat has moved since the way that the gate says, K; null: no thermometer tells. */
  followsK: number | null;
  overTargetK: number;
  sinceS: number;
  score: number;
}

const KEEP_S = 15;
const HEATS_S = 45;
/** An older report says nothing of now, s. */
const STALE_S = 6;
/** Measurements within this of a report are the ones that it is held against, s. */
const AROUND_S = 0.55;
/** Measurements that differ by more than this say that the duty is changing. */
const STEADY = 0.06;
/** A difference that no rounding or noise makes. */
const DIFFERS = 0.2;
/** A gate that is full on. */
const FULL = 0.97;
/** Full on and over the set point for so long: no controller does that, s and K. */
const FULL_S = 2;
const OVER_K = 2.5;
/** Full on and near the set point for so long, or so many times as long as it is wont to, s and K. */
const HOLDS_FULL_S = 1.5;
const HOLDS_TIMES = 2.5;
const NEAR_K = 2.5;
/** Near the set point for so long is holding it, s; only then habits are learnt. */
const HOLDING_S = 20;
/** No habit is learnt beyond this, s. */
const HABIT_MAX_S = 6;
/** A heater that is off doesn't get more than this. */
const OFF_DUTY = 0.06;
/** So many reports must contradict within so long, s; a full gate needs one. */
const CONTRADICTIONS = 2;
/** A gate that is neither on nor off has instants that differ: how many times their usual size. */
const UNUSUAL = 4;
const OFF = 0.03;
/** So many reports within this of each other say that the duty is quiet. */
const QUIET_REPORTS = 4, QUIET = 0.15;
/** Comparisons that teach what is usual, and the memory of that. */
const USUAL_COUNT = 60;
const WITHIN_S = 10;

/** @param habitS from the printer's profile */
export function initGateDuty(habitS = 0): GateDuty {
  return {
    gates: [],
    reports: [],
    compared: [],
    usualOff: 0,
    told: [],
    seen: 0,
    againstSinceS: null,
    onSinceS: null,
    offSinceS: null,
    reportedAtS: -1e9,
    reportedC: 0,
    nearSinceS: null,
    habitS,
    heats: [],
  };
}

/** Takes a temperature report, with its duty where it has one. Mutates the state. */
export function noteReportedDuty(
  state: GateDuty,
  eventTimeS: number,
  measuredC: number,
  duty: number | null,
  targetC: number | null,
): void {
  const near = targetC !== null && targetC > 0 && Math.abs(measuredC - targetC) < NEAR_K;
  if (!near) state.nearSinceS = null;
  else state.nearSinceS ??= eventTimeS;
  if (duty !== null) state.reports.push([eventTimeS, duty]);
  state.reportedAtS = eventTimeS;
  state.reportedC = measuredC;
  drop(state.reports, eventTimeS - KEEP_S);
}

/** Takes what a thermometer on the heater shows. Mutates the state. */
export function noteHeat(state: GateDuty, eventTimeS: number, measuredC: number): void {
  state.heats.push([eventTimeS, measuredC]);
  drop(state.heats, eventTimeS - HEATS_S);
}

/** Forgets what was compared, as when the firmware tunes the heater itself. Mutates the state. */
export function restGateDuty(state: GateDuty): void {
  Object.assign(state, initGateDuty(state.habitS));
}

/** Takes a measurement; returns the alarm that stands, or null. Mutates the state. */
export function stepGateDuty(
  state: GateDuty,
  eventTimeS: number,
  duty: number,
  targetC: number | null,
): GateAlarm | null {
  state.gates.push([eventTimeS, duty]);
  drop(state.gates, eventTimeS - KEEP_S);
  drop(state.compared, eventTimeS - WITHIN_S);
  if (targetC !== 0) state.offSinceS = null;
  else state.offSinceS ??= eventTimeS;
  if (duty < FULL) endFull(state, eventTimeS);
  else state.onSinceS ??= eventTimeS;
  while (state.reports.length > 0 && state.reports[0]![0] + AROUND_S < eventTimeS) {
    compare(state, state.reports.shift()!);
  }
  return contradiction(state) ?? unasked(state, eventTimeS, duty, targetC);
}

/** A full gate that went off again by itself is this heater's habit, if it held its set point. */
function endFull(state: GateDuty, eventTimeS: number): void {
  const { onSinceS, nearSinceS } = state;
  state.onSinceS = null;
  if (onSinceS === null || nearSinceS === null || onSinceS - nearSinceS < HOLDING_S) return;
  state.habitS = Math.max(state.habitS, Math.min(HABIT_MAX_S, eventTimeS - onSinceS));
}

function drop(list: [number, ...number[]][], beforeS: number): void {
  while (list.length > 0 && list[0]![0] < beforeS) list.shift();
}

function compare(state: GateDuty, [atS, reported]: [number, number]): void {
  state.told = [...state.told, reported].slice(-QUIET_REPORTS);
  const around = state.gates.filter(([gateS]) => Math.abs(gateS - atS) <= 2 * AROUND_S)
    .map(([, duty]) => duty);
  if (around.length < 3 || Math.max(...around) - Math.min(...around) > STEADY) return;
  const gate = around.reduce((sum, duty) => sum + duty, 0) / around.length;
  const off = Math.abs(gate - reported);
  const between = gate > OFF && gate < FULL;
  if (between) {
    state.usualOff += (Math.min(off, DIFFERS) - state.usualOff) /
      Math.min(USUAL_COUNT, ++state.seen);
  }
  // In a loop that noise shakes any instant may be reported of any mean.
  const shaken = state.told.length < QUIET_REPORTS ||
    Math.max(...state.told) - Math.min(...state.told) > QUIET;
  if (between && (shaken || off < UNUSUAL * state.usualOff)) return;
  state.compared.push([atS, gate - reported, gate, reported]);
}

function contradiction(state: GateDuty): GateAlarm | null {
  const against = state.compared.filter(([, off]) => Math.abs(off) > DIFFERS);
  const last = against.at(-1);
  state.againstSinceS = last ? state.againstSinceS ?? last[0] : null;
  if (!last) return null;
  const same = against.filter(([, off]) => Math.sign(off) === Math.sign(last[1]));
  const enough = last[2] >= FULL ? 1 : CONTRADICTIONS;
  if (same.length < enough) return null;
  const [, , gate, reported] = last;
  const sinceS = state.againstSinceS ?? last[0];
  const score = same.length / enough;
  const followsK = follows(state, sinceS, gate > reported ? 1 : -1);
  return { gate, reported, followsK, overTargetK: 0, sinceS, score };
}

/** Power that no set point asks for: the firmware needn't say a word for that to be seen. */
function unasked(
  state: GateDuty,
  eventTimeS: number,
  duty: number,
  targetC: number | null,
): GateAlarm | null {
  const { onSinceS, offSinceS, reportedAtS, reportedC, nearSinceS } = state;
  if (targetC === null || eventTimeS - reportedAtS > STALE_S) return null;
  const overTargetK = reportedC - targetC;
  // The measurement in which the heater is switched off still has some of its power.
  const since = state.gates.filter(([atS]) => offSinceS !== null && atS > offSinceS).slice(-6);
  const off = since.length === 6 && since.every((gate) => gate[1] > OFF_DUTY);
  const fullS = onSinceS === null || targetC <= 0 ? 0 : eventTimeS - onSinceS;
  const full = fullS >= FULL_S && overTargetK > OVER_K;
  // Only a report since then says that the reading hadn't left its set point first.
  const still = onSinceS !== null && reportedAtS >= onSinceS && nearSinceS !== null;
  const holds = still && onSinceS - nearSinceS >= HOLDING_S;
  const holding = holds && fullS >= Math.max(HOLDS_FULL_S, HOLDS_TIMES * state.habitS);
  if (!off && !full && !holding) return null;
  const sinceS = onSinceS ?? state.gates.at(-6)![0];
  const followsK = follows(state, sinceS, 1);
  return { gate: duty, reported: null, followsK, overTargetK, sinceS, score: 1 };
}

/** How far the heat has moved the way that the gate says, K; null where no thermometer tells. */
function follows({ heats }: GateDuty, sinceS: number, way: 1 | -1): number | null {
  const before = heats.filter(([atS]) => atS <= sinceS - 0.5 && atS > sinceS - 5);
  const now = heats.slice(-2);
  if (before.length < 2 || now.length < 2) return null;
  const mean = (part: [number, number][]) => part.reduce((sum, [, c]) => sum + c, 0) / part.length;
  return way * (mean(now) - mean(before));
}
