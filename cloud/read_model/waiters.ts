interface Waiter {
  sequence: number;
  finish(reached: boolean): void;
}

/** Those who wait until something of a stream stands in the read model. */
export interface Waiters {
  /** Resolves with true once `sequence` was told of, with false after `waitMs` or on abort. */
  wait(stream: string, sequence: number, waitMs: number): Promise<boolean>;
  reached(stream: string, sequence: number): void;
}

export function makeWaiters(signal: AbortSignal): Waiters {
  const waiting = new Map<string, Set<Waiter>>();
  return {
    wait(stream, sequence, waitMs) {
      const own = waiting.get(stream) ?? new Set<Waiter>();
      waiting.set(stream, own);
      return new Promise((resolve) => {
        const giveUp = () => waiter.finish(false);
        const timer = setTimeout(giveUp, waitMs);
        const waiter: Waiter = {
          sequence,
          finish(reached) {
            clearTimeout(timer);
            signal.removeEventListener("abort", giveUp);
            own.delete(waiter);
            resolve(reached);
          },
        };
        own.add(waiter);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
    reached(stream, sequence) {
      for (const waiter of [...waiting.get(stream) ?? []]) {
        if (waiter.sequence <= sequence) waiter.finish(true);
      }
    },
  };
}
