import type { DatabaseSync } from "node:sqlite";
import type { DecisionOutcome, Delivered } from "../../shared/presence.ts";
import { type ReceiptOrder, type Revision, REVISIONS_MAX } from "../../shared/receipt_order.ts";
import { count, counter, setCounter } from "./counter.ts";
import { deliveredOf, noteDelivered } from "./delivered.ts";
import { outcomesOf } from "./kept_outcomes.ts";
import {
  countMessages,
  insertMessage,
  nextMessages,
  parkMessage,
  removeMessages,
  unparkMessages,
} from "./message_table.ts";
import type { OutboxMessage, QueuedMessage } from "./outbox_message.ts";
import { Overflow } from "./overflow.ts";
import { dropExpired, makeRoom } from "./room.ts";
import { faultOf } from "./store_fault.ts";
import type { Store } from "./store.ts";
import {
  boundUnconfirmed,
  confirm,
  dueUnconfirmed,
  expireUnconfirmed,
  keepUnconfirmed,
  offerAgain,
} from "./unconfirmed.ts";

export interface OutboxCounts {
  /** Waiting to be sent, those in memory included. */
  pending: number;
  /** Refused for good by the broker, kept while there is room, and offered again by the next start. */
  parked: number;
  /** Given up for want of room or for age, since the state folder began. */
  dropped: number;
  /** Writes that failed, as on a full disk; each was tried again. */
  diskFaults: number;
  bytes: number;
}

const FORGET_AT_ONCE = 16;

/**
 * Keeps encoded messages until NATS has them: across SIGKILL, weeks without a network, a full disk
 * and a corrupt file. Bounded by bytes and age; superseded revisions go first, threats last. Age
 * counts the agent's own running time, since a Pi's wall clock may jump by decades.
 */
export class Outbox {
  readonly #overflow = new Overflow();
  /** Taken by the broker, but still on a disk that takes no change: never to be sent again. */
  #acknowledged = new Set<number>();
  #ageS: number;
  #diskFaults = 0;

  /**
   * @param store where it keeps them; `store.bytesMax` bounds their sum
   * @param ageMaxS how long a message is kept, seconds of running time
   */
  constructor(private readonly store: Store, private readonly ageMaxS: number) {
    this.#ageS = store.read((db) => counter(db, "age_s"));
    // What the broker refused before this start may be a right that somebody has given since.
    this.#quietly(unparkMessages);
  }

