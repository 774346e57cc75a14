import type { Response } from "../gcode/response.ts";
import { readingOf } from "../gcode/response.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";

/** What one temperature report says of one heater. */
export interface HeaterReport {
  heater: HeaterName;
  measuredC: number;
  targetC: number | null;
  dutyRaw: number | null;
}

/** Zero is what firmwares report before the first conversion; no printer's room is so cold. */
function believable(measuredC: number | null): measuredC is number {
  return measuredC !== null && measuredC !== 0 && measuredC > -40 && measuredC < 600;
}

/** The heaters of a temperature report; a reading that isn't there is absent, never zero. */
export function heaterReports(response: Response, tool: number): HeaterReport[] {
  if (response.type !== "temperature") return [];
  const found: HeaterReport[] = [];
  for (const heater of ["hotend", "bed"] as const) {
    const reading = readingOf(response.heaters, heater, tool);
    if (!reading || !believable(reading.c)) continue;
    const { c: measuredC, targetC, dutyRaw } = reading;
    found.push({ heater, measuredC, targetC, dutyRaw });
  }
  return found;
}
