import { learnOnLeash } from "./anchor.ts";
import { airOf, stillShape } from "./block.ts";
import {
  balanceVariance,
  type BalanceWindow,
  calibrated,
  learnWindow,
  spreadOf,
} from "./calibration.ts";
import type { HeaterResidual, HeaterTwin } from "./heater_twin.ts";
import type { HeaterName } from "./parameters.ts";

/** Length of one window of the heat balance, s: a bed's switch takes its time. */
const WINDOW_S: Record<HeaterName, number> = { hotend: 8, bed: 40 };
/** Windows that wait before they teach: an irregularity throws them away. */
const QUEUE_WINDOWS: Record<HeaterName, number> = { hotend: 6, bed: 2 };
/** A twin is trusted after this many windows of a heater that holds its temperature, if it fits. */
const TRUSTED_WINDOWS: Record<HeaterName, number> = { hotend: 10, bed: 5 };
/** Holding means that the block's slope is under this share of what full power gives. */
const HOLDING_SHARE = 0.05;
const MISFIT_MAX: Record<HeaterName, number> = { hotend: 3, bed: 8 };
/** What one block gets wrong, as a share of the heat that flows. */
const FLOW_SHARE = 0.04;
/** How well power and loss must be known, as a share of them. */
const POWER_SPREAD_MAX = 0.12;
const BALANCE_SPREAD_MAX = 0.12;
/** The sensor's slope is smoothed over so long, s. */
const SLOPE_S = 2;
/** A block is ahead of its sensor by the slope over the lag; so much of that is unsure. */
const LAG_SHARE = 0.5;
/** Parameters that a real heater can have; outside of them the model is no model of this heater. */
const CREDIBLE: Record<HeaterName, { powerKPerS: [number, number]; lossPerS: [number, number] }> = {
  hotend: { powerKPerS: [1, 11], lossPerS: [0.0015, 0.05] },
  bed: { powerKPerS: [0.05, 3], lossPerS: [0.0002, 0.02] },
};

interface OpenWindow {
  startC: number;
  startSlopeKPerS: number;
  seconds: number;
  duty: number;
  dutyOverAmbientK: number;
  stillOverAmbientK: number;
  fanOverAmbientK: number;
  flowOverAmbientK: number;
  unsureKPerS: number;
  samples: number;
}

/** Collects windows judged normal and teaches them late, so that an event never teaches itself. */
export interface Learner {
  /** How fast the sensor moves, smoothed, K/s, and where it was. */
  slopeKPerS: number;
  lastC: number | null;
  open: OpenWindow | null;
  queue: BalanceWindow[];
  /** Once true, it stays: a misfit from then on is an irregularity, not a reason to distrust. */
  trusted: boolean;
  /** Windows with the heater on and holding. */
  taught: number;
}

/** A learner that has seen nothing; `trusted` when the twin goes on from an approved profile. */
export function initLearner(trusted: boolean): Learner {
  return { slopeKPerS: 0, lastC: null, open: null, queue: [], trusted, taught: 0 };
}

/** Forgets what waits: called while an irregularity is suspected. */
export function dropSuspect(learner: Learner): void {
  learner.open = null;
  learner.queue = [];
}

/** Takes a residual judged normal. Mutates learner and twin. */
export function learn(
  learner: Learner,
  twin: HeaterTwin,
  heater: HeaterName,
  residual: HeaterResidual,
): void {
  followSlope(learner, twin.fast.sensorC, residual.dtS);
  if (residual.duty === null || residual.overAmbientK < 15) return dropOpen(learner);
  const sensorC = twin.fast.sensorC;
  if (!learner.open) {
    learner.open = openWindow(sensorC, learner.slopeKPerS);
    return;
  }
  const { open } = learner;
  addResidual(open, residual, twin.parameters.curve);
  if (open.seconds < WINDOW_S[heater]) return;
  learner.queue.push(closeWindow(open, sensorC, learner.slopeKPerS, twin));
  learner.open = openWindow(sensorC, learner.slopeKPerS);
  if (learner.queue.length <= QUEUE_WINDOWS[heater] && learner.trusted) return;
  teach(learner, twin, heater, learner.queue.shift()!);
}

function dropOpen(learner: Learner): void {
  learner.open = null;
}

