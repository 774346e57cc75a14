import type { ErrorKind } from "./response_error.ts";

/** One heater's part of a temperature report. */
export interface HeaterReading {
  /** Measured, °C; `null` where the firmware itself says that it isn't a number. */
  c: number | null;
  /** Set point, °C. */
  targetC: number | null;
  /** Duty in the firmware's own unit: Marlin 0–127, others 0–255 or percent. */
  dutyRaw: number | null;
  /** The converter's raw value, where the firmware is built to show it. */
  raw: number | null;
}

/** The acknowledgement that a line carries: of which line, and how much room is left. */
export interface Ok {
  lineNumber: number | null;
  /** Free places of the planner's buffer (`P`). */
  plannerFree: number | null;
  /** Free places of the line buffer (`B`). */
  blockFree: number | null;
}

export type ResetCause = "power-up" | "external" | "brown-out" | "watchdog" | "software" | null;

/** What a line from the printer says. `ok` is set wherever the line acknowledges one of ours. */
export type Response =
  & { ok: Ok | null }
  & (
    | { type: "ok" }
    | {
      type: "temperature";
      /** By the firmware's own names: `T`, `T0`…, `B`, `C` (chamber), `P` (probe), `A`, `X`. */
      heaters: Record<string, HeaterReading>;
      /** While M109 or M190 waits: seconds that the temperature must still hold, if it says. */
      wait: { remainingS: number | null } | null;
    }
    | { type: "busy"; reason: string }
    /** The firmware has nothing to do and asks for more. */
    | { type: "wait" }
    | { type: "resend"; lineNumber: number }
    | { type: "error"; kind: ErrorKind; text: string }
    | { type: "action"; action: string; parameter: string }
    /** The firmware has just started. */
    | { type: "start" }
    /** Other lines that only a start prints. */
    | { type: "boot"; text: string; cause: ResetCause }
    | { type: "firmware"; fields: Record<string, string> }
    | { type: "capability"; name: string; enabled: boolean }
    | {
      type: "position";
      xMm: number;
      yMm: number;
      zMm: number;
      eMm: number | null;
      /** Steps, or a delta's towers, by the firmware's names. */
      counts: Record<string, number>;
    }
    | { type: "endstop"; name: string; state: string }
    /** A command that reproduces one setting, as M503 lists them. */
    | { type: "setting"; command: string }
    | { type: "sd"; text: string; bytes: { done: number; total: number } | null }
    | { type: "echo"; text: string }
    | { type: "unknown"; text: string }
    | { type: "blank" }
    /** Bytes that no firmware sends: line noise or another protocol. To be counted. */
    | { type: "garbage"; length: number }
  );

/**
 * The reading of a hotend or of the bed from a report, whatever the firmware calls it; `null` where
 * the report doesn't have it.
 */
export function readingOf(
  heaters: Record<string, HeaterReading>,
  heater: "hotend" | "bed",
  tool = 0,
): HeaterReading | null {
  return heater === "bed" ? heaters["B"] ?? null : hotendOf(heaters, tool)?.reading ?? null;
}

/**
 * The hotend that a tool prints with, and its reading. Tools that share one nozzle, as those of a
 * filament changer do, all have the first.
 *
 * @param several whether other reports of the printer told several hotends apart: then one without
 * numbers, as some firmwares send while they wait, is the first tool's or nobody's
 */
export function hotendOf(
  heaters: Record<string, HeaterReading>,
  tool: number,
  several = false,
): { tool: number; reading: HeaterReading } | null {
  const own = heaters[`T${tool}`], active = heaters["T"];
  if (own !== undefined) {
    // The duty of the only hotend stands under `@`, its temperature under `T` and `T0` alike.
    const dutyRaw = own.dutyRaw ?? (active?.c === own.c ? active?.dutyRaw ?? null : null);
    return { tool, reading: { ...own, dutyRaw } };
  }
  const isShared = tool === 0 || !several && heaters["T1"] === undefined;
  const reading = active ?? heaters["T0"];
  return isShared && reading !== undefined ? { tool: 0, reading } : null;
}
