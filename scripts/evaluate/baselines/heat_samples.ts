import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { readingOf } from "../../../edge/gcode/response.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import type { HeatSample } from "./seen.ts";

/** What has to be kept to make samples of a line's reports. */
export interface HeatReading {
  fanDuty: number;
  /** Full duty in the firmware's unit. */
  dutyRawMax: number;
  afterGap: { hotend: boolean; bed: boolean };
}

const HEATERS = ["hotend", "bed"] as const;
const FAN = /^(?:N\d+\s*)?M10([67])(?!\d)(?:[^*;]*?S\s*([\d.]+))?/;

export function initHeatReading(): HeatReading {
  return { fanDuty: 0, dutyRawMax: 127, afterGap: { hotend: false, bed: false } };
}

/** The samples that one observation holds: none, one, or the hotend's and the bed's. */
export function heatSamples(state: HeatReading, seen: Observation): HeatSample[] {
  if (seen.type === "gap") state.afterGap = { hotend: true, bed: true };
  if (seen.type === "sent") readFan(state, seen.line);
  if (seen.type === "heater") {
    const { eventTimeS, heater, measuredC, targetC, duty } = seen;
    // Klipper's log writes zeros while the board has reported nothing yet.
    if (measuredC === 0) return [];
    return [sample(state, { eventTimeS, heater, measuredC, targetC, duty })];
  }
  if (seen.type !== "received" || !seen.line.includes("T")) return [];
  const response = parseResponse(seen.line);
  if (response.type !== "temperature") return [];
  return HEATERS.flatMap((heater) => {
    const reading = readingOf(response.heaters, heater);
    if (!reading || reading.c === null || reading.targetC === null) return [];
    const { c: measuredC, targetC, dutyRaw } = reading;
    const duty = dutyRaw === null ? null : dutyShare(state, dutyRaw);
    return [sample(state, { eventTimeS: seen.eventTimeS, heater, measuredC, targetC, duty })];
  });
}

function sample(
  state: HeatReading,
  given: Omit<HeatSample, "type" | "fanDuty" | "afterGap">,
): HeatSample {
  const afterGap = state.afterGap[given.heater];
  state.afterGap[given.heater] = false;
  return { type: "heat", ...given, fanDuty: state.fanDuty, afterGap };
}

function readFan(state: HeatReading, line: string): void {
  const found = line.includes("M10") ? FAN.exec(line) : null;
  if (!found) return;
  state.fanDuty = found[1] === "7" ? 0 : Math.min(1, Number(found[2] ?? 255) / 255);
}

function dutyShare(state: HeatReading, raw: number): number {
  if (raw > 127) state.dutyRawMax = 255;
  return Math.min(1, Math.max(0, raw / state.dutyRawMax));
}