/** Follows how fast the sensor moves. */
function followSlope(learner: Learner, sensorC: number, dtS: number): void {
  const slope = learner.lastC === null ? 0 : (sensorC - learner.lastC) / Math.max(0.1, dtS);
  const share = learner.lastC === null ? 1 : 1 - Math.exp(-dtS / SLOPE_S);
  learner.slopeKPerS += (slope - learner.slopeKPerS) * share;
  learner.lastC = sensorC;
}

function openWindow(startC: number, startSlopeKPerS: number): OpenWindow {
  const zero = {
    duty: 0,
    dutyOverAmbientK: 0,
    stillOverAmbientK: 0,
    fanOverAmbientK: 0,
    flowOverAmbientK: 0,
    unsureKPerS: 0,
  };
  return { startC, startSlopeKPerS, seconds: 0, samples: 0, ...zero };
}

function addResidual(open: OpenWindow, residual: HeaterResidual, curve: number): void {
  const { dtS, overAmbientK } = residual;
  open.seconds += dtS;
  open.samples++;
  open.duty += residual.duty! * dtS;
  open.dutyOverAmbientK += residual.duty! * overAmbientK * dtS;
  open.stillOverAmbientK += stillShape(curve, overAmbientK) * overAmbientK * dtS;
  open.fanOverAmbientK += airOf(residual.fan) * overAmbientK * dtS;
  open.unsureKPerS += residual.unsureKPerS * dtS;
  open.flowOverAmbientK += residual.flowMmPerS * overAmbientK * dtS;
}

function closeWindow(
  open: OpenWindow,
  endC: number,
  endSlopeKPerS: number,
  twin: HeaterTwin,
): BalanceWindow {
  const { seconds } = open;
  // While its slope stays the same a block is always as far ahead of its sensor.
  const aheadK = (endSlopeKPerS - open.startSlopeKPerS) / twin.parameters.lagPerS;
  const readings = 2 * (twin.readingK / seconds) ** 2;
  const duties = (twin.parameters.powerKPerS * twin.dutyNoise) ** 2 / open.samples;
  const flows = FLOW_SHARE * (twin.parameters.powerKPerS * open.duty) / seconds;
  const slopeKPerS = (endC - open.startC + aheadK) / seconds;
  const lag = LAG_SHARE * aheadK / seconds;
  return {
    slopeKPerS,
    slopeVariance: readings + duties + flows ** 2 + lag ** 2 + (open.unsureKPerS / seconds) ** 2,
    duty: open.duty / seconds,
    dutyOverAmbientK: open.dutyOverAmbientK / seconds,
    stillOverAmbientK: open.stillOverAmbientK / seconds,
    fanOverAmbientK: open.fanOverAmbientK / seconds,
    flowOverAmbientK: open.flowOverAmbientK / seconds,
  };
}

function teach(learner: Learner, twin: HeaterTwin, heater: HeaterName, window: BalanceWindow) {
  const { calibration, prior } = twin;
  const teachOne = () => learnWindow(calibration, prior, window);
  if (heater === "hotend") learnOnLeash(calibration, prior, teachOne);
  else teachOne();
  twin.parameters = calibrated(twin.calibration, twin.prior, twin.parameters);
  const holds = Math.abs(window.slopeKPerS) < HOLDING_SHARE * twin.parameters.powerKPerS;
  if (window.duty > 0.02 && holds) learner.taught++;
  learner.trusted ||= learner.taught >= TRUSTED_WINDOWS[heater] && credible(twin, heater, window);
}

/** Whether the learnt model fits what it learnt from and could belong to a real heater. */
function credible(twin: HeaterTwin, heater: HeaterName, window: BalanceWindow): boolean {
  const { powerKPerS, lossPerS, fanLossPerS } = twin.parameters;
  const range = CREDIBLE[heater];
  const within = (value: number, [low, high]: [number, number]) => value >= low && value <= high;
  const { calibration, prior } = twin;
  const powerSpread = spreadOf(calibration, prior, "powerKPerS");
  const balanceSpread = Math.sqrt(balanceVariance(calibration, prior, window));
  return calibration.misfit < MISFIT_MAX[heater] && powerSpread < POWER_SPREAD_MAX * powerKPerS &&
    balanceSpread < BALANCE_SPREAD_MAX * powerKPerS * Math.max(0.1, window.duty) &&
    within(powerKPerS, range.powerKPerS) && within(lossPerS + fanLossPerS, range.lossPerS);
}
