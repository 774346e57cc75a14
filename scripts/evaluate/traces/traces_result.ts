import type { BaselineRun } from "./baseline_run.ts";
import type { CleanResult } from "./clean_run.ts";
import type { FreeRunResult } from "./free_run.ts";
import type { InjectedResult } from "./injected_run.ts";

/** Everything that was measured. */
export interface TracesResult {
  seed: number;
  clean: CleanResult[];
  freeRuns: FreeRunResult[];
  injections: InjectedResult[];
  /** What ships today, on the same rows. */
  baselines: BaselineRun[];
}
