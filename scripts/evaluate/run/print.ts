import type { KnownIssue } from "../../../shared/known_issue.ts";
import type { PrinterProfile } from "../../../edge/analysis.ts";
import type { Detection } from "../../../edge/analysis/state.ts";
import type { Models } from "../../../edge/network/models.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { PrintRun } from "../../printer/print_run.ts";
import { Random } from "../../printer/random.ts";
import type { Truth } from "../../printer/scenario/injection.ts";
import type { BaselineContext } from "../baselines/baseline.ts";
import { ROW_S } from "../baselines/golden_print.ts";
import { BaselineSide } from "./baseline_side.ts";
import type { Happening } from "./happening.ts";
import { loadFilament } from "./load_filament.ts";
import type { AlarmRecord, EventRecord, OtherName, PrintRecord, SuiteName } from "./record.ts";
import type { ReadyPart } from "./stock.ts";
import { Watcher } from "./watcher.ts";

/** Senses are read this often, s. */
export const SENSES_EVERY_S = 0.5;
/** After a job's last line the printer is watched for so long, s; longer where a job ends early. */
const TAIL_S = 10;
const ENDED_TAIL_S = 300;
/** What the agent asks by itself in suites S1 and S2. */
export const QUESTIONS = ["M115", "M503", "M114"];
/** Deviations are awaited for so long after an event, s; the print isn't followed further. */
const AFTER_S = 45;
/** No part takes so long: a printer that waits for ever for its bed is left alone, s. */
const LONGEST_S = 24 * 3600;

/** Everything that makes one print. */
export interface PrintOrder {
  printer: PrinterParameters;
  /** Seed of the run. */
  run: number;
  part: ReadyPart;
  issues: readonly KnownIssue[];
  models: Models | null;
  suites: readonly SuiteName[];
  /** Who watches too, with the richest of the suites. */
  others: readonly OtherName[];
  /** Networks that never saw this kind of event, for `left-out`. */
  leftOut: Models | null;
  /** What is known of the printer; nothing on its first print. */
  profiles: Partial<Record<SuiteName, PrinterProfile>>;
  /** Whether the job is registered. */
  reference: boolean;
  happening: Happening | null;
  warm: boolean;
  /** What the baselines know; null to leave them out. */
  baselines: BaselineContext | null;
}

/** Makes one print and lets every suite's analysis watch it. */
export function runPrint(order: PrintOrder): PrintRecord {
  const { printer, run, part, happening } = order;
  const host = drawHost(run);
  const print = new WatchedPrint(order, host);
  while (print.goesOn()) print.step();
  return {
    purpose: happening ? "cell" : Object.keys(order.profiles).length > 0 ? "clean" : "first",
    cell: happening?.cell.id ?? null,
    printer: printer.seed,
    run,
    part: part.id,
    hours: print.nowS / 3600,
    reportS: host.pollS || host.autoReportS,
    duty: printer.firmware.reportsDuty,
    event: print.event(),
    suites: Object.fromEntries(print.watchers.map((each) => [each.suite, each.take()])),
    others: Object.fromEntries(print.others.map(({ name, by }) => [name, by.take()])),
    alarms: print.alarms(),
  };
}

class WatchedPrint {
  nowS = 0;
  readonly watchers: Watcher[];
  readonly others: { name: OtherName; by: Watcher }[];
  #all: Watcher[];
  #baselines: BaselineSide | null;
  #lines: readonly string[];
  #happening: Happening | null;
  #truth: Truth[] = [];
  #run: PrintRun;
  #readyS: number | null = null;
  #layer: number | null = null;

