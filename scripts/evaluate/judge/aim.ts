import type { Interval } from "../statistics/wilson.ts";

/** One figure by which the whole is judged. */
export interface Aim {
  text: string;
  unit: "%" | "s" | "layers" | "per 1000 h" | "cells" | "times";
  /** The figure has to be at least, or at most, this. */
  aim: { least: number } | { most: number };
  /** Null where it is infinite, or where nothing was measured (`n` is 0). */
  value: number | null;
  interval: Interval | null;
  n: number;
  met: boolean | null;
}

/** An aim before it is held against what was measured. */
export type Wanted = Omit<Aim, "met">;
