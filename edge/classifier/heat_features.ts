import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { Features } from "./classify.ts";

/** The first part of an event tells how it began; the last part what it came to, s. */
const EARLY_S = 12;
const LATE_S = 10;
const BEFORE_S = 20;
/** There is a late part once the event is older than this, s. */
const LATE_FROM_S = 26;

interface Mean {
  drive: number;
  loss: number;
  duty: number;
  /** Whether the duty is told. */
  known: boolean;
  measuredC: number;
  errorK: number;
  power: number;
}

function meanOf(part: readonly HeaterResidual[], powerKPerS: number): Mean | null {
  const seconds = part.reduce((sum, residual) => sum + residual.dtS, 0);
  if (part.length === 0 || seconds <= 0) return null;
  const over = (value: (residual: HeaterResidual) => number) =>
    part.reduce((sum, residual) => sum + value(residual) * residual.dtS, 0) / seconds;
  return {
    drive: part.reduce((sum, r) => sum + addedK(r), 0) / seconds,
    loss: Math.max(0.02, over((r) => r.lossKPerS)),
    duty: over((r) => r.duty ?? 0),
    known: part.every((r) => r.duty !== null),
    measuredC: over((r) => r.measuredC),
    errorK: over((r) => r.measuredC - (r.targetC ?? r.measuredC)),
    power: powerKPerS * over((r) => r.duty ?? 0),
  };
}

/**
 * What an irregularity of a heater looks like in numbers. Shares are of the heat that should be
 * lost; positive means heat that nothing supplied.
 *
 * @param recent residuals, oldest first, from before the onset to now
 * @param onsetS when it began
 */
export function heatFeatures(
  recent: readonly HeaterResidual[],
  onsetS: number,
  powerKPerS: number,
): Features {
  const now = recent.at(-1);
  if (!now) return {};
  const since = recent.filter((r) => r.eventTimeS > onsetS);
  const early = since.filter((r) => r.eventTimeS <= onsetS + EARLY_S);
  const late = since.filter((r) => r.eventTimeS > now.eventTimeS - LATE_S);
  const before = recent.filter((r) => r.eventTimeS <= onsetS && r.eventTimeS > onsetS - BEFORE_S);
  const features: Record<string, number> = { ageS: now.eventTimeS - onsetS };
  const was = meanOf(before, powerKPerS), began = meanOf(early, powerKPerS);
  const is = meanOf(late, powerKPerS);
  if (began) addEarly(features, began, early, was);
  if (is) addLate(features, is, was, now.eventTimeS - onsetS);
  addSurroundings(features, early, now, onsetS);
  addReading(features, since, powerKPerS);
  const usualK = roughK(recent.filter((r) => r.eventTimeS <= onsetS));
  const nowK = roughK(since);
  if (usualK !== null && nowK !== null) features.rough = nowK / Math.max(ROUGH_LEAST_K, usualK);
  const back = since.length > 0 ? backShare(since, Math.max(ROUGH_LEAST_K, usualK ?? 0)) : null;
  if (back !== null) features.backShare = back;
  return features;
}

/** Unexplained heat that one reading added, K: it is small where the account barely moved. */
function addedK(residual: HeaterResidual): number {
  return residual.accounts[0]!.addedK;
}

/** Readings of a block that moves as fast as it can may be off by so much, K. */
const LEAP_NOISE_K = 0.8;
/** A peak lasts so long, s: one reading alone is mostly noise. */
const PEAK_S = 3;

/** The largest unexplained heating over a few seconds, either way, as a share of the loss. */
function peakShare(part: readonly HeaterResidual[]): number {
  let peak = 0, from = 0, heatK = 0, seconds = 0;
  part.forEach((residual) => {
    heatK += addedK(residual);
    seconds += residual.dtS;
    while (seconds - part[from]!.dtS >= PEAK_S) {
      heatK -= addedK(part[from]!);
      seconds -= part[from]!.dtS;
      from++;
    }
    if (seconds < PEAK_S * 0.8) return;
    const share = heatK / seconds / Math.max(0.02, residual.lossKPerS);
    if (Math.abs(share) > Math.abs(peak)) peak = share;
  });
  return peak;
}

