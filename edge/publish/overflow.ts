import type { DatabaseSync } from "node:sqlite";
import type { OutboxMessage, QueuedMessage } from "./outbox_message.ts";

/** Messages kept in memory while the disk takes none; about 2 MiB at most. */
export const OVERFLOW_MAX = 256;

/** A message, and what else its transaction has to write. */
export interface Overflowing {
  seq: number;
  message: OutboxMessage;
  also: ((db: DatabaseSync) => void) | undefined;
}

/** What waits in memory for a disk that takes nothing: bounded, threats given up last. */
export class Overflow {
  #waiting: Overflowing[] = [];
  #lastSeq = 0;
  /** Given up for want of room, since the start. */
  dropped = 0;

  get length(): number {
    return this.#waiting.length;
  }

  get first(): Overflowing | undefined {
    return this.#waiting[0];
  }

  add(message: OutboxMessage, also?: (db: DatabaseSync) => void): void {
    this.#lastSeq -= 1;
    this.#waiting.push({ seq: this.#lastSeq, message, also });
    while (this.#waiting.length > OVERFLOW_MAX) {
      const index = this.#waiting.findIndex((waiting) => waiting.message.class !== "threat");
      this.#waiting.splice(Math.max(0, index), 1);
      this.dropped += 1;
    }
  }

  /** The first of them, as a queue tells of them. */
  next(limit: number): QueuedMessage[] {
    return this.#waiting.slice(0, limit).map(({ seq, message }) => ({ seq, ...message }));
  }

  forget(seqs: readonly number[]): void {
    const gone = new Set(seqs);
    this.#waiting = this.#waiting.filter(({ seq }) => !gone.has(seq));
  }

  forgetFirst(): void {
    this.#waiting.shift();
  }
}
