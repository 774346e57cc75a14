import type { HeaterReading, Response } from "../gcode/response.ts";
import { hotendOf, readingOf } from "../gcode/response.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";

/** What one temperature report says of one heater. */
export interface HeaterReport {
  heater: HeaterName;
  /** Which hotend it is; of a bed 0. */
  tool: number;
  measuredC: number;
  targetC: number | null;
  dutyRaw: number | null;
}

/** Zero is what firmwares report before the first conversion; no printer's room is so cold. */
function believable(measuredC: number | null): measuredC is number {
  return measuredC !== null && measuredC !== 0 && measuredC > -40 && measuredC < 600;
}

/** How many hotends a temperature report tells apart by their numbers. */
export function hotendsIn(response: Response): number {
  if (response.type !== "temperature") return 0;
  let count = 0;
  for (const name in response.heaters) if (/^T\d/.test(name)) count++;
  return count;
}

/**
 * The bed and the active tool's hotend of a temperature report; a reading that isn't there is absent,
 * never zero.
 *
 * @param several whether this printer's reports are known to tell several hotends apart
 */
export function heaterReports(
  response: Response,
  tool: number,
  several = false,
): HeaterReport[] {
  if (response.type !== "temperature") return [];
  const found: HeaterReport[] = [];
  for (const heater of ["hotend", "bed"] as const) {
    const of = heater === "bed"
      ? bedOf(response.heaters)
      : hotendOf(response.heaters, tool, several);
    if (!of || !believable(of.reading.c)) continue;
    const { c: measuredC, targetC, dutyRaw } = of.reading;
    found.push({ heater, tool: of.tool, measuredC, targetC, dutyRaw });
  }
  return found;
}

function bedOf(
  heaters: Record<string, HeaterReading>,
): { tool: number; reading: HeaterReading } | null {
  const reading = readingOf(heaters, "bed");
  return reading && { tool: 0, reading };
}
