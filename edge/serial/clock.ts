import type { Libc } from "./libc.ts";

const CLOCK_BOOTTIME = 7;

/**
 * CLOCK_BOOTTIME: monotonic, never set, and counting through suspend. `read` takes the time and
 * leaves it in `seconds` and `nanoseconds`, so that the hot loop allocates nothing.
 */
export interface BootClock {
  /** Takes the time and gives it in milliseconds. */
  read(): number;
  /** Whole seconds of the last reading. */
  readonly seconds: number;
  /** The rest of the last reading, 0–999,999,999 ns. */
  readonly nanoseconds: number;
}

/** Makes a clock over libc. */
export function bootClock(libc: Libc): BootClock {
  const timespec = new Uint8Array(16);
  const words = new Uint32Array(timespec.buffer);
  const { clock_gettime } = libc.call;
  return {
    read() {
      clock_gettime(CLOCK_BOOTTIME, timespec);
      return (words[0] ?? 0) * 1000 + (words[2] ?? 0) / 1e6;
    },
    get seconds() {
      return words[0] ?? 0;
    },
    get nanoseconds() {
      return words[2] ?? 0;
    },
  };
}
