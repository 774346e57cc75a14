import type { Result } from "../../../shared/result.ts";
import type { Level } from "../signal/told.ts";

/** A line that is only looked at; its levels are as wired: 1 is active. */
export interface InputLine {
  /** The level now; null where it can't be read. */
  read(): Level | null;
  /** Calls back with the level read at each edge, as soon as it is seen. */
  watch(onEdge: (level: Level) => void): void;
  unwatch(): void;
  close(): void;
}

/** A line that is driven. */
export interface OutputLine {
  read(): Level | null;
  /** False where the kernel refused it. */
  write(level: Level): boolean;
  /** Leaves the line as it is: a relay must not move because a program ends. */
  close(): void;
}

/** The lines of a board; what can't be had is refused with a sentence. */
export interface Lines {
  input(pin: number, activeLow: boolean, edges: "rising" | "both"): Result<InputLine>;
  /** Takes a line without moving it, if it is driven already; else it begins at rest. */
  output(pin: number, activeLow: boolean): Result<OutputLine>;
}
