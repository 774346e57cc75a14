import { statSync } from "node:fs";

/** Wall time, for the wire alone. */
export interface WallClock {
  /** UTC in ms since 1970. */
  nowMs(): number;
  /** `synced` only where there is reason to believe it. */
  quality(): "synced" | "unsynced";
}

/** systemd-timesyncd touches this file once it has set the clock (systemd-timesyncd(8)). */
const TIMESYNC_FILE = "/run/systemd/timesync/synchronized";

/** No clock that is right says an earlier time than this code was written at. */
const PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

const CHECKED_EVERY_MS = 10_000;

function timesyncSays(): boolean {
  try {
    statSync(TIMESYNC_FILE);
    return true;
  } catch {
    return false;
  }
}

/**
 * The system's clock. Whether the kernel believes itself synchronised can't be asked without FFI or
 * a subprocess, so `auto` goes by systemd-timesyncd's file, and a site with chrony or a GPS says
 * `trusted`. A year before 2025 is never synced.
 */
export class SystemClock implements WallClock {
  #checkedMs = -Infinity;
  #synced = false;

  constructor(private readonly mode: "auto" | "trusted") {}

  nowMs(): number {
    return Date.now();
  }

  quality(): "synced" | "unsynced" {
    if (Date.now() < PLAUSIBLE_MS) return "unsynced";
    if (this.mode === "trusted") return "synced";
    if (performance.now() - this.#checkedMs > CHECKED_EVERY_MS) {
      this.#checkedMs = performance.now();
      this.#synced = timesyncSays();
    }
    return this.#synced ? "synced" : "unsynced";
  }
}

/** An instant as the wire writes it. */
export function wallTime(ms: number): string {
  return new Date(ms).toISOString();
}
