import { Random } from "../random.ts";
import { type Host, type HostOptions, numbered } from "./host.ts";

/** Typical behaviour of each kind of host. */
export function drawHost(seed: number, kind?: HostOptions["kind"]): HostOptions {
  const random = new Random(seed, "host");
  const drawn = kind ?? random.pick(["printcore", "octoprint", "octoprint"] as const);
  const polls = drawn === "octoprint" && random.chance(0.4);
  return {
    kind: drawn,
    turnaroundS: drawn === "octoprint"
      ? random.uniform(0.001, 0.004)
      : random.uniform(0.0006, 0.0015),
    stallChance: random.uniform(0, 0.03),
    pollS: polls ? random.pick([1, 2, 5]) : 0,
    autoReportS: polls ? 0 : random.pick([1, 1, 2, 5]),
    startDelayS: random.uniform(0.5, 3),
  };
}

/**
 * Streams a job with one line under way at a time, as printcore and OctoPrint do: waits for `ok`,
 * goes back on `Resend`, holds on `//action:pause`.
 */
export class StreamHost implements Host {
  dueS: number;
  #options: HostOptions;
  #random: Random;
  #lines: readonly string[];
  /** What was sent under each line number since the last M110. */
  #sent: string[] = [];
  #resendFrom = -1;
  #next = 0;
  #waiting = false;
  #paused = false;
  #pollDueS = Infinity;
  #greeting: string[];
  #finished = false;
  /** Orders of a person or a panel, sent before the next line of the file. */
  #orders: string[] = [];

  constructor(job: readonly string[], options: HostOptions, seed: number) {
    this.#options = options;
    this.#random = new Random(seed, "host-timing");
    this.#lines = job;
    this.#greeting = ["M105"];
    if (options.kind !== "plain") this.#greeting.push("N-1 M110*15");
    if (options.kind === "octoprint") this.#orders.push("M115");
    if (options.autoReportS > 0) this.#orders.push(`M155 S${options.autoReportS}`);
    this.dueS = 0.05;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Position in the job: lines given to the wire at least once. */
  get position(): number {
    return this.#next;
  }

  done(): boolean {
    return this.#finished;
  }

  /** Sends a line on a person's behalf as soon as the wire is free. */
  order(line: string, nowS: number): void {
    this.#orders.push(line);
    if (!this.#waiting && this.dueS === Infinity) this.dueS = nowS + this.#options.turnaroundS;
  }

  send(nowS: number): string {
    this.#waiting = true;
    this.dueS = Infinity;
    const greeting = this.#greeting.shift();
    if (greeting !== undefined) {
      if (greeting.includes("M110")) this.#sent.length = 0;
      return greeting;
    }
    if (this.#resendFrom >= 0 && this.#resendFrom < this.#sent.length) {
      return this.#sent[this.#resendFrom++]!;
    }
    this.#resendFrom = -1;
    return this.#frame(this.#pick(nowS));
  }

  #pick(nowS: number): string {
    const order = this.#orders.shift();
    if (order !== undefined) return order;
    if (nowS >= this.#pollDueS) {
      this.#pollDueS = nowS + this.#options.pollS;
      return "M105";
    }
    return this.#lines[this.#next++] ?? "M105";
  }

  #frame(line: string): string {
    if (this.#options.kind === "plain") return line;
    const framed = numbered(this.#sent.length, line);
    this.#sent.push(framed);
    return framed;
  }

  hear(line: string, nowS: number): void {
    if (line.startsWith("ok")) this.#answered(nowS);
    else if (line.startsWith("Resend:") || line.startsWith("rs ")) {
      const asked = Number.parseInt(line.replace(/^\D+/, ""), 10);
      if (asked >= 0 && asked <= this.#sent.length) this.#resendFrom = asked;
    } else if (line.startsWith("//action:")) this.#action(line.slice(9).trim(), nowS);
  }

  #action(action: string, nowS: number): void {
    if (action === "pause" || action === "paused") this.#paused = true;
    else if (action === "cancel") this.#next = this.#lines.length;
    else if (action === "resume" || action === "resumed") {
      this.#paused = false;
      if (!this.#waiting && this.dueS === Infinity) this.dueS = nowS + this.#options.turnaroundS;
    }
  }

  /** Resumes or pauses at a person's will. */
  setPaused(paused: boolean, nowS: number): void {
    this.#action(paused ? "pause" : "resume", nowS);
  }

  #answered(nowS: number): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    const stall = this.#random.chance(this.#options.stallChance)
      ? this.#random.uniform(0.005, 0.04)
      : 0;
    const turnaround = this.#options.turnaroundS * this.#random.uniform(0.8, 1.3) + stall;
    if (this.#greeting.length > 0) {
      this.dueS = nowS + this.#options.startDelayS;
      return;
    }
    if (this.#pollDueS === Infinity && this.#options.pollS > 0) {
      this.#pollDueS = nowS + this.#options.pollS;
    }
    const more = this.#next < this.#lines.length && !this.#paused;
    if (more || this.#resendFrom >= 0 || this.#orders.length > 0) this.dueS = nowS + turnaround;
    else {
      this.#finished = this.#next >= this.#lines.length;
      if (this.#options.pollS > 0) this.dueS = Math.max(nowS + turnaround, this.#pollDueS);
    }
  }
}
