import type { DatabaseSync } from "node:sqlite";
import type { MessageClass, OutboxMessage, QueuedMessage } from "./outbox_message.ts";

type Row = {
  seq: number;
  msg_id: string;
  about: string;
  revision: number;
  class: MessageClass;
  subject: string;
  bytes: Uint8Array;
};

/** A broker's reason is kept to this length. */
const REASON_CHARS_MAX = 300;

/** Adds a message to the queue; one that is there already stays as is. */
export function insertMessage(db: DatabaseSync, message: OutboxMessage, ageS: number): void {
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

/** Up to `limit` messages after place `afterSeq` that aren't parked and not among `but`. */
export function nextMessages(
  db: DatabaseSync,
  afterSeq: number,
  but: Iterable<number>,
  limit: number,
): QueuedMessage[] {
  const rows = db.prepare(
    `SELECT * FROM message
     WHERE parked IS NULL AND seq > ? AND seq NOT IN (SELECT value FROM json_each(?))
     ORDER BY seq LIMIT ?`,
  ).all(afterSeq, JSON.stringify([...but]), limit) as Row[];
  return rows.map(queued);
}

/** Takes messages out of the queue. */
export function removeMessages(db: DatabaseSync, seqs: readonly number[]): void {
  const statement = db.prepare("DELETE FROM message WHERE seq = ?");
  for (const seq of seqs) statement.run(seq);
}

/** Keeps a message that the broker will never take beside the queue, with the broker's reason. */
export function parkMessage(db: DatabaseSync, msgId: string, reason: string): void {
  db.prepare("UPDATE message SET parked = ? WHERE msg_id = ?")
    .run(reason.slice(0, REASON_CHARS_MAX), msgId);
}

/** Puts what was parked into the queue again. */
export function unparkMessages(db: DatabaseSync): void {
  db.prepare("UPDATE message SET parked = NULL WHERE parked IS NOT NULL").run();
}

/** How many messages there are, and how many of them are parked. */
export function countMessages(db: DatabaseSync): { all: number; parked: number } {
  const number = (where: string) =>
    Number(db.prepare(`SELECT COUNT(*) AS n FROM message ${where}`).get()?.n);
  return { all: number(""), parked: number("WHERE parked IS NOT NULL") };
}

function queued(row: Row): QueuedMessage {
  const { seq, about, revision, subject, bytes } = row;
  return { seq, msgId: row.msg_id, about, revision, class: row.class, subject, bytes };
}
