import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import {
  type DutyLaw,
  initDutyLaw,
  interruptDutyLaw,
  type LearntLaw,
  stepDutyLaw,
} from "./duty_law.ts";
import {
  followPace,
  initLawMemory,
  interruptLaws,
  isAtPace,
  type LawMemory,
  learnSlower,
  learntLaws,
} from "./law_memory.ts";
import type { SensorAlarm } from "./sensor_alarm.ts";
import {
  type FrozenCheck,
  initFrozenCheck,
  interruptFrozenCheck,
  stepFrozenCheck,
} from "./sensor_frozen.ts";
import { initJumpCheck, type JumpCheck, stepJumpCheck } from "./sensor_jump.ts";
import {
  initNoiseCheck,
  interruptNoiseCheck,
  type NoiseCheck,
  stepNoiseCheck,
} from "./sensor_noise.ts";
import {
  initReplayCheck,
  interruptReplayCheck,
  repeatedValues,
  type ReplayCheck,
  stepReplayCheck,
} from "./sensor_replay.ts";

export type { SensorAlarm, SensorFault } from "./sensor_alarm.ts";

/** What is usual for one sensor; kept in a printer's profile. */
export interface SensorHabits {
  longestRun: number;
  usualK: number;
  seen: number;
  /** What the controller makes of the readings, by the reports' pace; absent where too little was seen. */
  laws?: (LearntLaw | null)[];
}

/** Everything that is asked of one sensor's readings. */
export interface SensorCheck {
  heater: HeaterName;
  jump: JumpCheck;
  noise: NoiseCheck;
  frozen: FrozenCheck;
  /** Readings alone, and readings with their duty: what is replayed together tells itself sooner. */
  replay: ReplayCheck;
  pairs: ReplayCheck;
  law: DutyLaw;
  laws: LawMemory;
}

/** A check that has seen nothing, or that goes on from a profile's habits. */
export function initSensorCheck(heater: HeaterName, habits?: SensorHabits): SensorCheck {
  return {
    heater,
    jump: initJumpCheck(),
    noise: initNoiseCheck(habits?.usualK ?? 0, habits?.seen ?? 0),
    frozen: initFrozenCheck(heater, habits?.longestRun ?? 2),
    replay: initReplayCheck("readings"),
    pairs: initReplayCheck("pairs"),
    law: initDutyLaw(),
    laws: initLawMemory(habits?.laws),
  };
}

/** What the check has learnt of its sensor. */
export function habitsOf({ frozen, noise, law, laws }: SensorCheck): SensorHabits {
  const { longestRun } = frozen;
  const habits = { longestRun, usualK: noise.usualK, seen: Math.min(noise.seen, 1000) };
  const learnt = learntLaws(laws, law);
  return learnt.some((each) => each !== null) ? { ...habits, laws: learnt } : habits;
}

/** After a silence the readings before it say nothing about the next one; what is usual stays. */
export function interruptSensorCheck(state: SensorCheck): void {
  state.jump = initJumpCheck();
  interruptNoiseCheck(state.noise);
  interruptFrozenCheck(state.frozen);
  interruptReplayCheck(state.replay);
  interruptReplayCheck(state.pairs);
  interruptDutyLaw(state.law);
  interruptLaws(state.laws);
}

/**
 * Takes one residual. Mutates the state; returns the most telling alarm that stands, or null.
 *
 * @param powerKPerS what full duty does to the block, where that is known
 */
export function stepSensorCheck(
  state: SensorCheck,
  residual: HeaterResidual,
  powerKPerS: number | null = null,
): SensorAlarm | null {
  const hundredths = Math.round(residual.measuredC * 100);
  const jump = stepJumpCheck(state.jump, residual);
  const replay = stepReplayCheck(state.replay, hundredths, residual);
  const pair = stepPair(state.pairs, hundredths, residual);
  const frozen = stepFrozenCheck(state.frozen, residual, powerKPerS);
  const noise = stepNoiseCheck(state.noise, residual);
  // What a controller makes of its readings is what it says; a gate is measured over a while.
  const judged = { ...residual, duty: residual.toldDuty };
  if (judged.duty !== null) {
    followPace(state.laws, state.law, residual.eventTimeS);
    learnSlower(state.laws, judged);
  }
  const law = stepDutyLaw(state.law, judged, isAtPace(state.laws), state.heater);
  const apart = law ? { fault: "apart" as const, ...law, jumpK: 0 } : null;
  return jump ?? replay ?? pair ?? frozen ?? apart ?? noise;
}

/** A duty at either end says nothing of its own. */
function stepPair(
  pairs: ReplayCheck,
  hundredths: number,
  residual: HeaterResidual,
): SensorAlarm | null {
  const duty = residual.toldDuty;
  if (duty === null || duty <= 0 || duty >= 1) return null;
  return stepReplayCheck(pairs, hundredths * 1000 + Math.round(duty * 999), residual);
}

/** How many readings in a row repeat earlier ones. */
export function replayedReadings({ replay, pairs }: SensorCheck): number {
  return Math.max(repeatedValues(replay), repeatedValues(pairs));
}
