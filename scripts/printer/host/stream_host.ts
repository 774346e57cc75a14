import { Random } from "../random.ts";
import { type Host, type HostOptions, numbered } from "./host.ts";

/** Silence after which a host tickles the printer, s, unless it knows that a command takes long. */
const TICKLE_S = 15;
const TAKES_LONG = /^(?:N-?\d+ ?)?(?:G28|G29|G4|M109|M190|M400|M600|M303|M0|M1)\b/;

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
 * goes back on `Resend`, holds on `//action:pause`, gives up when the printer restarts.
 */
export class StreamHost implements Host {
  dueS: number;
  /** The last hotend target of the job that was sent, °C. */
  hotendTargetC = 0;
  #options: HostOptions;
  #random: Random;
  #lines: readonly string[];
  /** What was sent under each line number since the last M110. */
  #sent: string[] = [];
  #resendFrom = -1;
  #next = 0;
  #waiting = false;
  #takesLong = false;
  #paused = false;
  #stalledUntilS = 0;
  #pollDueS = Infinity;
  #greeting: string[];
  #finished = false;
  /** Orders of a person, sent before the next line of the file. */
  #orders: string[] = [];
  /** Lines that go out whether or not an answer is awaited. */
  #shouts: string[] = [];

  constructor(job: readonly string[], options: HostOptions, seed: number) {
    this.#options = { ...options };
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
    this.#wake(nowS);
  }

  /** Sends a line at once, unnumbered. */
  shout(line: string, nowS: number): void {
    this.#shouts.push(line);
    this.dueS = Math.min(this.dueS, nowS);
  }

  /** Sends nothing until `untilS`: the computer has other things to do. */
  stall(untilS: number): void {
    this.#stalledUntilS = untilS;
    if (this.dueS < untilS) this.dueS = untilS;
  }

  /** Resumes or pauses at a person's will. */
  setPaused(paused: boolean, nowS: number): void {
    this.#action(paused ? "pause" : "resume", nowS);
  }

  /** Drops what is left of the job and sends a script instead. */
  cancel(script: readonly string[], nowS: number): void {
    this.#next = this.#lines.length;
    this.#paused = false;
    this.#orders.push(...script);
    this.#wake(nowS);
  }

  /** Changes the lines that are still to be sent. */
  rewrite(change: (rest: readonly string[]) => readonly string[]): void {
    this.#lines = change(this.#lines.slice(this.#next));
    this.#next = 0;
  }

  send(nowS: number): string {
    const shout = this.#shouts.shift();
    if (shout !== undefined) {
      this.dueS = this.#waiting ? Infinity : nowS + this.#options.turnaroundS;
      return shout;
    }
    const line = this.#waiting ? this.#tickle() : this.#draw(nowS);
    this.#waiting = true;
    this.#takesLong = TAKES_LONG.test(line);
    this.dueS = this.#takesLong ? Infinity : nowS + TICKLE_S;
    return line;
  }

  /** An answer got lost: a harmless question brings one. */
  #tickle(): string {
    return this.#options.kind === "octoprint" ? this.#frame("M105") : "M105";
  }

  #draw(nowS: number): string {
    const greeting = this.#greeting.shift();
    if (greeting !== undefined) {
      if (greeting.includes("M110")) this.#sent.length = 0;
      return greeting;
    }
    if (this.#resendFrom >= 0 && this.#resendFrom < this.#sent.length) {
      return this.#sent[this.#resendFrom++]!;
    }
    this.#resendFrom = -1;
    const order = this.#orders.shift();
    if (order !== undefined) {
      // printcore sends a person's commands without a number while a file runs.
      return this.#options.kind === "printcore" && this.#next > 0 ? order : this.#frame(order);
    }
    if (nowS >= this.#pollDueS || this.#paused || this.#next >= this.#lines.length) {
      this.#pollDueS = this.#options.pollS > 0 ? nowS + this.#options.pollS : Infinity;
      return this.#options.kind === "printcore" ? "M105" : this.#frame("M105");
    }
    const line = this.#lines[this.#next++]!;
    if (line.startsWith("M10")) {
      const found = /^M10[49] S([\d.]+)/.exec(line);
      if (found) this.hotendTargetC = Number(found[1]);
    }
    return this.#frame(line);
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
    } else if (line.startsWith("//action:") || line.startsWith("// action:")) {
      this.#heardAction(line, nowS);
    } else if (line === "start" && this.#next > 0) this.#giveUp();
    else if (line.includes("Unknown") && line.includes("M155")) {
      // A firmware without reports of its own is asked instead.
      this.#options.pollS = Math.max(1, this.#options.autoReportS);
    } else if (this.#waiting && !this.#takesLong && line.startsWith("echo:busy")) {
      this.dueS = nowS + TICKLE_S;
    }
    if (this.#shouts.length > 0) this.dueS = Math.min(this.dueS, nowS);
  }

  #heardAction(line: string, nowS: number): void {
    const found = /^\/\/ ?action: ?(\w+)/.exec(line);
    if (found) this.#action(found[1]!, nowS);
  }

  #action(action: string, nowS: number): void {
    if (action === "pause" || action === "paused") this.#paused = true;
    else if (action === "cancel") this.#next = this.#lines.length;
    else if (action === "resume" || action === "resumed") {
      this.#paused = false;
      this.#wake(nowS);
    }
  }

  /** The printer has restarted: what was printed is lost. */
  #giveUp(): void {
    this.#finished = true;
    this.#next = this.#lines.length;
    this.#orders.length = 0;
    this.#waiting = false;
    this.dueS = Infinity;
    this.#pollDueS = Infinity;
  }

  #wake(nowS: number): void {
    if (!this.#waiting && this.dueS === Infinity) {
      this.dueS = Math.max(this.#stalledUntilS, nowS + this.#options.turnaroundS);
    }
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
    if (more || this.#resendFrom >= 0 || this.#orders.length > 0) {
      this.dueS = Math.max(this.#stalledUntilS, nowS + turnaround);
    } else {
      this.#finished = this.#next >= this.#lines.length;
      this.dueS = Math.max(nowS + turnaround, this.#pollDueS);
    }
  }
}
