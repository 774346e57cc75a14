import type { Artefact } from "../../edge/network/artefact.ts";
import type { DataSet } from "../evaluate/split.ts";
import type { CleanPrint, FeatureSample, WindowSample } from "./collect.ts";

/** A course as it is handed to a worker: plain values. */
export interface Task {
  set: DataSet;
  seed: number;
  first: number;
  printers: number;
  printS: number;
  clean: number;
  odd: number;
  scenarios: readonly string[];
  /** The detector at work meanwhile; null for none. */
  detector: Pick<Artefact, "modelJson" | "weights"> | null;
}

export type Request =
  | { kind: "windows"; task: Task; commanded: readonly string[] }
  | { kind: "features"; task: Task }
  | { kind: "clean"; task: Task };

export type Answer = { ok: true; samples: unknown[] } | { ok: false; reason: string };

/** Printers that a worker is given at a time. */
const PRINTERS_EACH = 10;

/**
 * Workers that simulate printers and collect samples. The samples come back in the printers' order,
 * so that the number of workers changes nothing.
 */
export class Crew {
  #workers: Worker[] = [];

  /** @throws {RangeError} for fewer than one worker, or more than 64 */
  constructor(workers: number) {
    if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
      throw new RangeError(`Cannot train: 1 to 64 workers were required, got ${workers}`);
    }
    for (let i = 0; i < workers; i++) {
      this.#workers.push(
        new Worker(new URL("./crew_worker.ts", import.meta.url), { type: "module" }),
      );
    }
  }

  async windows(task: Task & { commanded: readonly string[] }): Promise<WindowSample[]> {
    const { commanded, ...rest } = task;
    const parts = this.#cut(rest, (part) => ({ kind: "windows", task: part, commanded }));
    return await parts as WindowSample[];
  }

  async features(task: Task): Promise<FeatureSample[]> {
    return await this.#cut(task, (part) => ({ kind: "features", task: part })) as FeatureSample[];
  }

  async clean(task: Task): Promise<CleanPrint[]> {
    return await this.#cut(task, (part) => ({ kind: "clean", task: part })) as CleanPrint[];
  }

  close(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  async #cut(task: Task, asked: (part: Task) => Request): Promise<unknown[]> {
    const { detector } = task;
    const light = detector && { modelJson: detector.modelJson, weights: detector.weights };
    const requests: Request[] = [];
    for (let from = 0; from < task.printers; from += PRINTERS_EACH) {
      const printers = Math.min(PRINTERS_EACH, task.printers - from);
      requests.push(asked({ ...task, detector: light, first: task.first + from, printers }));
    }
    const answers: unknown[][] = [];
    let next = 0;
    await Promise.all(this.#workers.map(async (worker) => {
      for (let at = next++; at < requests.length; at = next++) {
        answers[at] = await ask(worker, requests[at]!);
      }
    }));
    return answers.flat();
  }
}

function ask(worker: Worker, request: Request): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.ok) resolve(data.samples);
      else reject(new Error(data.reason));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  });
}
