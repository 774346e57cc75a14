import type { Result } from "../../../shared/result.ts";
import type { Observation } from "../observation.ts";

type Untimed<T> = T extends unknown ? Omit<T, "eventTimeS"> : never;

/** An observation before the log's own clock was told apart from the stream's. */
export type LogEntry = Untimed<Observation>;

/** What one line says, at the log's own time in seconds. */
export interface LogRow {
  timeS: number;
  entries: LogEntry[];
}

/** Reads one log, line by line; keeps no more of it than it needs to understand the next line. */
export interface LogReader {
  /** What the line says, "nothing" where it belongs to the log but says nothing, null if broken. */
  read(line: string): LogRow | "nothing" | null;
  /** A time of the log as its own lines write it, or null where they write seconds. */
  clockText(timeS: number): string | null;
  /** What was seen and left out, in sentences. */
  notes(): string[];
}

/** One kind of log that can be replayed. */
export interface LogFormat {
  name: string;
  /** Whether it carries the lines between host and printer, which a job can be held against. */
  hasCommands: boolean;
  /** Whether the first lines of a file look like this format. */
  recognises(head: readonly string[]): boolean;
  /** A reader for a file with these first lines; refused where something needed is missing. */
  open(head: readonly string[]): Result<LogReader>;
}
