import type { Reference } from "../../../edge/analysis/reference_watch.ts";
import type { PrinterProfile } from "../../../edge/analysis.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import type { HostOptions } from "../../printer/host/host.ts";
import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { PrintRun } from "../../printer/print_run.ts";
import type { Injection, Truth } from "../../printer/scenario/injection.ts";
import type { Scenario } from "../../printer/scenario/scenario.ts";
import { SENSES_EVERY_S } from "../run/print.ts";
import type { FindingRecord, SuiteName } from "../run/record.ts";
import type { Bench } from "../run/unit.ts";
import { Watcher } from "../run/watcher.ts";

/** One print that is not of the table: what it prints, and what is done to it and when. */
export interface CaseOrder {
  bench: Bench;
  printer: PrinterParameters;
  /** Seed of the run. */
  run: number;
  lines: readonly string[];
  reference: Reference | null;
  suites: readonly SuiteName[];
  profiles: Partial<Record<SuiteName, PrinterProfile>>;
  host?: HostOptions;
  warm: boolean;
  /** From the start on. */
  injections?: readonly Injection[];
  /** Scenarios beside the catalogue's. */
  others?: Readonly<Record<string, Scenario>>;
  /** Asked at each observation until it gives an injection; `extruding` from the first extrusion. */
  cue?: (seen: Observation, extruding: boolean) => Injection | null;
  /** The print is cut off then, s; default never. */
  durationS?: number;
  /** It goes on for so long after the job, s; default 10. */
  tailS?: number;
  /** It need not be followed any longer, s; asked again and again. */
  untilS?: () => number;
}

/** What came of it. */
export interface CaseOutcome {
  told: Partial<Record<SuiteName, FindingRecord[]>>;
  truth: Truth | null;
  /** First extrusion and end, s. */
  readyS: number;
  endS: number;
  learnt: Partial<Record<SuiteName, PrinterProfile>>;
}

/** Makes one print and lets every suite's analysis watch it. */
export function casePrint(order: CaseOrder): CaseOutcome {
  const { bench, printer, run, suites, profiles, reference } = order;
  const digests = { twin: "", detector: "", classifier: "" };
  const { issues, models } = bench;
  const watchers = suites.map((suite) =>
    new Watcher(suite, { issues, models, digests, profile: profiles[suite] ?? null, reference })
  );
  const truth: Truth[] = [];
  const print = new PrintRun({
    seed: run,
    printer,
    gcode: order.lines,
    host: order.host ?? drawHost(run),
    warm: order.warm ? { hotendC: 185, bedC: 52 } : undefined,
    injections: order.injections,
    others: order.others,
    durationS: order.durationS,
    tailS: order.tailS,
    sensesEveryS: suites.includes("S2") ? SENSES_EVERY_S : 0,
  }, truth);
  let [nowS, readyS] = [0, Infinity];
  let cue = order.cue ?? null;
  while (!print.over && nowS <= (order.untilS?.() ?? Infinity)) {
    print.step();
    for (const seen of print.seen) {
      nowS = seen.eventTimeS;
      for (const watcher of watchers) watcher.observe(seen);
      if (readyS === Infinity && watchers[0]!.extruding) readyS = nowS;
      const injection = cue?.(seen, readyS < Infinity) ?? null;
      if (injection === null) continue;
      cue = null;
      print.inject(injection);
    }
    print.seen.length = 0;
  }
  return {
    told: Object.fromEntries(watchers.map((each) => [each.suite, each.take()])),
    truth: truth[0] ?? null,
    readyS,
    endS: nowS,
    learnt: Object.fromEntries(watchers.map((each) => [each.suite, each.profile()])),
  };
}
