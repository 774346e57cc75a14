import type { Observation } from "../observation.ts";

/**
 * How one kind of log is read, line by line. `read` returns what the line says, nothing where it
 * says nothing, or null where the line is broken. Times are seconds in the log's own clock.
 */
export interface LogReader {
  name: string;
  read(line: string): Observation[] | null;
}

/** One kind of log that can be replayed. */
export interface LogFormat {
  name: string;
  /** Whether the first lines of a file look like this format. */
  recognises(head: readonly string[]): boolean;
  reader(head: readonly string[]): LogReader;
}

/** Makes times that never run backwards: a log that starts anew goes on after a second. */
export function onwardClock(): (timeS: number) => number {
  let offsetS = 0, lastS = -Infinity;
  return (timeS) => {
    if (timeS + offsetS < lastS - 5) offsetS = lastS + 60 - timeS;
    lastS = Math.max(lastS, timeS + offsetS);
    return lastS;
  };
}
