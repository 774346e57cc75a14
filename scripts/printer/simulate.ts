import type { Observation } from "../../edge/source/observation.ts";
import { advance, dueS, receive } from "./device/advance.ts";
import { initMachine, type Machine, say, type Warm } from "./device/machine.ts";
import { initSenses, readSenses } from "./device/senses.ts";
import { banner } from "./firmware/identity.ts";
import { type HostOptions, jobLines } from "./host/host.ts";
import { drawHost, StreamHost } from "./host/stream_host.ts";
import { isIdle } from "./motion/planner.ts";
import type { PrinterParameters } from "./parameters.ts";
import { Random } from "./random.ts";
import { ScenarioEngine } from "./scenario/engine.ts";
import type { Injection, Truth } from "./scenario/injection.ts";

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
  /** Seconds between readings of suite S2's senses; default 0: there are none. */
  sensesEveryS?: number;
  /** Added to every event time, s; default 0. */
  clockOffsetS?: number;
}

/**
 * One print, as a tap on the serial line would see it: everything sent and received with the time at
 * which it passes, and a tick each second. Same options, same observations. The truth of what was
 * injected goes into `truth` and nowhere else; its times are on the same clock.
 */
export function* simulate(
  options: SimulateOptions,
  truth: Truth[] = [],
): Generator<Observation, void, void> {
  const { seed, printer, durationS = Infinity, tailS = 10, clockOffsetS = 0 } = options;
  const job = typeof options.gcode === "string" ? jobLines(options.gcode) : options.gcode;
  const machine = initMachine(printer, seed, options.warm);
  const host = new StreamHost(job, options.host ?? drawHost(seed), seed);
  const shown = new Map<Truth, Truth>();
  const engine = new ScenarioEngine(options.injections ?? [], (one, what) => {
    const copy = shown.get(one) ?? { ...one };
    copy.startS = one.startS + clockOffsetS;
    copy.endS = one.endS + clockOffsetS;
    if (what === "begins") {
      shown.set(one, copy);
      truth.push(copy);
    }
  }, { printer, otherJob: options.otherJob });
  const hook = (m: Machine) => engine.tick(m);
  const wire = new Random(seed, "wire");
  const byteS = 10 / printer.baud;
  const usbS = wire.uniform(0.0001, 0.0008);
  const down = new Lane();
  const up = new Lane();
  const held = new Lane();
  const senses = initSenses(machine, seed);
  const sensesEveryS = options.sensesEveryS ?? 0;
  let senseS = sensesEveryS > 0 ? sensesEveryS : Infinity;
  let dutyThen = 0;
  let ticksThen = 0;
  let tickS = 1;
  let idleSinceS = Infinity;

  for (const line of banner(machine)) say(machine, line);
  for (;;) {
    const nowS = Math.min(
      host.dueS,
      engine.hostDueS,
      down.dueS,
      up.dueS,
      held.dueS,
      dueS(machine),
      tickS,
      senseS,
    );
    if (nowS > durationS || nowS > idleSinceS + tailS) break;
    advance(machine, nowS, hook);
    while (down.dueS <= nowS) {
      const line = engine.cableDown(down.take());
      if (line !== null) receive(machine, line);
    }
    for (const { atS, line } of machine.output) {
      const passed = engine.cableUp(line);
      if (passed !== null) up.put(passed, atS, (passed.length + 1) * byteS + usbS);
    }
    machine.output.length = 0;
    while (up.dueS <= nowS) {
      const line = up.take();
      yield { type: "received", eventTimeS: nowS + clockOffsetS, line };
      const heard = engine.up(line);
      if (heard !== null) host.hear(heard, nowS);
    }
    if (engine.hostDueS <= nowS) engine.hostTick(host, nowS);
    while (held.dueS <= nowS) {
      const line = held.take();
      down.put(line, nowS, (line.length + 1) * byteS + usbS);
      yield { type: "sent", eventTimeS: nowS + clockOffsetS, line, origin: "host" };
    }
    if (host.dueS <= nowS) {
      const { lines, holdS, replies } = engine.down(host.send(nowS), nowS);
      for (const reply of replies) host.hear(reply, nowS + 0.0005);
      for (const line of lines) {
        if (holdS > 0 || held.dueS < Infinity) {
          held.put(line, nowS, holdS);
          continue;
        }
        down.put(line, nowS, (line.length + 1) * byteS + usbS);
        yield { type: "sent", eventTimeS: nowS + clockOffsetS, line, origin: "host" };
      }
    }
    if (nowS >= senseS) {
      const meanDuty = (machine.hotendHeater.dutySum - dutyThen) /
        Math.max(1, machine.ticks - ticksThen);
      [dutyThen, ticksThen] = [machine.hotendHeater.dutySum, machine.ticks];
      senseS += sensesEveryS;
      for (const { sense, value } of readSenses(senses, machine, meanDuty, sensesEveryS)) {
        yield { type: "reading", eventTimeS: nowS + clockOffsetS, sense, value };
      }
    }
    if (nowS >= tickS) {
      tickS += 1;
      yield { type: "tick", eventTimeS: nowS + clockOffsetS };
      if (machine.fw.halted || host.done() && isIdle(machine.planner)) {
        idleSinceS = Math.min(idleSinceS, nowS);
      }
    }
  }
}

/** One direction of a serial line: bytes take their time and keep their order. */
class Lane {
  #lines: { atS: number; line: string }[] = [];
  #head = 0;
  #freeS = 0;
  dueS = Infinity;

  put(line: string, atS: number, takesS: number): void {
    this.#freeS = Math.max(this.#freeS, atS) + takesS;
    this.#lines.push({ atS: this.#freeS, line });
    this.dueS = this.#lines[this.#head]!.atS;
  }

  take(): string {
    const { line } = this.#lines[this.#head++]!;
    if (this.#head === this.#lines.length) {
      this.#lines.length = 0;
      this.#head = 0;
    }
    this.dueS = this.#lines[this.#head]?.atS ?? Infinity;
    return line;
  }
}
