/** How often somebody may fail before waiting, and for how long failures count. */
export interface TryLimit {
  /** Seconds to wait before the next try; 0 if it may go ahead. */
  waitS(key: string, nowMs: number): number;
  failed(key: string, nowMs: number): void;
  succeeded(key: string): void;
}

const KEYS_MAX = 10_000;

/**
 * Counts failures by key: after `triesMax` within `windowS` the key waits until the oldest of them
 * is that old.
 */
export function tryLimit(triesMax: number, windowS: number): TryLimit {
  const failures = new Map<string, number[]>();
  const recent = (key: string, nowMs: number) =>
    (failures.get(key) ?? []).filter((atMs) => nowMs - atMs < windowS * 1000);
  return {
    waitS(key, nowMs) {
      const kept = recent(key, nowMs);
      if (kept.length < triesMax) return 0;
      return Math.ceil((kept[kept.length - triesMax]! + windowS * 1000 - nowMs) / 1000);
    },
    failed(key, nowMs) {
      const kept = [...recent(key, nowMs), nowMs].slice(-triesMax);
      failures.delete(key);
      failures.set(key, kept);
      if (failures.size > KEYS_MAX) failures.delete(failures.keys().next().value!);
    },
    succeeded: (key) => void failures.delete(key),
  };
}
