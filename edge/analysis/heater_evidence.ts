import type { Series } from "../../shared/series.ts";
import { blockStep } from "../twin/thermal/block.ts";
import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { ThermalParameters } from "../twin/thermal/parameters.ts";

/** Evidence goes back so far before the event, and is no longer than this in all, s. */
const BEFORE_S = 30;
const LENGTH_S = 120;
/** How fast a free run may drift from a healthy heater, as a share of the heat lost. */
const DRIFT_SHARE = 0.1;
const BAND_MAX_K = 30;

interface Traces {
  measured: number[];
  target: number[];
  twin: number[];
  low: number[];
  high: number[];
  duty: number[];
}

/**
 * The picture of a heater's irregularity: what was reported, and what the twin says should have
 * been, running free from the event's begin on the same duty, fan and flow, with its band.
 */
export function heaterSeries(
  recent: readonly HeaterResidual[],
  parameters: ThermalParameters,
  onsetS: number,
  name: string,
): Series[] {
  const from = recent.findIndex((residual) => residual.eventTimeS >= onsetS - BEFORE_S);
  const part = recent.slice(Math.max(0, from))
    .filter((residual) => residual.eventTimeS <= onsetS - BEFORE_S + LENGTH_S);
  if (part.length < 2) return [];
  const startS = part[0]!.eventTimeS;
  const stepS = Math.max(1, round1((part.at(-1)!.eventTimeS - startS) / (part.length - 1)));
  const traces = trace(part, parameters, onsetS);
  const onGrid = (values: number[], scale: number) => grid(part, values, startS, stepS, scale);
  const series = (role: Series["role"], values: number[]): Series => ({
    signal: `${name}-temperature`,
    role,
    unit: "°C",
    startS: round1(startS),
    stepS,
    scale: 10,
    points: onGrid(values, 10),
  });
  return [
    series("measured", traces.measured),
    series("twin", traces.twin),
    series("low", traces.low),
    series("high", traces.high),
    series("target", traces.target),
    { ...series("measured", traces.duty), signal: `${name}-duty`, unit: "%" },
  ];
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function trace(
  part: readonly HeaterResidual[],
  parameters: ThermalParameters,
  onsetS: number,
): Traces {
  const traces: Traces = { measured: [], target: [], twin: [], low: [], high: [], duty: [] };
  let blockC = part[0]!.measuredC, sensorC = blockC, bandK = 0;
  part.forEach((residual, i) => {
    const { dtS, fan, flowMmPerS, measuredC } = residual;
    const duty = ((residual.duty ?? 0) + (part[i - 1]?.duty ?? residual.duty ?? 0)) / 2;
    const step = blockStep(parameters, { duty, fan, flowMmPerS }, dtS, blockC);
    const offset = blockC - step.steadyC;
    sensorC = step.steadyC + step.keepSensor * (sensorC - step.steadyC) + step.mixSensor * offset;
    blockC = step.steadyC + step.keepBlock * offset;
    bandK = Math.min(BAND_MAX_K, bandK + DRIFT_SHARE * residual.lossKPerS * dtS);
    if (residual.eventTimeS <= onsetS) {
      // Until the event the twin is held to the machine, as it is while all is well.
      blockC += measuredC - sensorC;
      sensorC = measuredC;
      bandK = 0;
    }
    const half = bandK + 2 * residual.innovationSpreadK;
    traces.measured.push(measuredC);
    traces.twin.push(sensorC);
    traces.low.push(sensorC - half);
    traces.high.push(sensorC + half);
    traces.target.push(residual.targetC ?? NaN);
    traces.duty.push(residual.duty === null ? NaN : residual.duty * 100);
  });
  return traces;
}

/** Puts values onto a regular grid: the newest one within a step and a half, else none. */
function grid(
  part: readonly HeaterResidual[],
  values: readonly number[],
  startS: number,
  stepS: number,
  scale: number,
): (number | null)[] {
  const points: (number | null)[] = [];
  const count = Math.min(121, Math.floor((part.at(-1)!.eventTimeS - startS) / stepS + 1.001));
  let at = 0;
  for (let i = 0; i < count; i++) {
    const timeS = startS + i * stepS + 0.01;
    while (at + 1 < part.length && part[at + 1]!.eventTimeS <= timeS) at++;
    const value = values[at]!;
    const fresh = timeS - part[at]!.eventTimeS <= 1.5 * stepS && Number.isFinite(value);
    points.push(fresh ? Math.round(value * scale) : null);
  }
  return points;
}