  constructor(order: PrintOrder, host: ReturnType<typeof drawHost>) {
    this.#happening = order.happening;
    this.#baselines = order.baselines ? new BaselineSide(order.baselines) : null;
    this.#lines = order.part.lines;
    this.watchers = order.suites.map((suite) => watcherOf(order, suite));
    this.others = order.others.map((name) => ({ name, by: otherWatcher(order, name) }));
    this.#all = [...this.watchers, ...this.others.map(({ by }) => by)];
    const whole = order.happening?.injection.drawn;
    this.#run = new PrintRun({
      seed: order.run,
      printer: loadFilament(order.printer, order.part.material),
      gcode: order.part.lines,
      host,
      warm: order.warm ? drawWarm(order.run) : undefined,
      injections: whole ? [whole] : [],
      tailS: order.happening?.cell.scenario === "A19" ? ENDED_TAIL_S : TAIL_S,
      sensesEveryS: order.suites.includes("S2") ? SENSES_EVERY_S : 0,
      questions: order.suites.some((suite) => suite !== "S0") ? QUESTIONS : [],
      stepsEveryS: order.baselines?.golden ? ROW_S : 0,
    }, this.#truth);
  }

  /** A changed firmware stays changed, whenever the attacker leaves. */
  get #lasts(): boolean {
    return this.#happening?.cell.toTheEnd === true;
  }

  goesOn(): boolean {
    const endS = this.#truth[0] && !this.#lasts ? this.#truth[0].endS : Infinity;
    const untilS = Math.min(this.#happening?.untilS ?? Infinity, endS + AFTER_S);
    return !this.#run.over && this.nowS <= Math.min(LONGEST_S, untilS);
  }

  step(): void {
    this.#run.step();
    const { seen, answers, steps } = this.#run;
    for (let i = 0; i < seen.length; i++) this.#see(seen[i]!, answers.has(seen[i]!));
    for (let i = 0; i < steps.length; i++) this.#baselines?.probe(steps[i]!);
    seen.length = 0;
    if (answers.size > 0) answers.clear();
    steps.length = 0;
  }

  #see(each: Observation, answer: boolean): void {
    const { watchers } = this;
    const happening = this.#happening;
    this.nowS = each.eventTimeS;
    if (happening !== null) {
      if (this.#layer === null && this.#truth.length > 0) this.#layer = watchers[0]!.layer;
      const declaration = happening.declaration(this.nowS);
      if (declaration) { for (const each of this.#all) each.observe(declaration); }
    }
    const asked = answer || each.type === "sent" && each.origin === "agent";
    for (let i = 0; i < this.#all.length; i++) {
      if (!asked || this.#all[i]!.suite !== "S0") this.#all[i]!.observe(each);
    }
    if (!asked) this.#baselines?.observe(each);
    if (happening !== null && this.#readyS === null && watchers[0]!.extruding) {
      this.#begin(happening);
    }
  }

  #begin(happening: Happening): void {
    this.#readyS = this.nowS;
    const injection = happening.begin(this.nowS);
    if (injection) this.#run.inject(injection);
  }

  alarms(): AlarmRecord[] {
    const [truth] = this.#truth;
    if (truth) this.#baselines?.happened(truth, this.#lines);
    return this.#baselines?.alarms() ?? [];
  }

  event(): EventRecord | null {
    const truth = this.#truth[0];
    if (!truth) return null;
    const { id, size, variant, startS, endS } = truth;
    return {
      id,
      size,
      variant,
      startS,
      endS: endS < Infinity && !this.#lasts ? endS : null,
      layer: this.#layer,
      readyS: this.#readyS,
      sights: this.#happening?.sights ?? {},
    };
  }
}

function otherWatcher(order: PrintOrder, name: OtherName): Watcher {
  const suite = order.suites.at(-1)!;
  if (name !== "left-out") return watcherOf(order, suite, name);
  return watcherOf({ ...order, models: order.leftOut }, suite);
}

function watcherOf(order: PrintOrder, suite: SuiteName, detection: Detection = "both"): Watcher {
  const { issues, models, part, profiles } = order;
  const digests = { twin: "", detector: "", classifier: "" };
  const reference = order.reference ? part.reference : null;
  const profile = profiles[suite] ?? null;
  return new Watcher(suite, { issues, models, detection, digests, profile, reference });
}

function drawWarm(run: number) {
  const random = new Random(run, "warm");
  return { hotendC: random.uniform(150, 210), bedC: random.uniform(45, 60) };
}