function addEarly(
  features: Record<string, number>,
  began: Mean,
  early: readonly HeaterResidual[],
  was: Mean | null,
): void {
  features.earlyShare = began.drive / began.loss;
  features.peakShare = peakShare(early);
  if (!was) return;
  const seconds = early.reduce((sum, residual) => sum + residual.dtS, 0);
  const swingK = Math.max(...early.map((r) => Math.abs(r.measuredC - was.measuredC)));
  const noiseK = Math.max(0.15, 2 * early[0]!.innovationSpreadK);
  // Heat that moved although the reading hardly did: a controller reacts to what it reads.
  features.rigidity = (Math.abs(began.drive) * seconds) / Math.max(swingK, noiseK);
  features.swingK = swingK;
  // How far the heat moved from where it stood just before: what was always wrong isn't sudden.
  features.suddenShare = features.peakShare! - was.drive / was.loss;
  if (!began.known || !was.known) return;
  features.dutyChange = began.duty - was.duty;
  features.dutyPerK = dutyPerK(early, was, began.drive < 0 ? 1 : -1);
}

/** A duty is taken over so long, s, and a reading that moved less than this asked for nothing, K. */
const ANSWER_S = 3;
const ASKED_LEAST_K = 0.15;

/**
 * How much the duty changed for each kelvin by which the reading had moved, or was off its set point, by
 * then. A draught cools the reading first and the controller answers it, by as much as its gains allow,
 * however long it lasts; who heats a block behind an invented reading changes the duty though nothing
 * asked for it.
 *
 * @param asks 1 where a fall of the reading asks for the change, −1 where a rise does
 */
function dutyPerK(early: readonly HeaterResidual[], was: Mean, asks: 1 | -1): number {
  let most = -Infinity, perK = 0, askedK = 0, from = 0, sum = 0;
  early.forEach(({ duty, measuredC, targetC, eventTimeS }, i) => {
    sum += duty!;
    while (early[from]!.eventTimeS <= eventTimeS - ANSWER_S) sum -= early[from++]!.duty!;
    const movedK = asks * (was.measuredC - measuredC);
    askedK = Math.max(askedK, movedK, asks * ((targetC ?? measuredC) - measuredC));
    const change = asks * (sum / (i + 1 - from) - was.duty);
    if (change <= most) return;
    most = change;
    perK = change / Math.max(ASKED_LEAST_K, askedK);
  });
  return perK;
}

function addLate(
  features: Record<string, number>,
  is: Mean,
  was: Mean | null,
  ageS: number,
): void {
  features.errorK = is.errorK;
  if (is.power > 0.05) features.heaterShare = is.drive / is.power;
  if (is.known) features.dutyNow = is.duty;
  if (ageS >= LATE_FROM_S) features.lateShare = is.drive / is.loss;
  if (was) features.movedK = is.measuredC - was.measuredC;
}

/** Fewer readings than this say nothing of their noise; and noise that any sensor has, K. */
const ROUGH_READINGS = 4;
const ROUGH_LEAST_K = 0.1;

/** How far readings are from the line through their neighbours, in the mean, K. */
function roughK(part: readonly HeaterResidual[]): number | null {
  if (part.length < ROUGH_READINGS) return null;
  let sum = 0;
  for (let i = 1; i + 1 < part.length; i++) {
    const before = part[i - 1]!, after = part[i + 1]!, now = part[i]!;
    const seconds = after.eventTimeS - before.eventTimeS;
    const share = seconds > 0 ? (now.eventTimeS - before.eventTimeS) / seconds : 0.5;
    const line = before.measuredC + share * (after.measuredC - before.measuredC);
    sum += Math.abs(now.measuredC - line);
  }
  return sum / (part.length - 2);
}

