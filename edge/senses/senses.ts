import type { PrinterConfig } from "../config.ts";
import type { Libc } from "../serial/libc.ts";
import { Board } from "./board.ts";
import type { Lines } from "./lines/line.ts";
import type { SensesMessage, ToSenses } from "./protocol.ts";
import { SensesServer } from "./server.ts";

/** What the senses are made of. */
export interface SensesParts {
  lines: Lines;
  libc(): Libc;
  /** Seconds of CLOCK_BOOTTIME. */
  nowS(): number;
  bootId: string;
  socketPath: string;
  log(text: string): void;
  /** Waits without using the processor, s; a fraction of a millisecond counts. */
  pauseS(seconds: number): void;
  random(): number;
}

const TENTH_MS = 100, READ_EVERY = 5;
/** Samples are taken at odd moments, so that no PWM can keep in step with them, ms. */
const SAMPLE_MS_MIN = 2, SAMPLE_MS_SPREAD = 4;

/** A device's senses: one board for each printer that has any, and a socket for the agent. */
export class Senses {
  readonly boards: ReadonlyMap<string, Board>;
  readonly #server: SensesServer;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #sampler: ReturnType<typeof setTimeout> | undefined;
  #tenths = 0;

  constructor(printers: readonly PrinterConfig[], private readonly parts: SensesParts) {
    const { log } = parts;
    this.#server = new SensesServer(parts.socketPath, {
      hello: () => this.#hello(),
      take: (message, answer) => this.#take(message, answer),
      log,
    });
    const tell = (message: SensesMessage) => this.#server.tell(message);
    this.boards = new Map(
      printers.map((printer) => [printer.name, new Board(printer, { ...parts, tell })]),
    );
  }

  /** Begins to listen, to read and to sample. @throws {Error} if the socket can't be had */
  async begin(): Promise<void> {
    await this.#server.listen();
    void this.#server.serve();
    this.#timers.push(setInterval(() => this.#tenth(), TENTH_MS));
    this.#sampleLater();
  }

  #tenth(): void {
    const reads = ++this.#tenths % READ_EVERY === 0;
    for (const board of this.boards.values()) {
      board.tenth();
      if (reads) board.read();
    }
  }

  #sampleLater(): void {
    const { random, pauseS } = this.parts;
    const wanting = [...this.boards.values()].filter((board) => board.wantsSamples);
    if (wanting.length > 0) {
      // Timers come on whole milliseconds, and so do the cycles of many a PWM.
      pauseS(random() / 1000);
      wanting.forEach((board) => board.sample());
    }
    const ms = wanting.length > 0 ? SAMPLE_MS_MIN + Math.round(random() * SAMPLE_MS_SPREAD) : 500;
    this.#sampler = setTimeout(() => this.#sampleLater(), ms);
  }

  #hello(): SensesMessage {
    const printers = [...this.boards.values()].map((board) => ({
      printer: board.printer,
      senses: board.names,
      faults: board.faults,
      relay: board.relayState,
    }));
    return { v: 1, type: "hello", bootId: this.parts.bootId, printers };
  }

  #take(message: ToSenses, answer: (message: SensesMessage) => void): void {
    const board = this.boards.get(message.printer);
    if (message.type === "asked") return board?.asked(message.asked);
    const { id } = message;
    const done = board === undefined
      ? { ok: false as const, issue: `${message.printer} has no senses here` }
      : message.type === "stop"
      ? board.stop(message.decisionId, message.reason)
      : board.release(message.by);
    const [result, detail] = done.ok
      ? ["applied" as const, done.value]
      : ["refused" as const, done.issue];
    answer({ v: 1, type: "ack", id, result, detail });
  }

  close(): void {
    this.#timers.forEach((timer) => clearInterval(timer));
    clearTimeout(this.#sampler);
    this.#server.close();
    for (const board of this.boards.values()) board.close();
  }
}
