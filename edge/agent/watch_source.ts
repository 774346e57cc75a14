import { reasonOf } from "../../shared/reason.ts";
import { wait } from "../../shared/wait.ts";
import type { Observation, Source, SourcePosition } from "../source/observation.ts";

/** A source that broke is opened again after this time. */
const BROKEN_MS = 1000;
/** Observations are taken this long at a stretch; then whatever else waits has its turn. */
const STRETCH_MS = 25;

/** Whoever takes what a source observes. */
export interface SourceWatch {
  /** Opens the source where it was left. */
  open(): Source;
  take(observation: Observation, position: SourcePosition | null): void;
  broke(reason: string): void;
  /** Monotonic, ms. */
  nowMs(): number;
}

/** Takes from a source until it ends or `signal` aborts; one that breaks is opened again. */
export async function watchSource(watch: SourceWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await takeAll(watch, watch.open(), signal);
      return;
    } catch (error) {
      watch.broke(reasonOf(error));
      await wait(BROKEN_MS, signal);
    }
  }
}

async function takeAll(watch: SourceWatch, source: Source, signal: AbortSignal): Promise<void> {
  let yieldedMs = watch.nowMs();
  for await (const observation of source.observations(signal)) {
    watch.take(observation, source.position?.() ?? null);
    // After an outage thousands of frames come at once; messages have to move meanwhile too.
    if (watch.nowMs() - yieldedMs < STRETCH_MS) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    yieldedMs = watch.nowMs();
  }
}
