import type { DatabaseSync } from "node:sqlite";

/** Beyond so many pages of 4 KiB in the log, the writer itself must make room. */
const LOG_PAGES_MAX = 65_536;

/**
 * Moves what was committed into the database's file in another thread: that waits for the disk,
 * which the thread that serves pages must not.
 *
 * @returns ends it, and resolves once the other thread has let go of the file.
 */
export function startCheckpoints(database: DatabaseSync, file: string): () => Promise<void> {
  const worker = new Worker(new URL("./checkpoint_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage(file);
  database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES_MAX}`);
  let ended: Promise<void> | null = null;
  return () => ended ??= endOf(worker);
}

async function endOf(worker: Worker): Promise<void> {
  const answered = new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.onerror = resolve;
  });
  worker.postMessage("");
  await answered;
  worker.terminate();
}
