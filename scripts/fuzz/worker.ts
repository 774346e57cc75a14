/** Runs one group's targets in a thread of its own, which can be ended if a case never ends. */
import { parentPort, workerData } from "node:worker_threads";
import type { Groups } from "./all_targets.ts";
import { BATCH, runCases } from "./run_cases.ts";
import { type FromWorker, PROGRESS, type Progress, type ToWorker } from "./watch.ts";

const post = (message: FromWorker) => parentPort!.postMessage(message);

async function work({ module, group, seed, cases, from, shared }: ToWorker): Promise<void> {
  const { GROUPS }: { GROUPS: Groups } = await import(module);
  const progress: Progress = new Int32Array(shared);
  const targets = await GROUPS[group]!.open();
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const [at, target] of targets.entries()) {
    if (at < from.target) continue;
    const firstBatch = at === from.target ? from.batch : 0;
    const share = Math.ceil(cases * target.weight / weights) - firstBatch * BATCH;
    const ran = await runCases(target, seed, share, firstBatch, (batch, index) => {
      Atomics.store(progress, PROGRESS.target, at);
      Atomics.store(progress, PROGRESS.batch, batch);
      Atomics.store(progress, PROGRESS.index, index);
      Atomics.add(progress, PROGRESS.begun, 1);
    });
    post({ type: "ran", target: target.name, ran });
  }
  for (const target of targets) await target.close?.();
  post({ type: "done" });
}

await work(workerData as ToWorker);
