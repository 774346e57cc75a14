import { blockStep } from "../../../edge/twin/thermal/block.ts";
import type { ThermalParameters } from "../../../edge/twin/thermal/parameters.ts";
import { Guard, type Knowledge } from "./clean_run.ts";
import type { Row, Trace } from "./trace.ts";

/** The twin learns on this share of the hot rows and is judged on the others. */
const LEARN_SHARE = 0.5;
const RUN_S = 60;
const EVERY_S = 10;
const HOT_C = 100;

/** How far a twin that is driven by the duty alone is off after a minute. */
export interface FreeRunResult {
  name: string;
  runs: number;
  /** Standard deviation and mean of the error after 60 s, K; and its root mean square on the way. */
  sdK: number;
  biasK: number;
  rmsK: number;
  /** The same of 'it stays as it is'. */
  staysSdK: number;
  staysRmsK: number;
  trusted: boolean;
}

/**
 * Lets the edge's twin learn on the first part of a trace; over the rest it follows as it does in use,
 * and from every tenth second runs free for a minute, knowing nothing but the duty.
 */
export function freeRun(trace: Trace, knowledge: Knowledge): FreeRunResult {
  const { rows } = trace;
  const hot = rows.flatMap((row, at) => (row.hotend?.measuredC ?? 0) > HOT_C ? [at] : []);
  const half = hot[Math.floor(hot.length * LEARN_SHARE)] ?? rows.length;
  const guard = new Guard(knowledge);
  const errors: number[] = [], stays: number[] = [];
  let squares = 0, staySquares = 0, count = 0, nextS = -Infinity;
  let learnt: ThermalParameters | null = null, trusted = false;
  rows.forEach((row, at) => {
    guard.step(row);
    const { twin, learner } = guard.state.heaters.hotend;
    if (at === half) {
      learnt = structuredClone(twin.parameters);
      trusted = learner.trusted;
    }
    if (!learnt || row.eventTimeS < nextS || (row.hotend?.measuredC ?? 0) < HOT_C) return;
    const end = endOf(rows, at);
    if (end === null) return;
    nextS = row.eventTimeS + EVERY_S;
    let { blockC, sensorC } = twin.fast;
    const startC = row.hotend!.measuredC;
    for (let i = at + 1; i <= end; i++) {
      const dtS = rows[i]!.eventTimeS - rows[i - 1]!.eventTimeS;
      const duty = (rows[i]!.hotend!.duty! + rows[i - 1]!.hotend!.duty!) / 2;
      const step = blockStep(learnt, { duty, fan: 0.5, flowMmPerS: 1.5 }, dtS, blockC);
      const offset = blockC - step.steadyC;
      sensorC = step.steadyC + step.keepSensor * (sensorC - step.steadyC) +
        step.mixSensor * offset;
      blockC = step.steadyC + step.keepBlock * offset;
      const nowC = rows[i]!.hotend!.measuredC;
      squares += (sensorC - nowC) ** 2;
      staySquares += (startC - nowC) ** 2;
      count++;
    }
    errors.push(sensorC - rows[end]!.hotend!.measuredC);
    stays.push(startC - rows[end]!.hotend!.measuredC);
  });
  return {
    name: trace.name,
    runs: errors.length,
    sdK: spread(errors),
    biasK: mean(errors),
    rmsK: Math.sqrt(squares / count),
    staysSdK: spread(stays),
    staysRmsK: Math.sqrt(staySquares / count),
    trusted,
  };
}

/** The row a minute later, if nothing is missing until then and the target stays. */
function endOf(rows: readonly Row[], at: number): number | null {
  const startS = rows[at]!.eventTimeS;
  for (let i = at + 1; i < rows.length; i++) {
    const row = rows[i]!;
    if (row.afterGap || !row.hotend || row.hotend.duty === null) return null;
    if (row.hotend.targetC !== rows[at]!.hotend!.targetC) return null;
    if (row.eventTimeS - rows[i - 1]!.eventTimeS > 2.5) return null;
    if (row.eventTimeS >= startS + RUN_S) return i;
  }
  return null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
