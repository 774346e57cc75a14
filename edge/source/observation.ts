/** An independent sense of suite S2; its unit ends its name. */
export type Sense =
  | "hotendDuty"
  | "fanDuty"
  | "fanRpm"
  | "filamentMm"
  | "secondHotendC"
  | "ambientC"
  | "doorOpen"
  | "supplyGood";

/** What happened to the link between host and printer. */
export type LinkEvent =
  | "host-open"
  | "host-closed"
  | "printer-lost"
  | "printer-back"
  | "baud"
  | "blind"
  | "seeing"
  | "bypass-on"
  | "bypass-off"
  /** The agent's hold took effect, or ended for whatever reason. */
  | "held"
  | "released"
  /** Another program opened the host's port besides the host. */
  | "second-opener";

/**
 * What a source yields, in order of `eventTimeS`: seconds on the source's own monotonic clock (of
 * a tap: CLOCK_BOOTTIME). A reading that didn't come is absent, never zero.
 */
export type Observation =
  /** A whole line to the printer, without its line end; `origin` says whose it is. */
  | { type: "sent"; eventTimeS: number; line: string; origin: "host" | "agent" }
  /** A whole line from the printer, without its line end. */
  | { type: "received"; eventTimeS: number; line: string }
  /** A heater's sample from a log that has no protocol lines; `duty` 0–1. */
  | {
    type: "heater";
    eventTimeS: number;
    heater: "hotend" | "bed";
    measuredC: number;
    targetC: number;
    duty: number | null;
  }
  | { type: "reading"; eventTimeS: number; sense: Sense; value: number }
  /** Nothing is known between `sinceS` and `eventTimeS`. */
  | { type: "gap"; eventTimeS: number; sinceS: number; missedFrames: number; reason: string }
  | { type: "link"; eventTimeS: number; event: LinkEvent; detail: string }
  /**
   * A person announces a change to the printer, from now until `untilS`: `what` in their words, at
   * most 120 characters. One that ends before it comes takes back what was announced before.
   */
  | { type: "declared"; eventTimeS: number; untilS: number; what: string; by: string }
  /** A second has passed on the source's clock, though nothing else may have happened. */
  | { type: "tick"; eventTimeS: number };

/** A place in a source's stream from which it can go on. */
export interface SourcePosition {
  /** The kernel's boot id: what `eventTimeS` counts from. */
  bootId: string;
  /** Which run of the source counted `seq`: of a tap, its `tapId`. */
  runId: string;
  /** The last frame of which nothing is still to be yielded. */
  seq: number;
}

/** One source of observations of one printer. */
export interface Source {
  /** Ends when the source is exhausted or `signal` aborts. */
  observations(signal: AbortSignal): AsyncIterable<Observation>;
  /** Where to go on after the observations yielded so far; null while that isn't known. */
  position?(): SourcePosition | null;
}
