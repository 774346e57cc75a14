import type { DatabaseSync } from "node:sqlite";
import { type Broker, isSame, type Mark } from "../broker/broker.ts";
import { type StreamName, STREAMS } from "../broker/streams.ts";

/** How far each stream stands in the tables. */
export interface Cursors {
  sequences: Map<StreamName, number>;
  /** The message that stood there; none where nothing was read. */
  marks: Map<StreamName, Mark>;
}

interface Standing {
  stream: StreamName;
  created: string;
  cursor: { sequence: number; mark: Mark } | null;
  isStale: boolean;
}

/** Empties the read model if it was built from other streams, or other messages, than these. */
export async function checkCursors(database: DatabaseSync, broker: Broker): Promise<Cursors> {
  const all = await Promise.all(
    Object.values(STREAMS).map((stream) => standing(database, broker, stream)),
  );
  if (all.some(({ isStale }) => isStale)) {
    emptyTables(database);
    return await checkCursors(database, broker);
  }
  const add = database.prepare("INSERT OR IGNORE INTO cursor VALUES (?, ?, 0, '', 0)");
  const cursors: Cursors = { sequences: new Map(), marks: new Map() };
  for (const { stream, created, cursor } of all) {
    add.run(stream, created);
    cursors.sequences.set(stream, cursor?.sequence ?? 0);
    if (cursor && cursor.sequence > 0) cursors.marks.set(stream, cursor.mark);
  }
  return cursors;
}

/** Has the next start build the tables anew. */
export function forget(database: DatabaseSync, stream: StreamName): void {
  database.prepare("UPDATE cursor SET created = '' WHERE stream = ?").run(stream);
}

async function standing(
  database: DatabaseSync,
  broker: Broker,
  stream: StreamName,
): Promise<Standing> {
  const { created, lastSequence } = await broker.head(stream);
  const row = database.prepare("SELECT * FROM cursor WHERE stream = ?").get(stream);
  if (!row) return { stream, created, cursor: null, isStale: false };
  const sequence = Number(row.sequence);
  const mark = { id: String(row.id), storedMs: Number(row.stored_ms) };
  const isStale = row.created !== created || sequence > lastSequence ||
    sequence > 0 && await isReplaced(broker, stream, sequence, mark);
  return { stream, created, cursor: { sequence, mark }, isStale };
}

/** A broker that lost a message that it had stored gives its place to the next; nothing else tells. */
async function isReplaced(broker: Broker, stream: StreamName, sequence: number, mark: Mark) {
  const there = await broker.markAt(stream, sequence);
  // What the stream's limits dropped was not replaced.
  return there !== null && !isSame(there, mark);
}

function emptyTables(database: DatabaseSync): void {
  // What an index for searching keeps behind itself is its own affair.
  const tables = database.prepare(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') " +
      "AND name NOT LIKE 'sqlite_%'",
  ).all();
  database.exec("BEGIN");
  for (const table of tables) database.exec(`DELETE FROM "${table.name}"`);
  database.exec("COMMIT");
}
