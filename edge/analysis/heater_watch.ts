import type { EventName } from "../../shared/known_issue.ts";
import {
  HEAT_BOUNDS,
  type HeatAlarm,
  type HeatBalance,
  initHeatBalance,
  stepHeatBalance,
} from "../detector/heat_balance.ts";
import { evidenceOf, tells } from "../detector/duty_law.ts";
import {
  type BudgetAlarm,
  type HeatBudget,
  initHeatBudget,
  stepHeatBudget,
} from "../detector/heat_budget.ts";
import { initUntoldHeat, stepUntoldHeat, type UntoldHeat } from "../detector/untold_heat.ts";
import { type CutHeat, initCutHeat, stepCutHeat } from "../detector/cut_heat.ts";
import { type ForcedHeat, initForcedHeat, stepForcedHeat } from "../detector/forced_heat.ts";
import {
  initSensorCheck,
  interruptSensorCheck,
  replayedReadings,
  type SensorAlarm,
  type SensorCheck,
  type SensorHabits,
  stepSensorCheck,
} from "../detector/sensor_check.ts";
import { unsteadiness } from "../detector/sensor_noise.ts";
import {
  initResidualWindow,
  interruptWindow,
  type ResidualWindow,
  stepWindow,
} from "../detector/residual_window.ts";
import type { Calibration } from "../twin/thermal/calibration.ts";
import { followNormal } from "../twin/thermal/follow_normal.ts";
import {
  beatOf,
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  initHeaterTwin,
  stepHeaterTwin,
} from "../twin/thermal/heater_twin.ts";
import {
  followUsual,
  initPatternTest,
  type PatternAlarm,
  type PatternTest,
  stepPattern,
} from "../detector/pattern.ts";
import type { Network } from "../network/network.ts";
import { dropSuspect, initLearner, learn, type Learner } from "../twin/thermal/learner.ts";
import { HEATER_PRIORS, type HeaterName } from "../twin/thermal/parameters.ts";

/** Residuals kept as evidence and for features, s and at most so many. */
const KEEP_S = 150;
const KEEP_MAX = 320;
/** An event ends when nothing has alarmed for so long, s. */
const CALM_S = 14;
/** An odd pattern is told as a gain or loss of heat from this mean share on, over so long, s. */
const PATTERN_HEAT_S = 20;
const PATTERN_HEAT_SHARE = 0.05;
/** A swing that beats with the reports by more than this leaves the network nothing to see. */
const BEAT_MAX = 0.1;
/** From this share of an alarm on nothing is learnt: it may be the beginning of an event. */
const SUSPECT_SCORE = 0.6;
/** What ends an attack disturbs the heat once more; that belongs to it, s. */
const CALM_AFTER_THREAT_S = 90;

/** What a person approved of one heater: the learnt calibration and the air around it. */
export interface HeaterProfile {
  calibration: Calibration;
  ambientC: number;
  lagPerS: number;
  /** What the twin gets constantly wrong, as a share of the loss. */
  biasShare: number;
  /** How noisy the heat accounts are while all is well. */
  accounts: { noiseK2: number[]; seenS: number[] }[];
  /** How far the duty swings about its mean, as a share; absent: not known. */
  dutySwing?: number;
  sensor: SensorHabits;
}

export interface HeaterWatch {
  heater: HeaterName;
  twin: HeaterTwin;
  learner: Learner;
  balance: HeatBalance;
  forced: ForcedHeat;
  cut: CutHeat;
  untold: UntoldHeat;
  budget: HeatBudget;
  sensor: SensorCheck;
  window: ResidualWindow;
  pattern: PatternTest;
  recent: HeaterResidual[];
  event: HeaterEvent | null;
  /** What senses besides the report say at the moment; empty where there are none. */
  context: Record<string, number>;
}

/** One irregularity of a heater from its first alarm until calm returns. */
export interface HeaterEvent {
  name: EventName;
  onsetS: number;
  alarmS: number;
  lastAlarmS: number;
  score: number;
  /** It was called a threat. */
  threat: boolean;
  /** What the sensor's alarm measured, by feature. */
  extra: Record<string, number>;
}

/** What watches a heater's residuals: the sequential tests, the network, or both. */
export interface HeaterDetectors {
  tests: boolean;
  network: Network | null;
}

const TESTS_ALONE: HeaterDetectors = { tests: true, network: null };

/** A watch that starts from an approved profile, or from what is known of any printer. */
export function initHeaterWatch(heater: HeaterName, profile: HeaterProfile | null): HeaterWatch {
  const prior = HEATER_PRIORS[heater];
  const { ambientC, lagPerS } = profile ?? prior.parameters;
  const parameters = { ...prior.parameters, ambientC, lagPerS };
  const known = profile ? structuredClone(profile.calibration) : undefined;
  const twin = initHeaterTwin({ ...prior, parameters }, known);
  if (profile) {
    twin.biasShare = profile.biasShare;
    twin.dutySwing2 = (profile.dutySwing ?? 0) ** 2;
    profile.accounts.forEach(({ noiseK2, seenS }, i) => {
      Object.assign(twin.accounts[i]!, { noiseK2: [...noiseK2], seenS: [...seenS] });
    });
  }
  return {
    heater,
    twin,
    learner: initLearner(profile !== null),
    balance: initHeatBalance(),
    forced: initForcedHeat(),
    cut: initCutHeat(),
    untold: initUntoldHeat(),
    budget: initHeatBudget(),
    sensor: initSensorCheck(heater, profile?.sensor),
    window: initResidualWindow(),
    pattern: initPatternTest(),
    recent: [],
    event: null,
    context: {},
  };
}

