import type { Observation } from "../../edge/source/observation.ts";
import { advance, dueS, receive } from "./device/advance.ts";
import { initMachine, type Machine, say, type Warm } from "./device/machine.ts";
import { stepCounts } from "./device/step_probe.ts";
import { initSenses, readSenses, type Senses } from "./device/senses.ts";
import { banner } from "./firmware/identity.ts";
import { type HostOptions, jobLines } from "./host/host.ts";
import { drawHost, StreamHost } from "./host/stream_host.ts";
import { AgentQuestions, HELD_S } from "./host/agent_questions.ts";
import { Lane } from "./lane.ts";
import { isIdle } from "./motion/planner.ts";
import type { PrinterParameters } from "./parameters.ts";
import { Random } from "./random.ts";
import { ScenarioEngine } from "./scenario/engine.ts";
import type { Injection, Truth } from "./scenario/injection.ts";
import type { Scenario } from "./scenario/scenario.ts";

export interface SimulateOptions {
  /** Seed of the run: noise, host timing, wear of everything random. */
  seed: number;
  printer: PrinterParameters;
  /** The job as the slicer wrote it, or lines that `jobLines` has made of it. */
  gcode: string | readonly string[];
  /** How the host behaves; drawn from `seed` when absent. */
  host?: HostOptions;
  injections?: readonly Injection[];
  /** Ends the run after so long, s; otherwise when the job is done and `tailS` has passed. */
  durationS?: number;
  /** Starts hot instead of at room temperature. */
  warm?: Warm;
  /** How long to go on after the job, s; default 10. */
  tailS?: number;
  /** Lines of another job for A19; a distorted copy is sent without. */
  otherJob?: readonly string[];
  /** Scenarios beside the catalogue's, by name. */
  others?: Readonly<Record<string, Scenario>>;
  /** Seconds between readings of suite S2's senses; default 0: there are none. */
  sensesEveryS?: number;
  /** Seconds between counts of a step probe, in `steps`; default 0: there is none. */
  stepsEveryS?: number;
  /** What suite S1's agent asks before the job and after it; default nothing. */
  questions?: readonly string[];
  /** Added to every event time, s; default 0. */
  clockOffsetS?: number;
}

/** What a step probe has counted until then: X, Y, Z and E. */
export interface StepCount {
  type: "steps";
  eventTimeS: number;
  steps: [number, number, number, number];
}

/**
 * Host, wire and printer of one print on one clock. Each `step` goes to the next instant at which
 * something happens; what the tap sees of it is in `seen`, which the caller empties.
 */
export class PrintRun {
  readonly seen: Observation[] = [];
  /** Counts of a probe at the drivers, which no tap has; the caller empties it as well. */
  readonly steps: StepCount[] = [];
  /** Those of `seen` that answer the agent's own questions; the caller empties it as well. */
  readonly answers = new Set<Observation>();
  over = false;
  #machine: Machine;
  #host: StreamHost;
  #engine: ScenarioEngine;
  #hook: (m: Machine) => void;
  #senses: Senses;
  #questions: AgentQuestions;
  #down = new Lane();
  #up = new Lane();
  /** Lines that somebody holds back before the tap. */
  #held = new Lane();
  #byteS: number;
  #usbS: number;
  #clockOffsetS: number;
  #durationS: number;
  #tailS: number;
  #tickS = 1;
  #sensesEveryS: number;
  #senseS: number;
  #stepsEveryS: number;
  #stepsS: number;
  #dutyThen = 0;
  #ticksThen = 0;
  #idleSinceS = Infinity;

