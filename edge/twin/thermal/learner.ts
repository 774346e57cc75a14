import { airOf, stillShape } from "./block.ts";
import { type BalanceWindow, calibrated, learnWindow, spreadOf } from "./calibration.ts";
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
const LOSS_SPREAD_MAX = 0.25;
/** Parameters that a real heater can have; outside of them the model is no model of this heater. */
const CREDIBLE: Record<HeaterName, { powerKPerS: [number, number]; lossPerS: [number, number] }> = {
  hotend: { powerKPerS: [1, 11], lossPerS: [0.0015, 0.05] },
  bed: { powerKPerS: [0.05, 3], lossPerS: [0.0002, 0.02] },
};

interface OpenWindow {
  startS: number;
  startC: number;
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
  open: OpenWindow | null;
  queue: BalanceWindow[];
  /** Once true, it stays: a misfit from then on is an irregularity, not a reason to distrust. */
  trusted: boolean;
  /** Windows with the heater on and holding. */
  taught: number;
}

/** A learner that has seen nothing; `trusted` when the twin goes on from an approved profile. */
export function initLearner(trusted: boolean): Learner {
  return { open: null, queue: [], trusted, taught: 0 };
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
  if (residual.duty === null || residual.overAmbientK < 15) return dropOpen(learner);
  const block = twin.fast.blockC;
  if (!learner.open) {
    learner.open = openWindow(residual.eventTimeS, block);
    return;
  }
  const { open } = learner;
  addResidual(open, residual, twin.parameters.curve);
  if (open.seconds < WINDOW_S[heater]) return;
  learner.queue.push(closeWindow(open, block, twin));
  learner.open = openWindow(residual.eventTimeS, block);
  if (learner.queue.length <= QUEUE_WINDOWS[heater] && learner.trusted) return;
  teach(learner, twin, heater, learner.queue.shift()!);
}

function dropOpen(learner: Learner): void {
  learner.open = null;
}

function openWindow(startS: number, startC: number): OpenWindow {
  const zero = {
    duty: 0,
    dutyOverAmbientK: 0,
    stillOverAmbientK: 0,
    fanOverAmbientK: 0,
    flowOverAmbientK: 0,
    unsureKPerS: 0,
  };
  return { startS, startC, seconds: 0, samples: 0, ...zero };
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

function closeWindow(open: OpenWindow, endC: number, twin: HeaterTwin): BalanceWindow {
  const { seconds } = open;
  const readings = 2 * (twin.readingK / seconds) ** 2;
  const duties = (twin.parameters.powerKPerS * twin.dutyNoise) ** 2 / open.samples;
  const flows = FLOW_SHARE * (twin.parameters.powerKPerS * open.duty) / seconds;
  const slopeKPerS = (endC - open.startC) / seconds;
  return {
    slopeKPerS,
    slopeVariance: readings + duties + flows ** 2 + (open.unsureKPerS / seconds) ** 2,
    duty: open.duty / seconds,
    dutyOverAmbientK: open.dutyOverAmbientK / seconds,
    stillOverAmbientK: open.stillOverAmbientK / seconds,
    fanOverAmbientK: open.fanOverAmbientK / seconds,
    flowOverAmbientK: open.flowOverAmbientK / seconds,
  };
}

function teach(learner: Learner, twin: HeaterTwin, heater: HeaterName, window: BalanceWindow) {
  learnWindow(twin.calibration, twin.prior, window);
  twin.parameters = calibrated(twin.calibration, twin.prior, twin.parameters);
  const holds = Math.abs(window.slopeKPerS) < HOLDING_SHARE * twin.parameters.powerKPerS;
  if (window.duty > 0.02 && holds) learner.taught++;
  learner.trusted ||= learner.taught >= TRUSTED_WINDOWS[heater] && credible(twin, heater);
}

/** Whether the learnt model fits what it learnt from and could belong to a real heater. */
function credible(twin: HeaterTwin, heater: HeaterName): boolean {
  const { powerKPerS, lossPerS } = twin.parameters;
  const range = CREDIBLE[heater];
  const within = (value: number, [low, high]: [number, number]) => value >= low && value <= high;
  const { calibration, prior } = twin;
  const powerSpread = spreadOf(calibration, prior, "powerKPerS");
  const lossSpread = spreadOf(calibration, prior, "lossPerS");
  return calibration.misfit < MISFIT_MAX[heater] && powerSpread < POWER_SPREAD_MAX * powerKPerS &&
    lossSpread < LOSS_SPREAD_MAX * lossPerS &&
    within(powerKPerS, range.powerKPerS) && within(lossPerS, range.lossPerS);
}
