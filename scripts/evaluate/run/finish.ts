import { Journal } from "./journal.ts";
import type { Unit } from "./plan.ts";
import { runUnits } from "./pool.ts";
import { Progress } from "./progress.ts";
import type { UnitRecord } from "./record.ts";

/**
 * Runs what a folder's journal doesn't have yet; null when a person interrupted it.
 *
 * @throws {Error} if the folder can't be written, holds another plan's units, or a unit fails.
 */
export async function finish(
  folder: string,
  digest: string,
  wish: unknown,
  units: readonly Unit[],
  workers: number,
): Promise<UnitRecord[] | null> {
  const journal = Journal.open(folder, digest, wish);
  const there = new Set(journal.records.map(({ unit }) => unit));
  const left = units.filter(({ index }) => !there.has(index));
  const progress = new Progress(units.length, there.size);
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    await runUnits(left, workers, (record) => {
      journal.add(record);
      progress.finished(record);
    }, stop.signal);
  } finally {
    progress.end();
    journal.close();
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
  if (!stop.signal.aborted) return journal.records;
  console.error(
    `interrupted: ${journal.records.length} of ${units.length} printers are kept in ${folder}; ` +
      `the same command goes on`,
  );
  return null;
}
