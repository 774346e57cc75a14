import type { HeatSample } from "./seen.ts";
import { initModelRun, stepModel, type ThermalModel, UNCALIBRATED } from "./thermal_fit.ts";

/** A heat-up is recorded for so long, s. */
const RECORD_S = 60;
/** Nearer to the target than this it is a hold; further away a heat-up, K. */
const HOLD_C = 3;
const CAPACITY_J_PER_K: Bounds = [3, 40];
const RESISTANCE_K_PER_W: Bounds = [4, 60];
const LAGS_S = [0.27, 0.54, 1, 1.5, 2.1, 3, 4, 6];
const FILTERS = [0.065, 0.12, 0.25, 0.5];
const ROUNDS = 24;
/** Fewer samples than this teach nothing. */
const SAMPLES_MIN = 15;
const LEVELS = UNCALIBRATED.resistanceKPerW.length;

type Bounds = readonly [low: number, high: number];

/**
 * What Prusa's calibration would make of a printer's calibration print: as there, the rated power is
 * taken as it is, the capacity is searched that explains a heat-up best, then the resistance without
 * fan, the capacity once more, and the resistances with the fan on; between measured fan levels it is
 * interpolated, and the search is by golden section over the mean square of the filtered error. The
 * lag and its filter, constants of the hotend's make there, are searched as well, for the smallest
 * error on a heat-up, the best a printer of any make
 * could have. The firmware does this at rest; here the print's holds serve, flow included. Null if there is no heat-up
 * or no duty in the print.
 */
export function autotune(samples: readonly HeatSample[]): ThermalModel | null {
  const hotend = samples.filter(({ heater, duty }) => heater === "hotend" && duty !== null);
  const heating = heatUp(hotend);
  const still = heldAt(hotend, 0, 0.05);
  if (heating.length < SAMPLES_MIN || still.length < SAMPLES_MIN) return null;
  let model = UNCALIBRATED;
  for (let refine = 0; refine < 2; refine++) {
    model = withHeatUp(model, heating);
    model = withResistance(model, still, 0);
  }
  const levels = [[0, model.resistanceKPerW[0]!]] as [number, number][];
  for (const [low, high] of [[0.25, 0.6], [0.6, 0.95], [0.95, 1.01]] as const) {
    const held = heldAt(hotend, low, high);
    if (held.length < SAMPLES_MIN) continue;
    const duty = held.reduce((sum, { fanDuty }) => sum + fanDuty, 0) / held.length;
    const tuned = withResistance(model, held, duty);
    levels.push([duty, tuned.resistanceKPerW[levelOf(duty)]!]);
  }
  return { ...model, resistanceKPerW: interpolated(levels) };
}

function heatUp(samples: readonly HeatSample[]): HeatSample[] {
  const from = samples.findIndex(({ measuredC, targetC }) => targetC - measuredC > 60);
  if (from < 0) return [];
  const startS = samples[from]!.eventTimeS;
  const rest = samples.slice(from);
  const end = rest.findIndex(({ eventTimeS, measuredC, targetC }) =>
    eventTimeS > startS + RECORD_S || targetC - measuredC < HOLD_C
  );
  return end < 0 ? rest : rest.slice(0, end);
}

/** Samples at the target with the fan between two duties; a pause between two of them is a gap. */
function heldAt(samples: readonly HeatSample[], low: number, high: number): HeatSample[] {
  let kept = false;
  return samples.flatMap((sample) => {
    const { measuredC, targetC, fanDuty } = sample;
    const held = targetC > 0 && Math.abs(measuredC - targetC) < HOLD_C && fanDuty >= low &&
      fanDuty < high;
    const afterGap = sample.afterGap || !kept;
    kept = held;
    return held ? [{ ...sample, afterGap }] : [];
  });
}

function withCapacity(model: ThermalModel, samples: readonly HeatSample[]): ThermalModel {
  const of = (capacityJPerK: number) => ({ ...model, capacityJPerK });
  return of(best(CAPACITY_J_PER_K, (value) => cost(of(value), samples)));
}

function withHeatUp(model: ThermalModel, samples: readonly HeatSample[]): ThermalModel {
  const models = LAGS_S.flatMap((lagS) =>
    FILTERS.map((filter) => withCapacity({ ...model, lagS, filter }, samples))
  );
  return models.reduce((best, each) => worst(each, samples) < worst(best, samples) ? each : best);
}

function withResistance(model: ThermalModel, samples: readonly HeatSample[], duty: number) {
  const of = (value: number): ThermalModel => ({
    ...model,
    resistanceKPerW: duty === 0
      ? UNCALIBRATED.resistanceKPerW.map((each) => value * each / UNCALIBRATED.resistanceKPerW[0]!)
      : model.resistanceKPerW.map(() => value),
  });
  return of(best(RESISTANCE_K_PER_W, (value) => cost(of(value), samples)));
}

function cost(model: ThermalModel, samples: readonly HeatSample[]): number {
  const run = initModelRun();
  let sum = 0;
  for (const sample of samples) {
    stepModel(run, model, sample);
    sum += run.errorKPerS * run.errorKPerS;
  }
  return sum;
}

/** The largest error on the way, K/s: what a false alarm would be. */
function worst(model: ThermalModel, samples: readonly HeatSample[]): number {
  const run = initModelRun();
  let largest = 0;
  for (const sample of samples) {
    stepModel(run, model, sample);
    largest = Math.max(largest, Math.abs(run.errorKPerS));
  }
  return largest;
}

/** The value between two bounds for which `of` is smallest, by golden section. */
function best([low, high]: Bounds, of: (value: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let from = low, to = high;
  for (let round = 0; round < ROUNDS; round++) {
    const left = to - ratio * (to - from), right = from + ratio * (to - from);
    if (of(left) < of(right)) to = right;
    else from = left;
  }
  return (from + to) / 2;
}

function levelOf(duty: number): number {
  return Math.round(duty * (LEVELS - 1));
}

/** Resistances over all fan levels from a few measured ones; beyond the last one as the V6's fall. */
function interpolated(levels: readonly [number, number][]): number[] {
  const shape = UNCALIBRATED.resistanceKPerW;
  return shape.map((usual, level) => {
    const duty = level / (LEVELS - 1);
    const above = levels.find(([measured]) => measured >= duty);
    const below = levels.findLast(([measured]) => measured <= duty)!;
    if (!above) return below[1] * usual / shape[levelOf(below[0])]!;
    if (above[0] === below[0]) return above[1];
    return below[1] + (above[1] - below[1]) * (duty - below[0]) / (above[0] - below[0]);
  });
}
