import type { Machine } from "../device/machine.ts";
import { isIdle } from "../motion/planner.ts";

/** Keeps the current command running until `dueS`, then does `done`. */
export function until(m: Machine, dueS: number, done?: () => void): void {
  m.fw.wait = {
    check: (nowS) => {
      if (nowS < dueS - 1e-9) return false;
      done?.();
      return true;
    },
    dueS,
    busy: "processing",
  };
}

/** Waits for the last move, then does `next`, which may wait again. */
export function whenIdle(m: Machine, next?: () => void): void {
  const wait = {
    check: () => {
      if (!isIdle(m.planner)) return false;
      m.fw.wait = null;
      next?.();
      // The next wait, if any, has taken this one's place and is checked on its own.
      return m.fw.wait === null;
    },
    dueS: Infinity,
    busy: "processing" as const,
  };
  m.fw.wait = wait;
}
