import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { ThermalParameters } from "../twin/thermal/parameters.ts";

/** The change of a reading is held against its budget over each of these, s. */
const SPANS_S = [2, 3, 6, 10, 16, 24];
const KEEP_S = 32;
/** The duty's mean is what it was before: over so long, s. */
const MEAN_S = 40;
const HELD_S = 30;
const NEAR_K = 3;
/**
 * How fast the surroundings can change what a block loses, as a share of the heat that holds it: a
 * fan that stops or a flow that ends spares at most half, a fan that starts at most doubles it.
 */
const SPARED_SHARE = 0.45;
const TAKEN_SHARE = 0.9;
/** What power and lag may be wrong by, as a share of the heat that the duty's change made. */
const POWER_SHARE = 0.2;
/** The same where the twin isn't known to fit, and what power is believed then, K/s. */
const UNKNOWN_POWER_SHARE = 0.7;
const BELIEVED_KPERS: readonly [number, number] = [2.5, 5];
/** And what is left for noise, K, with so much of how far two readings in a row are apart. */
const LEAST_K = 1.2;
const NOISE_SHARE = 3;
const NOISE_SAMPLES = 20;
/**
 * A heater near full duty gains, whatever surrounds it, unless it needed most of its power before; one
 * whose reading goes on falling all the same for so long isn't driven, s.
 */
const FULL_DUTY = 0.9;
const NEEDS_MORE = 1.6;
const FALLS_S = 8;
const FALLEN_K = 4;
const FALL_OVER_S = 4;
const FALL_K = 0.4;
/**
 * A sensor lags its block, by as much as is known or less, so what surroundings change shows late; but for
 * what was under way already, which the reading of so long before tells, s.
 */
const LAG_MOST = 1.5;
const BEFORE_S = 6;
/**
 * Noise that has just begun isn't in its mean yet: so many readings off the line through the two before
 * them tell it too. White noise strays from it by 1.5 of its steps at the median; a leap touches two.
 */
const ROUGH_READINGS = 5;
const ROUGH_SHARE = 0.68;
/** Readings in a row that must be over the budget. */
const ROWS = 3;

interface Row {
  eventTimeS: number;
  dtS: number;
  measuredC: number;
  duty: number;
  meanDuty: number;
}

/** Readings and duties of late, and how long the heater has held its target. */
export interface HeatBudget {
  rows: Row[];
  meanDuty: number | null;
  heldS: number;
  noiseK: number;
  /** Readings in a row over the budget; below zero where the reading fell. */
  over: number;
  /** How long the reading has fallen at full duty, s. */
  fallsS: number;
}

export interface BudgetAlarm {
  score: number;
  onsetS: number;
  /** How far the reading moved beyond what its duty explains, K. */
  movedK: number;
}

export function initHeatBudget(): HeatBudget {
  return { rows: [], meanDuty: null, heldS: 0, noiseK: 0.2, over: 0, fallsS: 0 };
}

/**
 * Whether the reading moved further than the duty and the worst that surroundings can do explain.
 * For sources that tell neither fan nor flow; where both are known the twin is sharper. Mutates.
 */
export function stepHeatBudget(
  state: HeatBudget,
  residual: HeaterResidual,
  parameters: ThermalParameters,
  trusted: boolean,
): BudgetAlarm | null {
  const { duty, unsureKPerS, targetC, measuredC, eventTimeS, dtS } = residual;
  if (duty === null || unsureKPerS === 0 || targetC === null || targetC === 0) {
    Object.assign(state, initHeatBudget());
    return null;
  }
  follow(state, residual, duty, targetC);
  state.rows.push({ eventTimeS, dtS, measuredC, duty, meanDuty: state.meanDuty ?? duty });
  while (eventTimeS - state.rows[0]!.eventTimeS > KEEP_S) state.rows.shift();
  if (state.heldS < HELD_S) return null;
  const undriven = fallsAtFullDuty(state, targetC);
  if (undriven) return undriven;
  const [low, high] = BELIEVED_KPERS;
  const powerKPerS = trusted
    ? parameters.powerKPerS
    : Math.min(high, Math.max(low, parameters.powerKPerS));
  const unsure = trusted ? POWER_SHARE : UNKNOWN_POWER_SHARE;
  const model = { ...parameters, powerKPerS, unsure };
  const worst = SPANS_S.map((spanS) => judge(state, model, spanS))
    .reduce((a, b) => Math.abs(a.score) >= Math.abs(b.score) ? a : b);
  const sign = Math.sign(worst.score);
  const goesOn = Math.abs(worst.score) >= 1;
  state.over = !goesOn ? 0 : Math.sign(state.over) === sign ? state.over + sign : sign;
  if (Math.abs(state.over) < ROWS) return null;
  return { score: Math.abs(worst.score), onsetS: worst.sinceS, movedK: worst.movedK };
}

/** A new target starts everything anew; the mean stands still while the reading is elsewhere. */
function follow(state: HeatBudget, residual: HeaterResidual, duty: number, targetC: number): void {
  const { measuredC, dtS, approaching } = residual;
  const last = state.rows.at(-1);
  const near = Math.abs(measuredC - targetC) < NEAR_K;
  const step = last ? Math.abs(measuredC - last.measuredC) : 0;
  state.noiseK += (Math.min(step, 4) - state.noiseK) / NOISE_SAMPLES;
  if (approaching || (state.heldS < HELD_S && !near)) {
    state.heldS = 0;
    state.meanDuty = null;
    return;
  }
  if (!near) return;
  state.heldS += dtS;
  state.meanDuty ??= duty;
  state.meanDuty += (duty - state.meanDuty) * (1 - Math.exp(-dtS / MEAN_S));
}

