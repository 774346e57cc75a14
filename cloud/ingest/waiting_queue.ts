import { edgeSource } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { Waiting } from "../read_model/waiting_queries.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { nextSteps, type Step } from "./next_step.ts";

/** Deviations that are looked at for one round. */
const ROUND_MAX = 512;

/** Events that may be written side by side. */
export interface Round {
  steps: Step[];
  /** To be called once they stand in the read model: their printers may be in a round again. */
  done(): void;
}

export interface WaitingQueueParts {
  cases: CaseQueries;
  bundleWindowS: number;
}

/**
 * Goes round the printers that have deviations waiting, so that none waits for one that talks
 * without end. A printer whose events are on their way is passed over until they have arrived.
 */
export function waitingQueue({ cases, bundleWindowS }: WaitingQueueParts): { next(): Round } {
  const busy = new Set<string>();
  let after: Address | null = null;

  /** The next printers' deviations, by printer; `after` moves on behind them. */
  function look(): Waiting[][] {
    const rows = cases.waitingAfter(after, ROUND_MAX);
    const printers = [...Map.groupBy(rows, ({ address }) => edgeSource(address)).values()];
    const full = rows.length === ROUND_MAX;
    // Of the last one there may be more than was asked for: it is looked at whole the next time.
    if (full && printers.length > 1) printers.pop();
    after = full ? printers.at(-1)![0]!.address : null;
    return printers;
  }

  function stepsOf(printers: readonly Waiting[][]): Round {
    const steps: Step[] = [];
    const taken: string[] = [];
    for (const waiting of printers) {
      const printer = edgeSource(waiting[0]!.address);
      if (busy.has(printer)) continue;
      const next = nextSteps(cases, waiting, bundleWindowS);
      for (const sighting of next.known) cases.forgetWaiting(sighting);
      if (next.steps.length === 0) continue;
      busy.add(printer);
      taken.push(printer);
      steps.push(...next.steps);
    }
    return { steps, done: () => taken.forEach((printer) => busy.delete(printer)) };
  }

  return {
    next() {
      for (let fromStart = after === null;; fromStart = true) {
        do {
          const round = stepsOf(look());
          if (round.steps.length > 0) return round;
        } while (after !== null);
        if (fromStart) return { steps: [], done() {} };
      }
    },
  };
}
