import type { DatabaseSync } from "node:sqlite";
import type { Delivered } from "../../shared/presence.ts";
import { parseSubject } from "../../shared/subjects.ts";

/** Deviations whose highest delivered revision is remembered; as many as there are records. */
const REMEMBERED_MAX = 5000;
const SINCE_MAX = 2 ** 40;

const SINCE = "delivered since";
const counterOf = (printer: string) => `delivered of ${printer}`;

/** What the store's layout has besides for this count; it may be run again. */
export const DELIVERED_LAYOUT = `
  CREATE TABLE IF NOT EXISTS delivered (
    about TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS delivered_touched ON delivered (touched);
  INSERT INTO counter VALUES ('${SINCE}', ABS(RANDOM() % ${SINCE_MAX})) ON CONFLICT DO NOTHING;
`;

/** Counts messages that the broker has acknowledged, in the transaction that forgets them. */
export function noteDelivered(db: DatabaseSync, seqs: readonly number[]): void {
  const read = db.prepare(
    "SELECT about, revision, subject FROM message WHERE seq = ? AND class <> 'presence'",
  );
  const before = db.prepare("SELECT revision FROM delivered WHERE about = ?");
  const write = db.prepare(
    `INSERT INTO delivered VALUES (?, ?, (SELECT COALESCE(MAX(touched), 0) + 1 FROM delivered))
     ON CONFLICT (about) DO UPDATE SET revision = excluded.revision, touched = excluded.touched`,
  );
  const add = db.prepare(
    `INSERT INTO counter VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2`,
  );
  for (const seq of seqs) {
    const row = read.get(seq);
    const subject = parseSubject(String(row?.subject ?? ""));
    if (!row || !subject.ok) continue;
    const about = String(row.about);
    const more = Number(row.revision) - Number(before.get(about)?.revision ?? 0);
    if (more <= 0) continue;
    write.run(about, Number(row.revision));
    add.run(counterOf(subject.value.address.printer), more);
  }
  db.prepare("DELETE FROM delivered WHERE touched <= (SELECT MAX(touched) FROM delivered) - ?")
    .run(REMEMBERED_MAX);
}

/** What was counted of a printer so far. */
export function deliveredOf(db: DatabaseSync, printer: string): Delivered {
  const read = db.prepare("SELECT value FROM counter WHERE name = ?");
  const value = (name: string) => Number(read.get(name)?.value ?? 0);
  return { since: value(SINCE), revisions: value(counterOf(printer)) };
}