/** Takes one sample. Mutates the watch; `ended` is the event that calm has just closed. */
export function stepHeaterWatch(
  watch: HeaterWatch,
  sample: HeaterSample,
  detectors: HeaterDetectors = TESTS_ALONE,
): { residual: HeaterResidual | null; ended: HeaterEvent | null } {
  noteAmbient(watch, sample);
  const residual = stepHeaterTwin(watch.twin, sample);
  if (!residual) {
    interruptSensorCheck(watch.sensor);
    // What was before a silence says nothing of where the heater stands now.
    watch.forced = initForcedHeat();
    watch.cut = initCutHeat();
    watch.untold = initUntoldHeat();
    interruptWindow(watch.window);
    return { residual: null, ended: endEvent(watch, Infinity) };
  }
  watch.recent.push(residual);
  stepWindow(watch.window, residual, watch.twin.parameters.powerKPerS);
  while (watch.recent.length > KEEP_MAX || older(watch, residual.eventTimeS - KEEP_S)) {
    watch.recent.shift();
  }
  const { alarmed, suspect } = alarm(watch, residual, detectors);
  noteUnsteadiness(watch);
  if (alarmed) dropSuspect(watch.learner);
  else if (!watch.event && !residual.outlier && !suspect && !isHalfKnown(sample)) {
    learn(watch.learner, watch.twin, watch.heater, residual);
    followNormal(watch.twin, residual);
    followUsual(watch.pattern, residual.dtS);
  }
  return { residual, ended: alarmed ? null : endEvent(watch, residual.eventTimeS) };
}

/** After missed lines the fan may be on or off: what a guess at it explains isn't learnt. */
function isHalfKnown({ fan, flowMmPerS }: HeaterSample): boolean {
  return fan === null && flowMmPerS !== null;
}

/** Readings that were rough at any time of an event speak against what a steady sensor would show. */
function noteUnsteadiness({ event, sensor }: HeaterWatch): void {
  const now = event && unsteadiness(sensor.noise);
  if (event && now !== null) event.extra.unsteady = Math.max(event.extra.unsteady ?? 0, now);
}

/** A heater that was never on since the start tells the temperature of the air around it. */
function noteAmbient(watch: HeaterWatch, sample: HeaterSample): void {
  const cold = (sample.targetC ?? 0) === 0 && !sample.duty;
  if (watch.twin.last !== null || !cold || sample.measuredC > 45 || sample.measuredC < 2) return;
  watch.twin.parameters = { ...watch.twin.parameters, ambientC: sample.measuredC };
}

/** Air that a sense of its own tells, °C, is the air that the twin reckons with. Mutates the watch. */
export function followAmbient(watch: HeaterWatch, ambientC: number | null): void {
  if (ambientC === null) return;
  watch.twin.parameters = { ...watch.twin.parameters, ambientC };
}

function older(watch: HeaterWatch, thanS: number): boolean {
  return watch.recent.length > 0 && watch.recent[0]!.eventTimeS < thanS;
}

function endEvent(watch: HeaterWatch, eventTimeS: number): HeaterEvent | null {
  const { event } = watch;
  if (!event) return null;
  const calmS = event.threat ? CALM_AFTER_THREAT_S : CALM_S;
  if (eventTimeS - event.lastAlarmS < calmS) return null;
  watch.event = null;
  return event;
}

/** What the tests and the network make of one residual. */
interface Watched {
  alarmed: boolean;
  /** Nothing is wrong yet, but this may be how it begins. */
  suspect: boolean;
}

/** Runs the tests and opens or prolongs the event. */
function alarm(
  watch: HeaterWatch,
  residual: HeaterResidual,
  detectors: HeaterDetectors,
): Watched {
  const pattern = patternAlarm(watch, residual, detectors);
  const tested = detectors.tests ? testAlarm(watch, residual) : { alarmed: false, suspect: false };
  if (!tested.alarmed && pattern) {
    noteAlarm(watch, residual, patternEvent(watch), pattern.onsetS, pattern.score);
  }
  return { alarmed: tested.alarmed || pattern !== null, suspect: tested.suspect };
}

/** What the network sees in the last minute, where the twin is known to fit. */
function patternAlarm(
  watch: HeaterWatch,
  residual: HeaterResidual,
  { network }: HeaterDetectors,
): PatternAlarm | null {
  const { heater, learner, window, pattern } = watch;
  if (!network || !learner.trusted || residual.overAmbientK <= 15) return null;
  // Training always knew fan and flow; of logs that don't the network knows nothing.
  if (residual.unsureKPerS > 0) return null;
  // Nor of a duty that is told as another for minutes than it is.
  if (beatOf(watch.twin, residual.dtS) > BEAT_MAX) return null;
  return stepPattern(pattern, window, heater, network, residual.eventTimeS);
}

