import type { Observation } from "../../edge/source/observation.ts";
import { PrintRun, type SimulateOptions } from "./print_run.ts";
import type { Truth } from "./scenario/injection.ts";

export type { SimulateOptions } from "./print_run.ts";

/**
 * One print, as a tap on the serial line would see it: everything sent and received with the time at
 * which it passes, and a tick each second. Same options, same observations. The truth of what was
 * injected goes into `truth` and nowhere else; its times are on the same clock.
 */
export function* simulate(
  options: SimulateOptions,
  truth: Truth[] = [],
): Generator<Observation, void, void> {
  const run = new PrintRun(options, truth);
  const { seen } = run;
  while (!run.over) {
    run.step();
    for (let i = 0; i < seen.length; i++) yield seen[i]!;
    seen.length = 0;
  }
}
