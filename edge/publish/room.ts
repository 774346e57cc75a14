import type { DatabaseSync } from "node:sqlite";
import { counter } from "./counter.ts";

/** What is given up first, oldest first within each stage; every stage is an SQL condition. */
const STAGES = [
  // A higher revision of the same deviation waits too and says everything that this one says.
  `EXISTS (SELECT 1 FROM message AS newer
           WHERE newer.about = message.about AND newer.revision > message.revision)`,
  "parked IS NOT NULL",
  "class <> 'threat'",
  "TRUE",
];

/** Once over its bound, the outbox goes down to this part of it, so that it isn't so each time. */
const LOW_WATER = 0.95;
const BATCH = 128;

/**
 * Drops messages until the sum of their bytes is within `bytesMax`; gives how many it dropped.
 * A new message that ranks below all others is dropped itself.
 */
export function makeRoom(db: DatabaseSync, bytesMax: number): number {
  let bytes = counter(db, "bytes");
  if (bytes <= bytesMax) return 0;
  let dropped = 0;
  const remove = db.prepare("DELETE FROM message WHERE seq = ?");
  for (const stage of STAGES) {
    const oldest = db.prepare(
      `SELECT seq, LENGTH(bytes) AS bytes FROM message WHERE ${stage} ORDER BY seq LIMIT ${BATCH}`,
    );
    while (bytes > bytesMax * LOW_WATER) {
      const rows = oldest.all() as { seq: number; bytes: number }[];
      if (rows.length === 0) break;
      for (const row of rows) {
        if (bytes <= bytesMax * LOW_WATER) break;
        remove.run(row.seq);
        bytes -= row.bytes;
        dropped += 1;
      }
    }
  }
  return dropped;
}

/** Drops messages queued before `queuedAgeS` of the outbox' own running time; gives how many. */
export function dropExpired(db: DatabaseSync, queuedAgeS: number): number {
  return Number(db.prepare("DELETE FROM message WHERE queued_age_s < ?").run(queuedAgeS).changes);
}
