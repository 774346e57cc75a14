import type { Observation } from "../../../edge/source/observation.ts";

/** One heater's report as firmware or a log gives it. */
export interface HeatSample {
  type: "heat";
  eventTimeS: number;
  heater: "hotend" | "bed";
  measuredC: number;
  targetC: number;
  /** 0–1; null where the firmware reports none. */
  duty: number | null;
  /** Part fan as commanded, 0–1; 0 where it isn't known. */
  fanDuty: number;
  /** Nothing is known between here and the sample before. */
  afterGap: boolean;
}

/** What a probe between controller and drivers has counted since power-on: steps of X, Y, Z, E. */
export interface StepCounts {
  type: "steps";
  eventTimeS: number;
  steps: readonly [number, number, number, number];
}

/** What a baseline sees: the observations of a tap, samples made of them, and a step probe's. */
export type Seen = Observation | HeatSample | StepCounts;

/** Longer silences make a check begin anew, s. */
export const SILENCE_S = 12;