  /**
   * Adds a message, durably when it returns `true`; a message that is there already stays as is.
   * While the disk takes nothing it stays in memory (`false`), and every `tick` tries again.
   *
   * @param also further writes of the same transaction
   */
  add(message: OutboxMessage, also?: (db: DatabaseSync) => void): boolean {
    if (this.#write(message, also)) return true;
    this.#overflow.add(message, also);
    return false;
  }

  #write(message: OutboxMessage, also?: (db: DatabaseSync) => void): boolean {
    try {
      this.store.run((db) => {
        insertMessage(db, message, this.#ageS);
        also?.(db);
        this.#bound(db);
        setCounter(db, "age_s", this.#ageS);
      });
      return true;
    } catch (error) {
      if (faultOf(error) === "other") throw error;
      this.#diskFaults += 1;
      return false;
    }
  }

  #bound(db: DatabaseSync): void {
    const { bytesMax } = this.store;
    const dropped = makeRoom(db, bytesMax);
    if (dropped > 0) count(db, "dropped", dropped);
    boundUnconfirmed(db, bytesMax, counter(db, "bytes"));
  }

  /**
   * Up to `limit` messages after place `afterSeq`, in order; from the start (0) those that wait in
   * memory come first.
   */
  next(afterSeq: number, limit: number): QueuedMessage[] {
    const waiting = afterSeq > 0 ? [] : this.#overflow.next(limit);
    const left = limit - waiting.length;
    const stored = this.store.read((db) => nextMessages(db, afterSeq, this.#acknowledged, left));
    return [...waiting, ...stored];
  }

  /**
   * Takes messages that NATS has acknowledged out of the queue; deviations are kept beside it, while
   * there is room, until the read model has confirmed them.
   */
  sent(seqs: readonly number[]): void {
    this.#overflow.forget(seqs);
    for (const seq of seqs) if (seq > 0) this.#acknowledged.add(seq);
    this.#removeAcknowledged();
  }

  /** All at once; on a full disk, where there is little room even for that, a few at a time. */
  #removeAcknowledged(): void {
    const waiting = [...this.#acknowledged];
    if (waiting.length === 0 || this.#remove(waiting, true)) return;
    for (let at = 0; at < waiting.length; at += FORGET_AT_ONCE) {
      const some = waiting.slice(at, at + FORGET_AT_ONCE);
      // On a full disk forgetting matters more than keeping.
      if (!this.#remove(some, true) && !this.#remove(some, false)) return;
    }
  }

  #remove(seqs: readonly number[], keep: boolean): boolean {
    const removed = this.#quietly((db) => {
      noteDelivered(db, seqs);
      if (keep) keepUnconfirmed(db, seqs, this.#ageS);
      removeMessages(db, seqs);
      this.#bound(db);
    });
    if (removed) { for (const seq of seqs) this.#acknowledged.delete(seq); }
    return removed;
  }

  /** Takes a message out of the queue that the broker will never take, with the broker's reason. */
  park(message: QueuedMessage, reason: string): void {
    const parked = (db: DatabaseSync) => parkMessage(db, message.msgId, reason);
    if (message.seq > 0) {
      this.#quietly(parked);
      return;
    }
    this.#overflow.forget([message.seq]);
    this.#write(message, parked);
  }

  /** A write that may fail for want of disk without harm: a message is sent or parked again. */
  #quietly(work: (db: DatabaseSync) => void): boolean {
    try {
      this.store.run(work);
      return true;
    } catch (error) {
      if (faultOf(error) === "other") throw error;
      this.#diskFaults += 1;
      return false;
    }
  }

  /** Whether anything waits in memory for a disk that takes nothing. */
  get isOverflowing(): boolean {
    return this.#overflow.length > 0 || this.#acknowledged.size > 0;
  }

  /** Lets `elapsedS` of running time pass; it is written down with the next message or `tick`. */
  pass(elapsedS: number): void {
    this.#ageS += elapsedS;
  }

  /** Lets `elapsedS` of running time pass, drops expired messages, and retries the disk. */
  tick(elapsedS: number): void {
    this.pass(elapsedS);
    this.#removeAcknowledged();
    while (this.#overflow.length > 0) {
      const { first } = this.#overflow;
      if (!first || !this.#write(first.message, first.also)) break;
      this.#overflow.forgetFirst();
    }
    this.#quietly((db) => {
      const dropped = dropExpired(db, this.#ageS - this.ageMaxS);
      if (dropped > 0) count(db, "dropped", dropped);
      expireUnconfirmed(db, this.#ageS - this.ageMaxS);
      setCounter(db, "age_s", this.#ageS);
    });
  }

  /** A printer's delivered deviations that the read model may be asked after by now. */
  unconfirmedOf(printer: string): Revision[] {
    return this.store.read((db) => dueUnconfirmed(db, printer, this.#ageS, REVISIONS_MAX));
  }

  /**
   * Takes the read model's answer: what it has is forgotten, what the broker lost waits again.
   *
   * @returns how many wait again, and how many were given up after too many offers; null while the
   * disk takes nothing
   */
  received(
    printer: string,
    { stored, missing }: Pick<ReceiptOrder, "stored" | "missing">,
  ): { offered: number; givenUp: number } | null {
    let said = { offered: 0, givenUp: 0 };
    const done = this.#quietly((db) => {
      confirm(db, printer, stored);
      said = offerAgain(db, printer, missing, this.#ageS);
      this.#bound(db);
    });
    return done ? said : null;
  }

  /** What became of a printer's latest decisions, as it was told before a restart. */
  outcomesOf(printer: string): DecisionOutcome[] {
    return this.store.read((db) => outcomesOf(db, printer));
  }

  /** What the broker has acknowledged of a printer's deviations. */
  deliveredOf(printer: string): Delivered {
    return this.store.read((db) => deliveredOf(db, printer));
  }

  counts(): OutboxCounts {
    const found = this.store.read((db) => ({
      ...countMessages(db),
      bytes: counter(db, "bytes"),
      dropped: counter(db, "dropped"),
    }));
    return {
      pending: found.all - found.parked - this.#acknowledged.size + this.#overflow.length,
      parked: found.parked,
      dropped: found.dropped + this.#overflow.dropped,
      diskFaults: this.#diskFaults,
      bytes: found.bytes,
    };
  }
}