/** The reading's slope is taken over so long, s. */
const SLOPE_S = 3;
/** From here on a heater gives all it has: what falls all the same gets no heat. */
const FULL_DUTY = 0.95;

/** How the reading itself moved: a block climbs and falls steadily, and never faster than it can. */
function addReading(
  features: Record<string, number>,
  since: readonly HeaterResidual[],
  powerKPerS: number,
): void {
  const now = since.at(-1);
  if (!now || since.length < 2) return;
  const part = since.filter((r) => r.eventTimeS >= now.eventTimeS - SLOPE_S);
  const first = part.length > 1 ? part[0]! : since.at(-2)!;
  const seconds = now.eventTimeS - first.eventTimeS;
  if (seconds > 0) features.slopeKPerS = (now.measuredC - first.measuredC) / seconds;
  const full = [first, ...part].every(({ duty }) => duty !== null && duty >= FULL_DUTY);
  if (full && seconds > 0) features.fullFallKPerS = Math.max(0, -features.slopeKPerS!);
  let leap = 0, fall = 0;
  for (let i = 1; i < since.length; i++) {
    const { measuredC, dtS, lossKPerS } = since[i]!;
    const fallK = since[i - 1]!.measuredC - measuredC - LEAP_NOISE_K;
    fall = Math.max(fall, fallK / Math.max(0.02, lossKPerS * dtS));
    const mostK = Math.max(0.2, powerKPerS) * Math.max(0.5, dtS) + LEAP_NOISE_K;
    leap = Math.max(leap, Math.abs(measuredC - since[i - 1]!.measuredC) / mostK);
  }
  features.leap = leap;
  // A block without any heat falls as fast as it loses heat, and no faster.
  features.fallPerLoss = fall;
}

/** A way of fewer steps, or as short as this, K, says nothing of how straight it was. */
const WAY_STEPS = 2, WAY_LEAST_K = 1;
/** A step back of so many times the usual roughness is the sensor's own. */
const BACK_USUAL = 4;

/**
 * How far the readings came back at most on their way since they turned, as a share of that way: a
 * block that is driven, or cut off, goes straight; a noisy reading goes there and back.
 */
function backShare(since: readonly HeaterResidual[], usualK: number): number | null {
  const readings = since.map(({ measuredC }) => measuredC);
  const now = readings.at(-1)!;
  const low = Math.min(...readings), high = Math.max(...readings);
  const climbs = now - low >= high - now;
  const part = readings.slice(readings.lastIndexOf(climbs ? low : high));
  let furthestK = 0, backK = 0;
  for (const reading of part) {
    const wayK = Math.abs(reading - part[0]!);
    furthestK = Math.max(furthestK, wayK);
    backK = Math.max(backK, furthestK - wayK);
  }
  if (part.length <= WAY_STEPS || furthestK < WAY_LEAST_K) return null;
  return Math.max(0, backK - BACK_USUAL * usualK) / furthestK;
}

function addSurroundings(
  features: Record<string, number>,
  early: readonly HeaterResidual[],
  now: HeaterResidual,
  onsetS: number,
): void {
  const fanShare = Math.max(0, ...early.map((r) => r.fanShare));
  const flowShare = Math.max(0, ...early.map((r) => r.flowShare));
  features.fanShare = fanShare;
  features.flowShare = flowShare;
  features.fan = now.fan;
  const share = features.earlyShare ?? 0;
  if (fanShare > 0.03) features.fanMatch = share / fanShare;
  if (flowShare > 0.03) features.flowMatch = share / flowShare;
  features.reach = share - fanShare - flowShare;
  // No stopped fan and no missing filament spares more than its own share of the loss.
  features.beyond = (features.peakShare ?? 0) - fanShare - flowShare;
  features.overAmbientK = now.overAmbientK;
  features.ageS = now.eventTimeS - onsetS;
}
