import type { Logger } from "@logtape/logtape";
import { reasonOf } from "../../shared/reason.ts";
import type { Deliverer, Delivery } from "./delivery.ts";
import type { QueuedMessage } from "./outbox_message.ts";
import type { Outbox } from "./outbox.ts";

/** Messages on their way at the same time. */
export const IN_FLIGHT_MAX = 64;

const STUCK_MAX = 3;

export interface PublisherOptions {
  /** Waits between attempts while the broker takes nothing, ms: the first and the longest. */
  backOffMs?: { first: number; longest: number };
  /** How often an empty queue is looked at without a nudge, ms. */
  idleMs?: number;
}

type Pass = "drained" | "waiting";

/**
 * Drains the outbox in order: batches in flight together, each message forgotten only once the
 * broker has it. One that the broker refuses for good is parked and never blocks the others.
 */
export class Publisher {
  #cursor = 0;
  #wake: (() => void) | null = null;
  #backingOff = false;
  /** The broker came back since the last pass began. */
  #isBack = false;
  /** Passes in a row in which the broker took nothing of the same batch. */
  #stuck = 0;
  readonly #backOff: { first: number; longest: number };
  readonly #idleMs: number;
  /** Messages that the broker has taken, and those it refused, since the start. */
  delivered = 0;
  refused = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly deliverer: Deliverer,
    private readonly log: Logger,
    options: PublisherOptions = {},
  ) {
    this.#backOff = options.backOffMs ?? { first: 250, longest: 30_000 };
    this.#idleMs = options.idleMs ?? 5000;
  }

  /** A message was added: look now, unless the broker is known to be away. */
  nudge(): void {
    if (!this.#backingOff) this.#wake?.();
  }

  /** The broker is back: try now, or again right after the pass that it was away in. */
  retryNow(): void {
    this.#isBack = true;
    this.#wake?.();
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { first, longest } = this.#backOff;
    let backOffMs = first;
    while (!signal.aborted) {
      this.#isBack = false;
      this.#backingOff = await this.#tryPass(signal) === "waiting";
      if (!this.#isBack) await this.#sleep(this.#backingOff ? backOffMs : this.#idleMs, signal);
      const isAway = this.#backingOff && !this.#isBack;
      backOffMs = isAway ? Math.min(backOffMs * 2, longest) : first;
    }
  }

  /** A disk that can't be read now may be readable later: nothing ends the publisher. */
  async #tryPass(signal: AbortSignal): Promise<Pass> {
    try {
      return await this.pass(signal);
    } catch (error) {
      this.#cursor = 0;
      this.log.error("the outbox can't be drained: {reason}", {
        reason: reasonOf(error),
      });
      return "waiting";
    }
  }

  #sleep(pauseMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, pauseMs);
      signal.addEventListener("abort", done);
      this.#wake = done;
    });
  }

  /**
   * Goes through the queue once, or until the broker is away or takes nothing of a whole batch. What
   * it left of one is in the next again: a resend far behind would be out of order, and too late for
   * the broker to know it by its id.
   */
  async pass(signal: AbortSignal): Promise<Pass> {
    while (!signal.aborted) {
      const batch = this.outbox.next(this.#cursor, IN_FLIGHT_MAX);
      if (batch.length === 0) break;
      const { unavailable, isAway } = await this.#deliverBatch(batch);
      if (isAway) {
        this.#cursor = 0;
        return "waiting";
      }
      const isStuck = unavailable === batch.length;
      const goesPast = unavailable === 0 || (isStuck && this.#givesUp());
      if (!isStuck) this.#stuck = 0;
      if (goesPast) this.#cursor = Math.max(this.#cursor, ...batch.map(({ seq }) => seq));
      if (isStuck) return "waiting";
    }
    const skipped = this.#cursor > 0 && this.outbox.next(0, 1).length > 0;
    this.#cursor = 0;
    return skipped ? "waiting" : "drained";
  }

  /** A batch that nothing takes again and again lets those behind it try: nothing blocks the queue. */
  #givesUp(): boolean {
    this.#stuck += 1;
    if (this.#stuck < STUCK_MAX) return false;
    this.#stuck = 0;
    return true;
  }

  async #deliverBatch(
    batch: readonly QueuedMessage[],
  ): Promise<{ unavailable: number; isAway: boolean }> {
    const deliveries = await Promise.all(
      batch.map((message) => this.deliverer.deliver(message)),
    );
    const sent: number[] = [];
    const left: Extract<Delivery, { outcome: "unavailable" }>[] = [];
    deliveries.forEach((delivery: Delivery, index) => {
      const message = batch[index]!;
      if (delivery.outcome === "stored") sent.push(message.seq);
      else if (delivery.outcome === "refused") this.#park(message, delivery.reason);
      else left.push(delivery);
    });
    this.outbox.sent(sent);
    this.delivered += sent.length;
    if (left[0]) this.log.debug("outbox waits: {reason}", { reason: left[0].reason });
    return { unavailable: left.length, isAway: left.some(({ away }) => away === true) };
  }

  #park(message: QueuedMessage, reason: string): void {
    this.outbox.park(message, reason);
    this.refused += 1;
    const { msgId, subject } = message;
    this.log.error("message {msgId} on {subject} refused by the broker and parked: {reason}", {
      msgId,
      subject,
      reason,
    });
  }
}
