import type { Baseline, BaselineContext } from "../baselines/baseline.ts";
import { HEATER_BASELINES } from "../baselines/baselines.ts";
import { heatSamples, initHeatReading } from "../baselines/heat_samples.ts";
import type { HeatSample } from "../baselines/seen.ts";
import { autotune } from "../baselines/thermal_autotune.ts";
import { observationsOf, type Row } from "./trace.ts";

/** An alarm of a baseline on a trace. */
export interface TraceAlarm {
  name: string;
  heater: HeatSample["heater"];
  atS: number;
}

/** What ships today, fed by rows beside the analysis. */
export class BaselineGuard {
  #context: BaselineContext;
  #reading = initHeatReading();
  #running: { baseline: Baseline; state: unknown }[];
  #before: Row | undefined;

  constructor(context: BaselineContext) {
    this.#context = context;
    this.#running = HEATER_BASELINES.map((baseline) => ({
      baseline,
      state: baseline.init(context),
    }));
  }

  step(row: Row): TraceAlarm[] {
    const samples = observationsOf(row, this.#before)
      .flatMap((seen) => heatSamples(this.#reading, seen));
    this.#before = row;
    return samples.flatMap((sample) => this.#alarmsOf(sample));
  }

  #alarmsOf(sample: HeatSample): TraceAlarm[] {
    const { heater, eventTimeS: atS } = sample;
    return this.#running.flatMap(({ baseline, state }) =>
      baseline.step(state, sample) === null ? [] : [{ name: baseline.name, heater, atS }]
    );
  }

  /** Another one that knows what this one knows. */
  fork(): BaselineGuard {
    const copy = new BaselineGuard(this.#context);
    copy.#reading = structuredClone(this.#reading);
    copy.#running = this.#running.map(({ baseline, state }) => ({
      baseline,
      state: structuredClone(state),
    }));
    copy.#before = this.#before;
    return copy;
  }
}

/**
 * What a machine's own calibration would have measured: the thermal model tuned on the first half of
 * its log, whose fan nobody knows.
 */
export function contextOf(rows: readonly Row[]): BaselineContext {
  const reading = initHeatReading();
  const samples = rows.slice(0, rows.length >> 1).flatMap((row, at) =>
    observationsOf(row, rows[at - 1]).flatMap((seen) => heatSamples(reading, seen))
  );
  return { file: null, golden: null, model: autotune(samples) };
}
