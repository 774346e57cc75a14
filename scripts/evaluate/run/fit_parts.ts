import type { JobFacts } from "../observability/job_facts.ts";
import type { Cell } from "./cells.ts";

/** Parts of at least so many minutes have room for an event. */
const ROOMY_MIN = 5;
/** A part that is printed whole, even in a quick run, takes at most so long. */
const SHORT_MIN = 6.5;
/** One retraction in twenty seconds, the shortest event's length. */
const RETRACTIONS_PER_S = 0.05;
/** Share of the printing time in which the fan runs. */
const FAN_SHARE = 0.3;
const RETRACTION = new Set(["A14", "B11"]), FAN = new Set(["A04", "B07", "E03"]);

/** What is known of a part before it is printed. */
export interface PartFigures {
  id: string;
  minutes: number;
  filamentM: number;
}

/** Whether a part is long enough for a cell's event, and holds as much filament as it asks for. */
export function hasRoom(part: PartFigures, { filamentMinM, toTheEnd }: Cell): boolean {
  if (toTheEnd && filamentMinM === 0) return part.minutes <= SHORT_MIN;
  return part.minutes >= ROOMY_MIN && part.filamentM >= filamentMinM;
}

/**
 * Whether a job has what a scenario changes: without retractions none can be changed, and ABS is
 * printed without the part fan. By what the job is, never by what was found in it.
 */
export function holdsWhatChanges(
  scenario: string,
  { retractionsPerS, fanShare }: Pick<JobFacts, "retractionsPerS" | "fanShare">,
): boolean {
  if (RETRACTION.has(scenario)) return retractionsPerS >= RETRACTIONS_PER_S;
  return !FAN.has(scenario) || fanShare >= FAN_SHARE;
}

/** Whether parts have to be read before one can be chosen. */
export function asksForFacts(scenario: string): boolean {
  return RETRACTION.has(scenario) || FAN.has(scenario);
}
