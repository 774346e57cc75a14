import type { Observation } from "../../../edge/source/observation.ts";
import type { GoldenPrint } from "./golden_print.ts";
import type { ThermalModel } from "./thermal_model.ts";

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

/** What is known before a print. */
export interface BaselineContext {
  /** The job as it was registered, and as the host has it; null without a file. */
  file: { registered: readonly string[]; hosted: readonly string[] } | null;
  /** An earlier run of the same job on the same printer. */
  golden: GoldenPrint | null;
  /** What the printer's own calibration has measured. */
  model: ThermalModel | null;
}

/** A check that ships today, or was published, as a small model over the same print. */
export interface Baseline<S = unknown> {
  readonly name: string;
  init(context: BaselineContext): S;
  /** The text of an alarm when it newly alarms; it may alarm again once all was well between. */
  step(state: S, seen: Seen): string | null;
}

/** Longer silences make a check begin anew, s. */
export const SILENCE_S = 12;
