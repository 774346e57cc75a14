import type { DatabaseSync } from "node:sqlite";
import { type Broker, type Stored, StreamChangedError } from "../broker/broker.ts";
import { type StreamName, STREAMS } from "../broker/streams.ts";
import { plainReading, type Reading } from "../ingest/read_deviation.ts";
import { makeBatches } from "./batches.ts";
import { inTransaction, isBuilding } from "./building.ts";
import { checkCursors, forget } from "./cursors.ts";
import { type Change, createProjection, noChange, type Projection } from "./projection.ts";
import { makeWaiters } from "./waiters.ts";

const WAIT_MS = 5_000;
const CATCH_UP_MS = 60_000;
/** What pages show comes from these; the others follow them, or say nothing that is seen. */
const SHOWN: readonly StreamName[] = [
  STREAMS.cases,
  STREAMS.presence,
  STREAMS.decisions,
  STREAMS.personal,
  STREAMS.printers,
  STREAMS.subscriptions,
  STREAMS.alerts,
];

/** Keeps the read model up with the streams. */
export interface Projector {
  /** Resolves once everything that was stored when it was called stands in the read model. */
  catchUp(): Promise<void>;
  /** Resolves with true once the message stands in the read model, with false after 5 s. */
  reached(stream: StreamName, sequence: number): Promise<boolean>;
  /** Calls `listener` after each change; the function given back ends that. */
  onChange(listener: (change: Change) => void): () => void;
  /** How far the tables have come in all that pages show; it only grows, and alike on replicas. */
  position(): number;
  /**
   * Resolves when every tail has ended after its signal; rejects if the broker lost what was read
   * here, since only tables built anew, at the next start, say again what the streams say.
   */
  ended: Promise<void>;
}

/** Starts one tail per stream from where the read model stands. */
export async function startProjector(
  database: DatabaseSync,
  broker: Broker,
  signal: AbortSignal,
  reading: Reading = plainReading(),
): Promise<Projector> {
  const { sequences: cursors, marks } = await checkCursors(database, broker);
  const projection = createProjection(database, reading);
  const waiters = makeWaiters(signal);
  const { commit, onChange } = committer(database, projection);
  let building = isBuilding(database);

  function take(stream: StreamName, batch: readonly Stored[]): void {
    if (signal.aborted) return;
    const last = batch.at(-1)!;
    commit(batch, () => {
      cursors.set(stream, last.sequence);
      waiters.reached(stream, last.sequence);
    });
  }

  async function follow(stream: StreamName): Promise<void> {
    // Cases name the messages that were read before: those needn't be read again.
    if (stream === STREAMS.deviations) await reachedHead(STREAMS.cases);
    const batches = makeBatches({
      prepare: projection.prepare,
      take: (batch) => take(stream, batch),
      isBuilding: () => building,
    });
    const after = cursors.get(stream) ?? 0;
    const tail = broker.tail(stream, after, signal, marks.get(stream));
    for await (const message of tail) await batches.add(message);
    await batches.end();
  }

  async function followed(stream: StreamName): Promise<void> {
    try {
      await follow(stream);
    } catch (error) {
      // The stream's next message may be of a place that was read, so that nothing tells any more.
      if (error instanceof StreamChangedError) forget(database, stream);
      throw error;
    }
  }

  /** Waits until all of a stream that is stored now stands in the read model. */
  async function reachedHead(stream: StreamName): Promise<void> {
    const { lastSequence, empty } = await broker.head(stream);
    while (!empty && !signal.aborted && !await reached(stream, lastSequence, CATCH_UP_MS));
  }

  function reached(stream: StreamName, sequence: number, waitMs: number): Promise<boolean> {
    if ((cursors.get(stream) ?? 0) >= sequence) return Promise.resolve(true);
    return waiters.wait(stream, sequence, waitMs);
  }

  const ended = Promise.all(Object.values(STREAMS).map(followed)).then(() => {});
  // Whoever starts may still be at other things when a tail ends; it hears of that all the same.
  ended.catch(() => {});

  async function catchUp(): Promise<void> {
    for (const stream of Object.values(STREAMS)) await reachedHead(stream);
    building = false;
  }

  return {
    ended,
    reached: (stream, sequence) => reached(stream, sequence, WAIT_MS),
    catchUp: () => Promise.race([catchUp(), ended]),
    onChange,
    position: () => SHOWN.reduce((sum, stream) => sum + (cursors.get(stream) ?? 0), 0),
  };
}

/** Writes batches, each whole or not at all, and tells who listens what changed by it. */
function committer(database: DatabaseSync, { project, finish }: Projection) {
  const advance = database.prepare(
    "UPDATE cursor SET sequence = ?, id = ?, stored_ms = ? WHERE stream = ?",
  );
  const listeners = new Set<(change: Change) => void>();
  return {
    /** @param written called once the batch stands in the tables, before anybody is told */
    commit(batch: readonly Stored[], written: () => void): void {
      const change = noChange();
      const { stream, sequence, id, storedMs } = batch.at(-1)!;
      inTransaction(database, () => {
        for (const message of batch) project(message, change);
        finish();
        advance.run(sequence, id, storedMs, stream);
      });
      written();
      for (const listener of [...listeners]) listener(change);
    },
    onChange(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
