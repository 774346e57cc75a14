import type { GoldenPrint } from "./golden_print.ts";
import type { Seen } from "./seen.ts";
import type { ThermalModel } from "./thermal_fit.ts";

/** What is known before a print. */
export interface BaselineContext {
  /** The job as it was registered, and as the host has it; null without a file. */
  file: { registered: readonly string[]; hosted: readonly string[] } | null;
  /** An earlier run of the same job on the same printer. */
  golden: GoldenPrint | null;
  /** What the printer's own calibration has measured. */
  model: ThermalModel | null;
  /** What the owner of a weak bed has set: time in which it must gain two degrees, s; default 60. */
  bedGainS?: number;
}

/** A check that ships today, or was published, as a small model over the same print. */
export interface Baseline<S = unknown> {
  readonly name: string;
  init(context: BaselineContext): S;
  /** The text of an alarm when it newly alarms; it may alarm again once all was well between. */
  step(state: S, seen: Seen): string | null;
}
