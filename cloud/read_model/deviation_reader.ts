import type { DatabaseSync } from "node:sqlite";
import type { Result } from "../../shared/result.ts";
import { parseSubject } from "../../shared/subjects.ts";
import type { Stored } from "../broker/broker.ts";
import type { ReadDeviation, Reading } from "../ingest/read_deviation.ts";

/** What is known of each message before the tables are touched. */
export type DeviationReader = (batch: readonly Stored[]) => Promise<Result<ReadDeviation>[]>;

/** Reads deviations, but for those that a case names: they were read before that. */
export function deviationReader(
  database: DatabaseSync,
  { readAll, senderOf }: Reading,
): DeviationReader {
  const readBefore = readBeforeBy(database);
  return async (batch) => {
    const results = readBefore(batch);
    const left = batch.filter((_, at) => !results[at]);
    const senders = await Promise.all(
      left.map(({ subject, storedMs }) => senderOf(subject.split(".")[3] ?? "", storedMs)),
    );
    const unread = left.map(({ subject, bytes, sequence, signature }, at) => ({
      ...{ subject, bytes, sequence, signature },
      sender: senders[at]!,
    }));
    const found = (unread.length > 0 ? await readAll(unread) : []).values();
    return results.map((result) => result ?? found.next().value!);
  };
}

/**
 * Knows the very message that a case names, by place and id. A cluster that lost a message has
 * another one in its place.
 */
function readBeforeBy(database: DatabaseSync) {
  const sources = database.prepare(
    "SELECT sequence, deviation_id, revision FROM source WHERE sequence BETWEEN ? AND ?",
  );
  return (batch: readonly Stored[]): (Result<ReadDeviation> | null)[] => {
    const rows = sources.all(batch[0]?.sequence ?? 0, batch.at(-1)?.sequence ?? 0);
    const named = new Map(rows.map((row) => [Number(row.sequence), row]));
    return batch.map((message) => {
      const row = named.get(message.sequence);
      const [id, revision] = [String(row?.deviation_id), Number(row?.revision)];
      const place = message.id === `${id}.${revision}` ? parseSubject(message.subject) : null;
      if (!place?.ok) return null;
      const { address } = place.value;
      return { ok: true, value: { address, id, revision, sighting: null } };
    });
  };
}
