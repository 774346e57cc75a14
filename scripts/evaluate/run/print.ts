import type { KnownIssue } from "../../../shared/known_issue.ts";
import type { PrinterProfile } from "../../../edge/analysis.ts";
import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import type { Injection, Truth } from "../../printer/scenario/injection.ts";
import { simulate } from "../../printer/simulate.ts";
import type { EventRecord, PrintRecord, SuiteName } from "./record.ts";
import type { ReadyPart } from "./stock.ts";
import { Watcher } from "./watcher.ts";

/** Senses are read this often, s. */
export const SENSES_EVERY_S = 0.5;
/** Deviations are awaited for so long after an event, s; the print isn't followed further. */
const AFTER_S = 45;

/** Everything that makes one print. */
export interface PrintOrder {
  printer: PrinterParameters;
  /** Seed of the run. */
  run: number;
  part: ReadyPart;
  issues: readonly KnownIssue[];
  suites: readonly SuiteName[];
  profiles: Partial<Record<SuiteName, PrinterProfile>>;
  /** Whether the job is registered. */
  reference: boolean;
  injection: Injection | null;
  cell: string | null;
  warm: boolean;
  /** The print is followed for so long at most, s. */
  durationS: number;
}

/** Makes one print and lets every suite's analysis watch it. */
export function runPrint(order: PrintOrder): PrintRecord {
  const { printer, run, part, injection } = order;
  const watchers = order.suites.map((suite) => watcherOf(order, suite));
  const host = drawHost(run);
  const truth: Truth[] = [];
  let event: EventRecord | null = null;
  let nowS = 0;
  for (const seen of simulate(optionsOf(order, host), truth)) {
    nowS = seen.eventTimeS;
    if (event === null && truth[0]) event = eventOf(truth[0], watchers[0]!.layer);
    for (let i = 0; i < watchers.length; i++) watchers[i]!.observe(seen);
    if (seen.type === "tick" && truth[0] && nowS > truth[0].endS + AFTER_S) break;
  }
  if (event && truth[0]!.endS < Infinity) event.endS = truth[0]!.endS;
  return {
    purpose: injection ? "cell" : "clean",
    cell: order.cell,
    printer: printer.seed,
    run,
    part: part.id,
    hours: nowS / 3600,
    reportS: host.pollS || host.autoReportS,
    duty: printer.firmware.reportsDuty,
    event,
    suites: Object.fromEntries(watchers.map((each) => [each.suite, each.take()])),
    alarms: [],
  };
}

function watcherOf(order: PrintOrder, suite: SuiteName): Watcher {
  const { issues, part, profiles } = order;
  const digests = { twin: "", detector: "", classifier: "" };
  const reference = order.reference ? part.reference : null;
  return new Watcher(suite, { issues, digests, profile: profiles[suite] ?? null, reference });
}

function optionsOf(order: PrintOrder, host: ReturnType<typeof drawHost>) {
  const { printer, run, part, injection, durationS } = order;
  const random = new Random(run, "warm");
  const warm = order.warm
    ? { hotendC: random.uniform(150, 210), bedC: random.uniform(45, 60) }
    : undefined;
  return {
    seed: run,
    printer,
    gcode: part.lines,
    host,
    warm,
    durationS,
    injections: injection ? [injection] : [],
    sensesEveryS: order.suites.includes("S2") ? SENSES_EVERY_S : 0,
  };
}

function eventOf({ id, size, variant, startS }: Truth, layer: number | null): EventRecord {
  return { id, size, variant, startS, endS: null, layer };
}