function fallsAtFullDuty(state: HeatBudget, targetC: number): BudgetAlarm | null {
  const { rows, meanDuty } = state;
  const now = rows.at(-1)!;
  const before = rows.filter((row) => row.eventTimeS <= now.eventTimeS - FALL_OVER_S).slice(-3);
  const full = now.duty >= FULL_DUTY && (meanDuty ?? 1) * NEEDS_MORE < FULL_DUTY;
  const falls = before.length === 3 && middle(rows.slice(-3)) < middle(before) - FALL_K;
  state.fallsS = full && falls ? state.fallsS + now.dtS : 0;
  const movedK = now.measuredC - targetC;
  if (state.fallsS < FALLS_S || movedK > -FALLEN_K) return null;
  const onsetS = now.eventTimeS - state.fallsS;
  return { score: Math.min(10, state.fallsS / FALLS_S), onsetS, movedK };
}

/** How far the reading moved over a span beyond what its duty did, in budgets. */
function judge(
  { rows, noiseK: usualK }: HeatBudget,
  model: ThermalParameters & { unsure: number },
  spanS: number,
): { score: number; movedK: number; sinceS: number } {
  const noiseK = Math.max(usualK, ROUGH_SHARE * roughK(rows));
  const end = rows.at(-1)!;
  const from = indexAt(rows, end.eventTimeS - spanS);
  const start = rows[from]!;
  const before = indexAt(rows, start.eventTimeS - BEFORE_S);
  const seconds = end.eventTimeS - start.eventTimeS;
  const wentS = start.eventTimeS - rows[before]!.eventTimeS;
  const { drivenK, forcedK } = driven(rows, from, before, model);
  const toldK = readingAt(rows, rows.length - 1) - readingAt(rows, from);
  const wentK = readingAt(rows, from) - readingAt(rows, before);
  const score = (movedK: number, doubtK: number) => {
    const share = movedK > 0 ? SPARED_SHARE : TAKEN_SHARE;
    const rateKPerS = share * model.powerKPerS * start.meanDuty;
    const goesK = wentS > 0 ? Math.max(0, Math.sign(movedK) * wentK) * seconds / wentS : Infinity;
    const airK = Math.min(rateKPerS * seconds, goesK + rateKPerS * followsS(model, seconds));
    return movedK / (LEAST_K + NOISE_SHARE * noiseK + doubtK + airK);
  };
  const movedK = toldK - drivenK;
  const whole = score(movedK, model.unsure * forcedK);
  // Whatever the power is, a duty doesn't move a reading the other way.
  const against = Math.sign(toldK) !== Math.sign(drivenK) ? score(toldK, 0) : 0;
  const most = Math.abs(against) > Math.abs(whole) ? against : whole;
  return { score: most, movedK, sinceS: start.eventTimeS };
}

/** What the duty did to the reading over a span, K, and how much of that its power is to answer for. */
function driven(
  rows: readonly Row[],
  from: number,
  before: number,
  { powerKPerS, lossPerS, lagPerS }: ThermalParameters,
): { drivenK: number; forcedK: number } {
  const { meanDuty } = rows[from]!;
  let blockK = 0, sensorK = 0, startK = 0, forcedK = 0;
  for (let i = before + 1; i < rows.length; i++) {
    const { duty, dtS } = rows[i]!;
    const beyond = (duty + rows[i - 1]!.duty) / 2 - meanDuty;
    blockK += (powerKPerS * beyond - lossPerS * blockK) * dtS;
    sensorK += (1 - Math.exp(-lagPerS * dtS)) * (blockK - sensorK);
    if (i === from) startK = sensorK;
    if (i > from) forcedK += powerKPerS * Math.abs(beyond) * dtS;
  }
  return { drivenK: sensorK - startK, forcedK };
}

/** For how much of a span a change of the surroundings shows in a sensor that lags its block, s. */
function followsS({ lagPerS }: ThermalParameters, seconds: number): number {
  const fastest = LAG_MOST * lagPerS;
  return seconds - (1 - Math.exp(-fastest * seconds)) / fastest;
}

/** How far the last readings are from the lines through the two before them, at the median, K. */
function roughK(rows: readonly Row[]): number {
  const last = rows.slice(-ROUGH_READINGS - 2).map(({ measuredC }) => measuredC);
  if (last.length < ROUGH_READINGS + 2) return 0;
  const off = last.slice(2).map((c, i) => Math.abs(c - 2 * last[i + 1]! + last[i]!));
  return off.sort((a, b) => a - b)[off.length >> 1]!;
}

function indexAt(rows: readonly Row[], eventTimeS: number): number {
  return rows.findIndex((row) => row.eventTimeS >= eventTimeS - 0.01);
}

/** The reading at a row as the three up to it tell it, °C. */
function readingAt(rows: readonly Row[], at: number): number {
  return middle(rows.slice(Math.max(0, at - 2), at + 1));
}

/** The middle one of up to three readings: one that leapt alone is none. */
function middle(rows: readonly Row[]): number {
  const sorted = rows.map(({ measuredC }) => measuredC).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