  /** The truth of what is injected goes into `truth`, on the clock of the observations. */
  constructor(options: SimulateOptions, truth: Truth[]) {
    const { seed, printer } = options;
    const job = typeof options.gcode === "string" ? jobLines(options.gcode) : options.gcode;
    this.#clockOffsetS = options.clockOffsetS ?? 0;
    this.#durationS = options.durationS ?? Infinity;
    this.#tailS = options.tailS ?? 10;
    this.#machine = initMachine(printer, seed, options.warm);
    this.#host = new StreamHost(job, options.host ?? drawHost(seed), seed);
    this.#questions = new AgentQuestions(options.questions ?? []);
    if (this.#questions.dueS < Infinity) this.#host.stall(HELD_S);
    this.#engine = this.#makeEngine(options, truth);
    this.#hook = (m) => this.#engine.tick(m);
    this.#senses = initSenses(this.#machine, seed);
    this.#sensesEveryS = options.sensesEveryS ?? 0;
    this.#senseS = this.#sensesEveryS > 0 ? this.#sensesEveryS : Infinity;
    this.#stepsEveryS = options.stepsEveryS ?? 0;
    this.#stepsS = this.#stepsEveryS > 0 ? this.#stepsEveryS : Infinity;
    this.#byteS = 10 / printer.baud;
    this.#usbS = new Random(seed, "wire").uniform(0.0001, 0.0008);
    for (const line of banner(this.#machine)) say(this.#machine, line);
  }

  #makeEngine(options: SimulateOptions, truth: Truth[]): ScenarioEngine {
    const shown = new Map<Truth, Truth>();
    const around = { printer: options.printer, otherJob: options.otherJob };
    return new ScenarioEngine(
      options.injections ?? [],
      (one, what) => {
        const copy = shown.get(one) ?? { ...one };
        copy.startS = one.startS + this.#clockOffsetS;
        copy.endS = one.endS + this.#clockOffsetS;
        if (what === "ends") return;
        shown.set(one, copy);
        truth.push(copy);
      },
      around,
      options.others,
    );
  }

  /** Adds an injection while the run goes on; its time must still come. */
  inject(injection: Injection): void {
    this.#engine.add(injection);
  }

  step(): void {
    const nowS = Math.min(
      this.#host.dueS,
      this.#engine.hostDueS,
      this.#questions.dueS,
      this.#down.dueS,
      this.#up.dueS,
      this.#held.dueS,
      dueS(this.#machine),
      this.#tickS,
      this.#senseS,
      this.#stepsS,
    );
    if (nowS > this.#durationS || nowS > this.#idleSinceS + this.#tailS) {
      this.over = true;
      return;
    }
    advance(this.#machine, nowS, this.#hook);
    this.#printerSide(nowS);
    this.#hostSide(nowS);
    if (nowS >= this.#senseS) this.#sense(nowS);
    if (nowS >= this.#stepsS) this.#probe(nowS);
    if (nowS >= this.#tickS) this.#tick(nowS);
  }

  #printerSide(nowS: number): void {
    while (this.#down.dueS <= nowS) {
      const line = this.#engine.cableDown(this.#down.take());
      if (line !== null) receive(this.#machine, line);
    }
    const { output } = this.#machine;
    for (const { atS, line } of output) {
      const passed = this.#engine.cableUp(line);
      if (passed !== null) this.#up.put(passed, atS, this.#takesS(passed));
    }
    output.length = 0;
    while (this.#up.dueS <= nowS) {
      const line = this.#up.take();
      this.seen.push({ type: "received", eventTimeS: nowS + this.#clockOffsetS, line });
      if (this.#questions.hear(line, nowS)) {
        // Suites that ask nothing never hear the answers.
        this.answers.add(this.seen.at(-1)!);
        continue;
      }
      const heard = this.#engine.up(line);
      if (heard !== null) this.#host.hear(heard, nowS);
    }
  }

  #hostSide(nowS: number): void {
    const engine = this.#engine;
    if (engine.hostDueS <= nowS) engine.hostTick(this.#host, nowS);
    while (this.#held.dueS <= nowS) this.#send(this.#held.take(), nowS);
    if (this.#questions.dueS <= nowS) this.#send(this.#questions.take(), nowS, "agent");
    if (this.#host.dueS > nowS) return;
    const { lines, holdS, replies } = engine.down(this.#host.send(nowS), nowS);
    for (const reply of replies) this.#host.hear(reply, nowS + 0.0005);
    for (const line of lines) {
      // What comes behind a line that is held back has to wait for it.
      if (holdS > 0 || this.#held.dueS < Infinity) this.#held.put(line, nowS, holdS);
      else this.#send(line, nowS);
    }
  }

  #send(line: string, nowS: number, origin: "host" | "agent" = "host"): void {
    this.#down.put(line, nowS, this.#takesS(line));
    this.seen.push({
      type: "sent",
      eventTimeS: nowS + this.#clockOffsetS,
      line,
      origin,
    });
  }

  #takesS(line: string): number {
    return (line.length + 1) * this.#byteS + this.#usbS;
  }

  #sense(nowS: number): void {
    const m = this.#machine;
    const ticks = m.ticks - this.#ticksThen;
    // Senses may be read more often than the firmware turns its heater.
    const meanDuty = ticks === 0
      ? m.hotendHeater.gateDuty
      : (m.hotendHeater.dutySum - this.#dutyThen) / ticks;
    this.#dutyThen = m.hotendHeater.dutySum;
    this.#ticksThen = m.ticks;
    this.#senseS += this.#sensesEveryS;
    const eventTimeS = nowS + this.#clockOffsetS;
    for (const { sense, value } of readSenses(this.#senses, m, meanDuty, this.#sensesEveryS)) {
      this.seen.push({ type: "reading", eventTimeS, sense, value });
    }
  }

  #probe(nowS: number): void {
    this.#stepsS += this.#stepsEveryS;
    const steps = stepCounts(this.#machine);
    this.steps.push({ type: "steps", eventTimeS: nowS + this.#clockOffsetS, steps });
  }

  #tick(nowS: number): void {
    this.#tickS += 1;
    this.seen.push({ type: "tick", eventTimeS: nowS + this.#clockOffsetS });
    const m = this.#machine;
    if (m.fw.halted || this.#host.done() && isIdle(m.planner)) {
      if (!m.fw.halted) this.#questions.askAgain(nowS);
      this.#idleSinceS = Math.min(this.#idleSinceS, nowS);
    }
  }
}
