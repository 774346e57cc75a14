/** A print on the virtual printer, through the tap's own lanes and order desk, under a response. */
import { stepPause } from "../../../edge/respond/pause.ts";
import type { PauseEffect } from "../../../edge/respond/pause_effect.ts";
import { initPause, type PauseState } from "../../../edge/respond/pause_state.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { DIR, type Dir } from "../../../edge/tap/frame.ts";
import { Lane as TapLane } from "../../../edge/tap/lane.ts";
import { OrderDesk } from "../../../edge/tap/order_desk.ts";
import { plainLaneIo } from "../../../scripts/fuzz/plain_lane_io.ts";
import { advance, dueS, receive } from "../../../scripts/printer/device/advance.ts";
import { initMachine, type Machine } from "../../../scripts/printer/device/machine.ts";
import { stepCounts } from "../../../scripts/printer/device/step_probe.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { StreamHost } from "../../../scripts/printer/host/stream_host.ts";
import { isIdle } from "../../../scripts/printer/motion/planner.ts";

const WIRE_S = 0.002;
const DESK_S = 0.2;
export const PLACE = { xMm: null, yMm: null, liftMm: 10, standbyC: 140 };
const [X, Y, Z, E] = [0, 1, 2, 3] as const;

/** What a person standing beside the printer would see at one moment. */
export interface Glance {
  atS: number;
  phase: string;
  nozzleC: number;
  /** The nozzle above the highest that it has extruded at, mm. */
  aboveMm: number;
  xyMm: [number, number];
}

/** One print: a host, the tap's pure parts, a virtual printer and the pause machine, on one clock. */
export class HeldPrint {
  nowS = 0;
  readonly reports: string[] = [];
  readonly glances: Glance[] = [];
  readonly machine: Machine;
  readonly host: StreamHost;
  readonly pause: PauseState = initPause(null, PLACE);
  readonly desk: OrderDesk;
  readonly #toPrinter: TapLane;
  readonly #toHost: TapLane;
  /** Bytes at the tap's four ends, and lines on their way with the time at which they arrive. */
  #fromHost = "";
  #fromPrinter = "";
  #parts = { down: "", up: "" };
  readonly #down: { atS: number; line: string }[] = [];
  readonly #up: { atS: number; line: string }[] = [];
  readonly #heard: Partial<Record<Dir, string>> = {};
  #deskS = 0;
  #tickS = 1;
  #partMm = 0;
  #extrudedMm = 0;

  /** @param obeys whether the host listens to //action lines */
  constructor(gcode: string, readonly obeys: boolean, seed = 5) {
    this.machine = initMachine(drawPrinter(seed), seed);
    this.host = new StreamHost(jobLines(gcode), {
      kind: "octoprint",
      turnaroundS: 0.002,
      stallChance: 0,
      pollS: 0,
      autoReportS: 1,
      startDelayS: 0.5,
    }, seed);
    this.#toPrinter = this.#lane(DIR.hostToPrinter);
    this.#toHost = this.#lane(DIR.printerToHost);
    this.desk = new OrderDesk({
      allowed: true,
      link: {
        toPrinter: this.#toPrinter,
        toHost: this.#toHost,
        state: {
          host: true,
          printer: true,
          bypass: false,
          held: false,
          blind: null,
          baud: 115_200,
        },
        bypass: () => "not here",
      },
      acknowledge: (_id, issue) => this.do(stepPause(this.pause, { type: "answered", issue })),
      say: () => {},
      noteHold: () => {},
    });
  }

  #lane(dir: 1 | 2): TapLane {
    const isDown = dir === DIR.hostToPrinter;
    const io = plainLaneIo({
      read: (into, bytesMax) => {
        const text = (isDown ? this.#fromHost : this.#fromPrinter).slice(0, bytesMax);
        if (isDown) this.#fromHost = this.#fromHost.slice(text.length);
        else this.#fromPrinter = this.#fromPrinter.slice(text.length);
        return new TextEncoder().encodeInto(text, into).written;
      },
      write: (from, bytes) => {
        this.#arrive(isDown ? "down" : "up", new TextDecoder().decode(from.subarray(0, bytes)));
        return bytes;
      },
    });
    return new TapLane(io, dir, (way, bytes, start, length) => {
      this.#observe(way, new TextDecoder().decode(bytes.subarray(start, start + length)));
    });
  }

