import type { DatabaseSync } from "node:sqlite";
import { Revision } from "../../shared/receipt_order.ts";
import { parseSubject } from "../../shared/subjects.ts";
import { counter } from "./counter.ts";

/** The part of the outbox' bound that they may take up, while nothing that waits needs it. */
const PART_MAX = 1 / 2;
/** An acknowledgement is left alone for so long before anybody is asked, s of running time. */
const ASK_AFTER_S = 10;
/**
 * A broker recognises a repeated id for ten minutes, also of a message that it has lost: the waits
 * after each offer grow, and the last offers fall well beyond.
 */
const OFFER_WAITS_S = [120, 900, 3600, 3600] as const;

/** The counter of what they take up, kept by triggers: each message that is added asks for it. */
const BYTES = "unconfirmed bytes";
/** So many are given up between two looks at what is left. */
const GIVEN_UP_AT_ONCE = 16;

/** What the store's layout has besides for them; it may be run again. */
export const UNCONFIRMED_LAYOUT = `
  CREATE TABLE IF NOT EXISTS unconfirmed (
    about TEXT PRIMARY KEY,
    printer TEXT NOT NULL,
    revision INTEGER NOT NULL,
    msg_id TEXT NOT NULL,
    class TEXT NOT NULL,
    subject TEXT NOT NULL,
    bytes BLOB NOT NULL,
    offers INTEGER NOT NULL,
    due_age_s REAL NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS unconfirmed_due ON unconfirmed (printer, due_age_s);
  CREATE INDEX IF NOT EXISTS unconfirmed_rank ON unconfirmed (class = 'threat', due_age_s, about);
  INSERT INTO counter SELECT '${BYTES}', COALESCE(SUM(LENGTH(bytes)), 0) FROM unconfirmed
    WHERE TRUE ON CONFLICT DO NOTHING;
  CREATE TRIGGER IF NOT EXISTS unconfirmed_in AFTER INSERT ON unconfirmed BEGIN
    UPDATE counter SET value = value + LENGTH(NEW.bytes) WHERE name = '${BYTES}';
  END;
  CREATE TRIGGER IF NOT EXISTS unconfirmed_anew AFTER UPDATE OF bytes ON unconfirmed BEGIN
    UPDATE counter SET value = value + LENGTH(NEW.bytes) - LENGTH(OLD.bytes)
      WHERE name = '${BYTES}';
  END;
  CREATE TRIGGER IF NOT EXISTS unconfirmed_out AFTER DELETE ON unconfirmed BEGIN
    UPDATE counter SET value = value - LENGTH(OLD.bytes) WHERE name = '${BYTES}';
  END;
`;

/**
 * Keeps what the broker has acknowledged, in the transaction that takes it out of the queue, until
 * the read model confirms it: a broker may lose what it has acknowledged. Of each deviation the
 * highest revision says all.
 */
export function keepUnconfirmed(db: DatabaseSync, seqs: readonly number[], ageS: number): void {
  const read = db.prepare(
    `SELECT about, revision, msg_id, class, subject, bytes FROM message
     WHERE seq = ? AND class <> 'presence'`,
  );
  // One that is offered again keeps the count of its offers, and its next turn.
  const keep = db.prepare(
    `INSERT INTO unconfirmed VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (about) DO UPDATE SET
       revision = excluded.revision, msg_id = excluded.msg_id, class = excluded.class,
       subject = excluded.subject, bytes = excluded.bytes, offers = 0, due_age_s = excluded.due_age_s
     WHERE excluded.revision > unconfirmed.revision`,
  );
  for (const seq of seqs) {
    const row = read.get(seq);
    const subject = parseSubject(String(row?.subject ?? ""));
    if (!row || !subject.ok) continue;
    const { printer } = subject.value.address;
    const { about, revision, msg_id, bytes } = row;
    const due = ageS + ASK_AFTER_S;
    keep.run(about!, printer, revision!, msg_id!, row.class!, row.subject!, bytes!, due);
  }
}

/**
 * Gives up the oldest, threats last, where they take more room than is left for them.
 *
 * @param bytesMax bound of the outbox
 * @param waitingBytes what waits in it
 */
export function boundUnconfirmed(db: DatabaseSync, bytesMax: number, waitingBytes: number): void {
  const room = Math.max(0, Math.min(bytesMax * PART_MAX, bytesMax - waitingBytes));
  let bytes = counter(db, BYTES);
  if (bytes <= room) return;
  const first = db.prepare(
    `SELECT about, LENGTH(bytes) AS bytes FROM unconfirmed
     ORDER BY class = 'threat', due_age_s, about LIMIT ${GIVEN_UP_AT_ONCE}`,
  );
  const forget = db.prepare("DELETE FROM unconfirmed WHERE about = ?");
  while (bytes > room) {
    const rows = first.all();
    if (rows.length === 0) return;
    for (const row of rows) {
      if (bytes <= room) return;
      forget.run(row.about!);
      bytes -= Number(row.bytes);
    }
  }
}

/** Those of a printer whose turn it is to be asked after, the longest due first. */
export function dueUnconfirmed(
  db: DatabaseSync,
  printer: string,
  ageS: number,
  limit: number,
): Revision[] {
  return db.prepare(
    `SELECT about AS id, revision FROM unconfirmed WHERE printer = ? AND due_age_s <= ?
     ORDER BY due_age_s, about LIMIT ?`,
  ).all(printer, ageS, limit).flatMap((row) => Revision.safeParse(row).data ?? []);
}

/** Forgets those that were due before `ageS`, whom nobody has answered in all that time. */
export function expireUnconfirmed(db: DatabaseSync, ageS: number): void {
  db.prepare("DELETE FROM unconfirmed WHERE due_age_s < ?").run(ageS);
}

/** Forgets what the read model has. */
export function confirm(db: DatabaseSync, printer: string, stored: readonly Revision[]): void {
  const forget = db.prepare(
    "DELETE FROM unconfirmed WHERE about = ? AND printer = ? AND revision <= ?",
  );
  for (const { id, revision } of stored) forget.run(id, printer, revision);
}

/**
 * Puts what the broker has lost into the queue again, under the ids that it had; what was offered
 * too often is given up.
 *
 * @returns how many wait again, and how many were given up
 */
export function offerAgain(
  db: DatabaseSync,
  printer: string,
  missing: readonly Revision[],
  ageS: number,
): { offered: number; givenUp: number } {
  const read = db.prepare(
    `SELECT offers FROM unconfirmed
     WHERE about = ? AND printer = ? AND revision <= ? AND due_age_s <= ?`,
  );
  const queue = db.prepare(
    `INSERT INTO message (msg_id, about, revision, class, subject, bytes, queued_age_s)
     SELECT msg_id, about, revision, class, subject, bytes, ?2 FROM unconfirmed WHERE about = ?1
     ON CONFLICT (msg_id) DO NOTHING`,
  );
  const wait = db.prepare(
    "UPDATE unconfirmed SET offers = offers + 1, due_age_s = ? WHERE about = ?",
  );
  const forget = db.prepare("DELETE FROM unconfirmed WHERE about = ?");
  const said = { offered: 0, givenUp: 0 };
  for (const { id, revision } of missing) {
    const row = read.get(id, printer, revision, ageS);
    if (!row) continue;
    const waitS = OFFER_WAITS_S[Number(row.offers)];
    if (waitS === undefined) {
      forget.run(id);
      said.givenUp += 1;
    } else {
      queue.run(id, ageS);
      wait.run(ageS + waitS, id);
      said.offered += 1;
    }
  }
  return said;
}
