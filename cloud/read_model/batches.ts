import type { Stored } from "../broker/broker.ts";

/** A transaction closes after this many messages, when no more wait, or after this time. */
const BATCH_MAX = 1000;
const BATCH_MS = 50;
/** While the tables are built from nothing, nobody waits for a single message. */
const BUILDING_BATCH_MAX = 8000;
const BUILDING_BATCH_MS = 1000;
/** Transactions follow no sooner than this: a hundred small ones take much longer than a large one. */
const BUSY_MS = 10;
/** So many batches of a stream may wait for their turn. */
const AHEAD_MAX = 3;

/** What becomes of a batch. */
export interface BatchSteps {
  /** Begins at once, though batches before this one haven't been taken. */
  prepare(batch: readonly Stored[]): Promise<void>;
  /** One batch after the other. */
  take(batch: readonly Stored[]): void;
  isBuilding(): boolean;
}

/** Gathers a stream's messages into transactions. */
export interface Batches {
  /** Resolves when there is room for the next. */
  add(message: Stored): Promise<void>;
  /** Resolves when all that was given on is taken; what is gathered still is left. */
  end(): Promise<void>;
}

export function makeBatches({ prepare, take, isBuilding }: BatchSteps): Batches {
  let batch: Stored[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ahead = 0;
  let done: Promise<void> = Promise.resolve();
  let flushedMs = -Infinity;

  async function settle(full: Stored[], prepared: Promise<void>): Promise<void> {
    await prepared;
    take(full);
    ahead--;
  }

  function flush(): void {
    flushedMs = performance.now();
    clearTimeout(timer);
    timer = undefined;
    const full = batch;
    batch = [];
    if (full.length === 0) return;
    ahead++;
    const prepared = prepare(full);
    done = done.then(() => settle(full, prepared));
  }

  return {
    async add(message) {
      batch.push(message);
      // What is said to wait may have been dropped by its stream's limits: don't wait for long.
      const [batchMax, batchMs] = isBuilding()
        ? [BUILDING_BATCH_MAX, BUILDING_BATCH_MS]
        : [BATCH_MAX, BATCH_MS];
      const quiet = message.pending === 0 && performance.now() - flushedMs > BUSY_MS;
      if (quiet || batch.length >= batchMax) flush();
      else timer ??= setTimeout(flush, message.pending === 0 ? BUSY_MS : batchMs);
      if (ahead >= AHEAD_MAX) await done;
    },

    async end() {
      clearTimeout(timer);
      await done;
    },
  };
}
