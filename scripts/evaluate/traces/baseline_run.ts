import { HEATER_BASELINES } from "../baselines/baselines.ts";
import { quantileDelay } from "../statistics/median.ts";
import { BaselineGuard, contextOf, type TraceAlarm } from "./baseline_guard.ts";
import type { Injection } from "./injections.ts";
import type { Row, Trace } from "./trace.ts";

/** What the baselines made of one injection: when each first alarmed, s from its begin. */
export interface BaselineInjected {
  injection: Pick<Injection, "kind" | "size" | "side">;
  alarmedS: Record<string, number>;
}

/** What the baselines made of one trace, untouched and injected. */
export class BaselineRun {
  readonly alarms: TraceAlarm[] = [];
  readonly injected: BaselineInjected[] = [];
  readonly hours: number;
  /** Whether the thermal model could be tuned. */
  readonly tuned: boolean;
  #guard: BaselineGuard;
  #at = 0;

  constructor(private readonly trace: Trace) {
    const context = contextOf(trace.rows);
    this.#guard = new BaselineGuard(context);
    this.hours = trace.hours;
    this.tuned = context.model !== null;
  }

  /** Walks the untouched trace up to a row, not beyond. */
  upTo(at: number): void {
    const { rows } = this.trace;
    while (this.#at < at) this.alarms.push(...this.#guard.step(rows[this.#at++]!));
  }

  /** Runs a copy into the rows of an injection that begins at a row. */
  inject(at: number, rows: readonly Row[], injection: Injection): void {
    this.upTo(at);
    const guard = this.#guard.fork(), startS = this.trace.rows[at]!.eventTimeS;
    const alarmedS: Record<string, number> = {};
    for (const row of rows) {
      for (const { name, atS } of guard.step(row)) alarmedS[name] ??= atS - startS;
    }
    const { kind, size, side } = injection;
    this.injected.push({ injection: { kind, size, side }, alarmedS });
  }

  finish(): void {
    this.upTo(this.trace.rows.length);
  }
}

/** One baseline's row beside ours. */
export interface BaselineLine {
  name: string;
  threats: { n: number; detected: number };
  disturbances: { n: number; alarmed: number };
  medianDelayS: number | null;
  /** On untouched traces, per 100 h of log. */
  falsePer100h: number;
}

/** An alarm within so long detects a threat, s. */
const DUE_S = 60;

/** The baselines' rows over the threats that `counts` lets through. */
export function baselineLines(
  runs: readonly BaselineRun[],
  counts: (injection: BaselineInjected["injection"]) => boolean,
): BaselineLine[] {
  const injected = runs.flatMap((run) => run.injected);
  const threats = injected.filter(({ injection }) => counts(injection));
  const disturbances = injected.filter(({ injection }) => injection.side === "disturbance");
  const hours = runs.reduce((sum, run) => sum + run.hours, 0);
  return HEATER_BASELINES.map(({ name }) => {
    const delays = threats.map(({ alarmedS }) => alarmedS[name] ?? null);
    const alarms = runs.flatMap((run) => run.alarms).filter((alarm) => alarm.name === name);
    return {
      name,
      threats: {
        n: threats.length,
        detected: delays.filter((delayS) => delayS !== null && delayS <= DUE_S).length,
      },
      disturbances: {
        n: disturbances.length,
        alarmed: disturbances.filter(({ alarmedS }) => alarmedS[name] !== undefined).length,
      },
      medianDelayS: quantileDelay(delays, 0.5),
      falsePer100h: hours > 0 ? Math.round(1000 * alarms.length / hours) / 10 : 0,
    };
  });
}