/** An odd pattern whose heat plainly goes one way is a gain or a loss like any other. */
function patternEvent({ recent, event }: HeaterWatch): EventName {
  if (event) return event.name;
  const now = recent.at(-1)!;
  const part = recent.filter(({ eventTimeS }) => eventTimeS > now.eventTimeS - PATTERN_HEAT_S);
  const share =
    part.reduce((sum, { fastKPerS, lossKPerS }) => sum + fastKPerS / Math.max(0.02, lossKPerS), 0) /
    part.length;
  if (Math.abs(share) < PATTERN_HEAT_SHARE) return "heat-pattern";
  return share > 0 ? "heat-gain" : "heat-loss";
}

function testAlarm(watch: HeaterWatch, residual: HeaterResidual): Watched {
  const fault = stepSensorCheck(watch.sensor, residual, powerOf(watch));
  // Only a twin that is known to fit can say that a reading leapt.
  const sensor = fault?.fault === "jump" && !watch.learner.trusted ? null : fault;
  const beyond = budgetAlarm(watch, residual);
  const { heat, suspect } = heatAlarm(watch, residual);
  if (sensor) {
    noteAlarm(watch, residual, `sensor-${sensor.fault}`, sensor.onsetS, sensor.score);
    Object.assign(watch.event!.extra, sensorFeatures(watch, sensor, residual));
  } else if (beyond) {
    noteAlarm(watch, residual, "sensor-apart", beyond.onsetS, beyond.score);
    Object.assign(watch.event!.extra, { apartNats: 0, beyondK: beyond.movedK });
  } else if (heat) {
    noteAlarm(watch, residual, `heat-${heat.direction}`, heat.onsetS, heat.score);
  }
  return { alarmed: sensor !== null || beyond !== null || heat !== null, suspect };
}

function budgetAlarm(watch: HeaterWatch, residual: HeaterResidual): BudgetAlarm | null {
  const { budget, learner, twin, heater } = watch;
  if (heater !== "hotend") return null;
  return stepHeatBudget(budget, residual, twin.parameters, learner.trusted);
}

function powerOf({ learner, twin }: HeaterWatch): number | null {
  return learner.trusted ? twin.parameters.powerKPerS : null;
}

function heatAlarm(
  watch: HeaterWatch,
  residual: HeaterResidual,
): { heat: HeatAlarm | null; suspect: boolean } {
  if (residual.outlier) return { heat: null, suspect: true };
  const { powerKPerS } = watch.twin.parameters;
  const forced = stepForcedHeat(watch.forced, watch.heater, residual, powerKPerS);
  const cut = stepCutHeat(watch.cut, watch.heater, residual);
  const away = stepUntoldHeat(watch.untold, watch.heater, residual);
  const most = stepHeatBalance(watch.balance, residual, HEAT_BOUNDS[watch.heater]);
  // A model that isn't known to fit, or a heater that is off and cold, is no yardstick.
  const judged = watch.learner.trusted && residual.overAmbientK > 15;
  const heat = judged && most.score >= 1 ? most : forced ?? cut ?? away;
  return { heat, suspect: watch.learner.trusted && most.score > SUSPECT_SCORE };
}

function noteAlarm(
  watch: HeaterWatch,
  residual: HeaterResidual,
  name: EventName,
  onsetS: number,
  score: number,
): void {
  const { eventTimeS } = residual;
  const { event } = watch;
  // What the sensor itself does explains the heat, never the other way round.
  const better = event && !event.name.startsWith("sensor-") && name.startsWith("sensor-");
  // Heat that turns round is another event, unless it belongs to an attack's end.
  const turned = event && !event.threat && event.name.startsWith("heat-") && name !== event.name;
  if (!event || better || turned) {
    watch.event = {
      name,
      onsetS,
      alarmS: eventTimeS,
      lastAlarmS: eventTimeS,
      score,
      threat: event?.threat ?? false,
      extra: {},
    };
    return;
  }
  event.lastAlarmS = eventTimeS;
  event.score = Math.max(event.score, score);
}

function sensorFeatures(
  watch: HeaterWatch,
  alarm: SensorAlarm,
  residual: HeaterResidual,
): Record<string, number> {
  const { sensor } = watch;
  if (alarm.fault === "jump") return { jumpK: alarm.jumpK };
  if (alarm.fault === "spikes") return { spikes: sensor.jump.spikesAtS.length };
  if (alarm.fault === "noise") return { noiseRatio: alarm.score };
  if (alarm.fault === "replayed") return { replayed: replayedReadings(sensor) };
  if (alarm.fault === "apart") {
    return {
      apartNats: evidenceOf(sensor.law, residual, watch.heater),
      tellsNats: tells(sensor.law),
      beyondK: 0,
    };
  }
  return { stillS: residual.eventTimeS - alarm.onsetS, usualRun: sensor.frozen.longestRun };
}
