import type { DatabaseSync } from "node:sqlite";
import { type Broker, type Stored, StreamChangedError } from "../broker/broker.ts";
import { type StreamName, STREAMS } from "../broker/streams.ts";
import { plainReading, type Reading } from "../ingest/read_deviation.ts";
import { inTransaction, isBuilding } from "./building.ts";
import { checkCursors, forget } from "./cursors.ts";
import { type Change, createProjection, noChange } from "./projection.ts";
import { makeWaiters } from "./waiters.ts";

/** A transaction closes after this many messages, when no more wait, or after this time. */
const BATCH_MAX = 1000;
/** While the tables are built from nothing, nobody waits for a single message. */
const BUILDING_BATCH_MAX = 8000;
const BUILDING_BATCH_MS = 1000;
const BATCH_MS = 50;
/** Transactions follow no sooner than this: a hundred small ones take much longer than a large one. */
const BUSY_MS = 10;
/** So many batches of a stream may wait for their turn. */
const AHEAD_MAX = 3;
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
  const { prepare, project, finish } = createProjection(database, reading);
  const advance = database.prepare(
    "UPDATE cursor SET sequence = ?, id = ?, stored_ms = ? WHERE stream = ?",
  );
  const waiters = makeWaiters(signal);
  let building = isBuilding(database);
  const listeners = new Set<(change: Change) => void>();

  function commit(stream: StreamName, batch: Stored[]): void {
    const change = noChange();
    const { sequence: last, id, storedMs } = batch.at(-1)!;
    inTransaction(database, () => {
      for (const message of batch) project(message, change);
      finish();
      advance.run(last, id, storedMs, stream);
    });
    cursors.set(stream, last);
    waiters.reached(stream, last);
    for (const listener of [...listeners]) listener(change);
  }

  async function follow(stream: StreamName): Promise<void> {
    // Cases name the messages that were read before: those needn't be read again.
    if (stream === STREAMS.deviations) await reachedHead(STREAMS.cases);
    let batch: Stored[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ahead = 0;
    let done: Promise<void> = Promise.resolve();
    const settle = async (full: Stored[], prepared: Promise<void>) => {
      await prepared;
      if (!signal.aborted) commit(stream, full);
      ahead--;
    };
    let flushedMs = -Infinity;
    const flush = () => {
      flushedMs = performance.now();
      clearTimeout(timer);
      timer = undefined;
      const full = batch;
      batch = [];
      if (full.length === 0) return;
      ahead++;
      const prepared = prepare(full);
      done = done.then(() => settle(full, prepared));
    };
    const after = cursors.get(stream) ?? 0;
    for await (const message of broker.tail(stream, after, signal, marks.get(stream))) {
      batch.push(message);
      // What is said to wait may have been dropped by its stream's limits: don't wait for long.
      const [batchMax, batchMs] = building
        ? [BUILDING_BATCH_MAX, BUILDING_BATCH_MS]
        : [BATCH_MAX, BATCH_MS];
      const quiet = message.pending === 0 && performance.now() - flushedMs > BUSY_MS;
      if (quiet || batch.length >= batchMax) flush();
      else timer ??= setTimeout(flush, message.pending === 0 ? BUSY_MS : batchMs);
      if (ahead >= AHEAD_MAX) await done;
    }
    clearTimeout(timer);
    await done;
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
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    position: () => SHOWN.reduce((sum, stream) => sum + (cursors.get(stream) ?? 0), 0),
  };
}