  #arrive(way: "down" | "up", text: string): void {
    const lines = (this.#parts[way] + text).split("\n");
    this.#parts[way] = lines.pop() ?? "";
    const on = way === "down" ? this.#down : this.#up;
    for (const line of lines) on.push({ atS: this.nowS + WIRE_S, line });
  }

  #observe(way: Dir, text: string): void {
    const lines = ((this.#heard[way] ?? "") + text).split("\n");
    this.#heard[way] = lines.pop() ?? "";
    const eventTimeS = this.nowS;
    for (const line of lines) {
      if (way === DIR.printerToHost) this.#see({ type: "received", eventTimeS, line });
      const origin = way === DIR.hostToPrinter ? "host" : "agent";
      const isDown = way === DIR.hostToPrinter || way === DIR.agentToPrinter;
      if (isDown) this.#see({ type: "sent", eventTimeS, line, origin });
    }
  }

  #see(observation: Observation): void {
    this.do(stepPause(this.pause, { type: "observed", observation }));
  }

  /** Carries effects out as the agent does. */
  do(effects: PauseEffect[]): void {
    const order = { v: 1, id: "11111111-1111-4111-8111-111111111111" } as const;
    for (const effect of effects) {
      if (effect.do === "report") this.reports.push(effect.detail);
      else if (effect.do === "inject") {
        const { to, line } = effect;
        this.desk.take({ ...order, type: "inject", to, line }, this.nowS * 1000);
      } else if (effect.do === "release") {
        this.desk.take({ ...order, type: "release" }, this.nowS * 1000);
      } else {
        const { latched } = effect;
        this.desk.take({ ...order, type: "hold", leaseS: 30, latched }, this.nowS * 1000);
      }
    }
  }

  /** Goes on until `over`, or fails after so many simulated seconds. */
  runUntil(over: () => boolean, withinS = 7200): this {
    const endS = this.nowS + withinS;
    while (!over()) {
      this.#step();
      if (this.nowS > endS) throw new Error(`${withinS} s are over: ${this.reports.join("; ")}`);
    }
    return this;
  }

  #step(): void {
    const wires = Math.min(this.#down[0]?.atS ?? Infinity, this.#up[0]?.atS ?? Infinity);
    const others = Math.min(this.host.dueS, this.#deskS, this.#tickS);
    this.nowS = Math.max(this.nowS, Math.min(wires, others, dueS(this.machine)));
    advance(this.machine, this.nowS);
    while ((this.#down[0]?.atS ?? Infinity) <= this.nowS) {
      receive(this.machine, this.#down.shift()!.line);
    }
    for (const { line } of this.machine.output.splice(0)) this.#fromPrinter += `${line}\n`;
    if (this.#fromPrinter !== "" && this.#toHost.wantsRead) this.#toHost.onReadable();
    while ((this.#up[0]?.atS ?? Infinity) <= this.nowS) this.#hear(this.#up.shift()!.line);
    if (this.host.dueS <= this.nowS) this.#fromHost += `${this.host.send(this.nowS)}\n`;
    if (this.#fromHost !== "" && this.#toPrinter.wantsRead) this.#toPrinter.onReadable();
    this.#clocks();
  }

  #hear(line: string): void {
    if (this.obeys || !line.startsWith("//action")) this.host.hear(line, this.nowS);
  }

  #clocks(): void {
    if (this.nowS >= this.#deskS) {
      this.#deskS += DESK_S;
      this.desk.tick(this.nowS * 1000);
      this.#glance();
    }
    if (this.nowS < this.#tickS) return;
    this.#tickS += 1;
    this.#see({ type: "tick", eventTimeS: this.nowS });
  }

  /** Where the axes and the extruder stand, in mm of what the drivers were stepped. */
  get positionMm(): [number, number, number, number] {
    const perMm = this.machine.p.motion.stepsPerMm;
    return stepCounts(this.machine).map((steps, axis) => steps / perMm[axis]!) as never;
  }

  #glance(): void {
    const at = this.positionMm;
    if (at[E] > this.#extrudedMm + 0.01) {
      this.#extrudedMm = at[E];
      this.#partMm = at[Z];
    }
    this.glances.push({
      atS: this.nowS,
      phase: this.pause.record.phase,
      nozzleC: this.machine.hotend.nozzleC,
      aboveMm: at[Z] - this.#partMm,
      xyMm: [at[X], at[Y]],
    });
  }

  /** Whether the job was sent and carried out to its end. */
  get isOver(): boolean {
    return this.host.done() && isIdle(this.machine.planner);
  }

  get layerMm(): number {
    return this.#partMm;
  }
}
