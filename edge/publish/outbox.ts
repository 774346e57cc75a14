import type { DatabaseSync } from "node:sqlite";
import type { DecisionOutcome, Delivered } from "../../shared/presence.ts";
import { type ReceiptOrder, type Revision, REVISIONS_MAX } from "../../shared/receipt_order.ts";
import { count, counter, setCounter } from "./counter.ts";
import { deliveredOf, noteDelivered } from "./delivered.ts";
import { outcomesOf } from "./kept_outcomes.ts";
import { dropExpired, makeRoom } from "./room.ts";
import { faultOf, type Store } from "./store.ts";
import {
  boundUnconfirmed,
  confirm,
  dueUnconfirmed,
  expireUnconfirmed,
  keepUnconfirmed,
  offerAgain,
} from "./unconfirmed.ts";

export type MessageClass = "threat" | "deviation" | "presence";

/** An encoded message on its way to NATS. */
export interface OutboxMessage {
  subject: string;
  /** `id.revision`: a broker drops a second one, and inserting it twice changes nothing. */
  msgId: string;
  /** What it is a revision of; a higher revision makes a lower one worth less. */
  about: string;
  revision: number;
  class: MessageClass;
  bytes: Uint8Array;
}

/** A message with its place in the queue; a negative one waits in memory, for want of disk. */
export interface QueuedMessage extends OutboxMessage {
  seq: number;
}

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

/** Messages kept in memory while the disk takes none; about 2 MiB at most. */
export const OVERFLOW_MAX = 256;

const FORGET_AT_ONCE = 16;

interface Overflowing {
  seq: number;
  message: OutboxMessage;
  also: ((db: DatabaseSync) => void) | undefined;
}

type Row = {
  seq: number;
  msg_id: string;
  about: string;
  revision: number;
  class: MessageClass;
  subject: string;
  bytes: Uint8Array;
};

/**
 * Keeps encoded messages until NATS has them: across SIGKILL, weeks without a network, a full disk
 * and a corrupt file. Bounded by bytes and age; superseded revisions go first, threats last. Age
 * counts the agent's own running time, since a Pi's wall clock may jump by decades.
 */
export class Outbox {
  #overflow: Overflowing[] = [];
  #lastOverflow = 0;
  /** Taken by the broker, but still on a disk that takes no change: never to be sent again. */
  #acknowledged = new Set<number>();
  #ageS: number;
  #droppedInMemory = 0;
  #diskFaults = 0;

  /**
   * @param store where it keeps them; `store.bytesMax` bounds their sum
   * @param ageMaxS how long a message is kept, seconds of running time
   */
  constructor(private readonly store: Store, private readonly ageMaxS: number) {
    this.#ageS = store.read((db) => counter(db, "age_s"));
    // What the broker refused before this start may be a right that somebody has given since.
    this.#quietly((db) =>
      db.prepare("UPDATE message SET parked = NULL WHERE parked IS NOT NULL").run()
    );
  }

  /**
   * Adds a message, durably when it returns `true`; a message that is there already stays as is.
   * While the disk takes nothing it stays in memory (`false`), and every `tick` tries again.
   *
   * @param also further writes of the same transaction
   */
  add(message: OutboxMessage, also?: (db: DatabaseSync) => void): boolean {
    if (this.#write(message, also)) return true;
    this.#lastOverflow -= 1;
    this.#overflow.push({ seq: this.#lastOverflow, message, also });
    this.#boundOverflow();
    return false;
  }

  #write(message: OutboxMessage, also?: (db: DatabaseSync) => void): boolean {
    try {
      this.store.run((db) => {
        insert(db, message, this.#ageS);
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

  #boundOverflow(): void {
    while (this.#overflow.length > OVERFLOW_MAX) {
      const index = this.#overflow.findIndex((waiting) => waiting.message.class !== "threat");
      this.#overflow.splice(Math.max(0, index), 1);
      this.#droppedInMemory += 1;
    }
  }

  /**
   * Up to `limit` messages after place `afterSeq`, in order; from the start (0) those that wait in
   * memory come first.
   */
  next(afterSeq: number, limit: number): QueuedMessage[] {
    const waiting = afterSeq > 0 ? [] : this.#overflow.slice(0, limit)
      .map(({ seq, message }) => ({ seq, ...message }));
    const rows = this.store.read((db) =>
      db.prepare(
        `SELECT * FROM message
         WHERE parked IS NULL AND seq > ? AND seq NOT IN (SELECT value FROM json_each(?))
         ORDER BY seq LIMIT ?`,
      ).all(afterSeq, JSON.stringify([...this.#acknowledged]), limit - waiting.length)
    ) as Row[];
    return [...waiting, ...rows.map(queued)];
  }

  /**
   * Takes messages that NATS has acknowledged out of the queue; deviations are kept beside it, while
   * there is room, until the read model has confirmed them.
   */
  sent(seqs: readonly number[]): void {
    this.#forgetOverflow(seqs);
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
      const statement = db.prepare("DELETE FROM message WHERE seq = ?");
      for (const seq of seqs) statement.run(seq);
      this.#bound(db);
    });
    if (removed) { for (const seq of seqs) this.#acknowledged.delete(seq); }
    return removed;
  }

  /** Takes a message out of the queue that the broker will never take, with the broker's reason. */
  park(message: QueuedMessage, reason: string): void {
    const parked = (db: DatabaseSync) => {
      db.prepare("UPDATE message SET parked = ? WHERE msg_id = ?")
        .run(reason.slice(0, 300), message.msgId);
    };
    if (message.seq > 0) {
      this.#quietly(parked);
      return;
    }
    this.#forgetOverflow([message.seq]);
    this.#write(message, parked);
  }

  #forgetOverflow(seqs: readonly number[]): void {
    const gone = new Set(seqs);
    this.#overflow = this.#overflow.filter(({ seq }) => !gone.has(seq));
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
      const [first] = this.#overflow;
      if (!first || !this.#write(first.message, first.also)) break;
      this.#overflow.shift();
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
    const rows = this.store.read((db) => ({
      all: Number(db.prepare("SELECT COUNT(*) AS n FROM message").get()?.n),
      parked: Number(
        db.prepare("SELECT COUNT(*) AS n FROM message WHERE parked IS NOT NULL").get()?.n,
      ),
      bytes: counter(db, "bytes"),
      dropped: counter(db, "dropped"),
    }));
    return {
      pending: rows.all - rows.parked - this.#acknowledged.size + this.#overflow.length,
      parked: rows.parked,
      dropped: rows.dropped + this.#droppedInMemory,
      diskFaults: this.#diskFaults,
      bytes: rows.bytes,
    };
  }
}

function queued(row: Row): QueuedMessage {
  const { seq, about, revision, subject, bytes } = row;
  return { seq, msgId: row.msg_id, about, revision, class: row.class, subject, bytes };
}

function insert(db: DatabaseSync, message: OutboxMessage, ageS: number): void {
  db.prepare(
    `INSERT INTO message (msg_id, about, revision, class, subject, bytes, queued_age_s)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (msg_id) DO NOTHING`,
  ).run(
    message.msgId,
    message.about,
    message.revision,
    message.class,
    message.subject,
    message.bytes,
    ageS,
  );
}
