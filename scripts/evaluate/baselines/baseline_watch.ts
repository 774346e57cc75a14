import type { Observation } from "../../../edge/source/observation.ts";
import type { Baseline, BaselineContext } from "./baseline.ts";
import { heatSamples, initHeatReading } from "./heat_samples.ts";
import type { HeatSample, Seen, StepCounts } from "./seen.ts";

/** An alarm of one baseline. */
export interface BaselineAlarm {
  name: string;
  atS: number;
  text: string;
}

/** Lets baselines watch one print. */
export class BaselineWatch {
  readonly alarms: BaselineAlarm[] = [];
  #reading = initHeatReading();
  #running: { baseline: Baseline; state: unknown }[];

  constructor(baselines: readonly Baseline[], context: BaselineContext) {
    this.#running = baselines.map((baseline) => ({ baseline, state: baseline.init(context) }));
  }

  observe(seen: Observation): void {
    const samples = heatSamples(this.#reading, seen);
    for (const sample of samples) this.#show(sample);
    if (seen.type === "tick") this.#show(seen);
  }

  /** What a probe between controller and drivers has counted. */
  probe(counts: StepCounts): void {
    this.#show(counts);
  }

  #show(seen: Seen): void {
    for (const { baseline, state } of this.#running) {
      const text = baseline.step(state, seen);
      if (text !== null) this.alarms.push({ name: baseline.name, atS: seen.eventTimeS, text });
    }
  }
}

/** All heat samples of a print, for the autotuning. */
export class SampleRecorder {
  readonly samples: HeatSample[] = [];
  #reading = initHeatReading();

  observe(seen: Observation): void {
    this.samples.push(...heatSamples(this.#reading, seen));
  }
}
