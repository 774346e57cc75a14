import type { Observation } from "../../../edge/source/observation.ts";
import type { StepCount } from "../../printer/print_run.ts";
import type { Truth } from "../../printer/scenario/injection.ts";
import type { BaselineContext } from "../baselines/baseline.ts";
import { BaselineWatch } from "../baselines/baseline_watch.ts";
import { BASELINES } from "../baselines/baselines.ts";
import { couldBeInFile, FILE_CHECK } from "../baselines/file_check.ts";
import type { AlarmRecord } from "./record.ts";

/** The baselines beside the analysis of one print. */
export class BaselineSide {
  #watch: BaselineWatch;
  #file: AlarmRecord[] = [];

  constructor(context: BaselineContext) {
    this.#watch = new BaselineWatch(BASELINES, context);
  }

  observe(seen: Observation): void {
    this.#watch.observe(seen);
  }

  probe(counts: StepCount): void {
    this.#watch.probe(counts);
  }

  /**
   * What the file check says of an attack that could have been made on the file: it would have been
   * told before the print. Which lines were altered makes no difference to a digest.
   */
  happened({ id, variant, startS }: Truth, lines: readonly string[]): void {
    if (!couldBeInFile(id, variant)) return;
    const file = { registered: lines, hosted: ["; altered", ...lines] };
    const check = new BaselineWatch([FILE_CHECK], { file, golden: null, model: null });
    check.observe({ type: "tick", eventTimeS: startS });
    this.#file = check.alarms.map(({ name, atS }) => ({ name, atS }));
  }

  alarms(): AlarmRecord[] {
    return [...this.#watch.alarms.map(({ name, atS }) => ({ name, atS })), ...this.#file];
  }
}
