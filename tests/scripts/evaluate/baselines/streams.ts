import type { Baseline, BaselineContext } from "../../../../scripts/evaluate/baselines/baseline.ts";
import type { HeatSample } from "../../../../scripts/evaluate/baselines/seen.ts";
import { Random } from "../../../../scripts/printer/random.ts";

export const NOTHING: BaselineContext = { file: null, golden: null, model: null };

/** A heater that climbs at 3 K/s to 210 °C and holds it with a little noise, a sample a second. */
export function heaterStream(seed: number, seconds: number): HeatSample[] {
  const random = new Random(seed, "heater stream");
  return Array.from({ length: seconds }, (_, second) => ({
    type: "heat",
    eventTimeS: second,
    heater: "hotend",
    measuredC: Math.min(210, 25 + 3 * second) + 0.3 * random.gauss(),
    targetC: 210,
    duty: second < 62 ? 1 : 0.33,
    fanDuty: 0,
    afterGap: false,
  }));
}

/** Changes what is measured from a second on. */
export function altered(
  stream: readonly HeatSample[],
  fromS: number,
  measuredC: (sample: HeatSample, sinceS: number) => number,
): HeatSample[] {
  return stream.map((sample) =>
    sample.eventTimeS < fromS
      ? sample
      : { ...sample, measuredC: measuredC(sample, sample.eventTimeS - fromS) }
  );
}

/** When a baseline alarms, s. */
export function alarmTimes(
  baseline: Baseline,
  stream: readonly Parameters<Baseline["step"]>[1][],
  context: BaselineContext = NOTHING,
): number[] {
  const state = baseline.init(context);
  return stream.filter((seen) => baseline.step(state, seen) !== null)
    .map(({ eventTimeS }) => eventTimeS);
}
