import type { Logger } from "@logtape/logtape";
import { reasonOf } from "../shared/reason.ts";
import type { PrinterRun } from "./agent/printer_run.ts";
import type { Outbox } from "./publish/outbox.ts";
import type { AnnouncedWindow } from "./respond/maintenance.ts";
import type { Publisher } from "./publish/publisher.ts";
import { wait } from "../shared/wait.ts";

/** How often the agent looks after its printers, ms. */
const ROUND_MS = 1000;
const SNAPSHOT_EVERY_MS = 10_000;
/** The first one comes sooner, so that an agent which is killed again and again still gets on. */
const SNAPSHOT_FIRST_MS = 2000;
/** The outbox' age is written down so often: each writing wears the card. */
const AGE_EVERY_MS = 60_000;

/** What the agent is made of; none of it knows the agent. */
export interface AgentParts {
  printers: readonly PrinterRun[];
  outbox: Outbox;
  publisher: Publisher;
  /** Serves until it is closed. */
  broker: { run(): Promise<void>; close(): void };
  log: Logger;
  nowMs(): number;
  /** Writes a printer's snapshot for good. */
  writeSnapshot(printer: string, text: string): Promise<void>;
  /** Keeps what was counted of a printer's prints. */
  writeBook?(printer: string, text: string): Promise<void>;
  /** Tells other programs of this device how things stand. */
  writeStatus?(printers: readonly PrinterRun[]): Promise<void>;
  /** Takes away, if it is there, a person's word that a printer's job may go on. */
  takeResume(printer: string): Promise<boolean>;
  /** Takes away, if it is there, a person's announcement of a change to a printer. */
  takeMaintenance(printer: string): Promise<AnnouncedWindow | null>;
}

/**
 * Runs a device's printers side by side: observations go in, messages go out, and a round each
 * second looks after presence, snapshots and the outbox.
 */
export class Agent {
  #snapshotMs: number;
  #agedMs: number;
  #tickedMs: number;
  #snapshotIssue = false;
  #statusIssue = false;

  constructor(private readonly parts: AgentParts) {
    this.#agedMs = this.#tickedMs = parts.nowMs();
    this.#snapshotMs = this.#agedMs - SNAPSHOT_EVERY_MS + SNAPSHOT_FIRST_MS;
  }

  /** Runs until `signal` aborts, or until every source has come to its end. */
  async run(signal: AbortSignal): Promise<void> {
    const { printers, publisher, broker } = this.parts;
    const over = new AbortController();
    signal.addEventListener("abort", () => over.abort());
    if (signal.aborted) over.abort();
    const serving = [broker.run(), publisher.run(over.signal), this.#rounds(over.signal)];
    await Promise.all(printers.map((printer) => printer.run(over.signal)));
    await this.#end();
    over.abort();
    broker.close();
    await Promise.all(serving);
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        this.#unexpected("a round", error);
      }
      await wait(ROUND_MS, signal);
    }
  }

  /** Looks once after everything that is due. */
  async round(): Promise<void> {
    const nowMs = this.parts.nowMs();
    this.#age(nowMs);
    const due = nowMs - this.#snapshotMs >= SNAPSHOT_EVERY_MS;
    if (due) this.#snapshotMs = nowMs;
    await Promise.all(this.parts.printers.map(async (printer) => {
      if (await this.parts.takeResume(printer.name)) printer.resumeByHand();
      const announced = await this.parts.takeMaintenance(printer.name);
      if (announced !== null) printer.declare(announced);
      if (due) await this.#keep(printer);
      printer.tally(nowMs);
      await this.#keepBook(printer, nowMs);
      // A broker that is slow to answer must not hold the round up.
      void printer.presence.tick(nowMs).catch((error) => this.#unexpected("presence", error));
    }));
    await this.#tell();
  }

  async #tell(): Promise<void> {
    try {
      await this.parts.writeStatus?.(this.parts.printers);
      this.#statusIssue = false;
    } catch (error) {
      if (!this.#statusIssue) this.#unexpected("the status file", error);
      this.#statusIssue = true;
    }
  }

  #age(nowMs: number): void {
    const { outbox } = this.parts;
    const elapsedS = (nowMs - this.#agedMs) / 1000;
    this.#agedMs = nowMs;
    // Also an agent that is killed before each tick grows older by its messages.
    if (nowMs - this.#tickedMs < (outbox.isOverflowing ? 5000 : AGE_EVERY_MS)) {
      return outbox.pass(elapsedS);
    }
    this.#tickedMs = nowMs;
    outbox.tick(elapsedS);
  }

  async #keep(printer: PrinterRun): Promise<void> {
    try {
      await this.parts.writeSnapshot(printer.name, printer.snapshot());
      this.#snapshotIssue = false;
    } catch (error) {
      if (!this.#snapshotIssue) this.#unexpected(`the snapshot of ${printer.name}`, error);
      this.#snapshotIssue = true;
    }
  }

  async #keepBook(printer: PrinterRun, nowMs: number): Promise<void> {
    const text = this.parts.writeBook ? printer.dueBook(nowMs) : null;
    if (text === null) return;
    try {
      await this.parts.writeBook?.(printer.name, text);
    } catch (error) {
      this.#unexpected(`keeping the prints of ${printer.name}`, error);
    }
  }

  #unexpected(what: string, error: unknown): void {
    const reason = reasonOf(error);
    this.parts.log.error("{what} failed: {reason}", { what, reason });
  }

  /** Tells and keeps everything once more; what isn't sent yet waits in the outbox. */
  async #end(): Promise<void> {
    for (const printer of this.parts.printers) {
      printer.flush();
      await this.#keep(printer);
      await this.#keepBook(printer, Infinity);
    }
  }
}
