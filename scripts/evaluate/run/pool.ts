import type { Unit } from "./plan.ts";
import type { UnitRecord } from "./record.ts";

type Answer = { ok: true; record: UnitRecord } | { ok: false; unit: number; reason: string };

/**
 * Runs units on so many workers; each finished one is handed to `finished` before its worker gets
 * the next. Ends early, without an error, when `signal` aborts.
 *
 * @throws {Error} with the unit and the reason if a unit fails or a worker dies.
 */
export async function runUnits(
  units: readonly Unit[],
  workers: number,
  finished: (record: UnitRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...units];
  const lanes = Array.from(
    { length: Math.min(workers, units.length) },
    () => runLane(waiting, finished, signal),
  );
  await Promise.all(lanes);
}

async function runLane(
  waiting: Unit[],
  finished: (record: UnitRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  try {
    for (let unit = waiting.shift(); unit && !signal.aborted; unit = waiting.shift()) {
      const answer = await ask(worker, unit, signal);
      if (answer === null) return;
      if (!answer.ok) throw new Error(`Cannot finish unit ${answer.unit}: ${answer.reason}`);
      finished(answer.record);
    }
  } finally {
    // What another lane would still take is of no use once one has failed.
    worker.terminate();
  }
}

function ask(worker: Worker, unit: Unit, signal: AbortSignal): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const aborted = () => resolve(null);
    signal.addEventListener("abort", aborted, { once: true });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      signal.removeEventListener("abort", aborted);
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot finish unit ${unit.index}: its worker died: ${event.message}`));
    };
    worker.postMessage(unit);
  });
}
