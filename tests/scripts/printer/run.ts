import type { Observation } from "../../../edge/source/observation.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import type { Injection, Truth } from "../../../scripts/printer/scenario/injection.ts";
import { simulate, type SimulateOptions } from "../../../scripts/printer/simulate.ts";

const gcode = Deno.readTextFileSync(
  new URL("../../../scripts/parts/bracket-prusaslicer.gcode", import.meta.url),
);

/** The bracket as a host sends it. */
export const job = jobLines(gcode);

/** One warm print of the bracket on one printer that reports its duty each second. */
export function run(
  change: Partial<SimulateOptions> = {},
  injections: Injection[] = [],
): { seen: Observation[]; truth: Truth[] } {
  const truth: Truth[] = [];
  const printer = drawPrinter(4, { dialect: "marlin21" });
  printer.firmware.reportsDuty = true;
  const host = { ...drawHost(4, "printcore"), autoReportS: 1 };
  const warm = { hotendC: 205, bedC: 60 };
  const options = { seed: 4, printer, gcode: job, host, warm, injections, ...change };
  return { seen: [...simulate(options, truth)], truth };
}

export function given(
  id: string,
  atS: number,
  size: number,
  variant?: string,
  forS = 40,
): Injection {
  return makeInjection({ id, atS, size, forS, variant }, new Random(1));
}

/** A line without its number and checksum. */
export function text(line: string): string {
  return line.replace(/^N-?\d+ /, "").replace(/\*\d+$/, "");
}

export function sentTexts(seen: readonly Observation[]): string[] {
  return seen.flatMap((o) => o.type === "sent" ? [text(o.line)] : []);
}

/** What was sent besides the host's own questions. */
export function jobTexts(seen: readonly Observation[]): string[] {
  return sentTexts(seen).filter((line) => !/^M(105|110|155)\b/.test(line));
}

export function received(seen: readonly Observation[]): string[] {
  return seen.flatMap((o) => o.type === "received" ? [o.line] : []);
}

export interface Report {
  atS: number;
  hotendC: number;
  targetC: number;
  duty: number;
}

/** Reported hotend temperature and duty by time. */
export function reports(seen: readonly Observation[]): Report[] {
  return seen.flatMap((o) => {
    if (o.type !== "received") return [];
    const found = /T:([\d.]+) \/([\d.]+) .* @:(\d+)/.exec(o.line);
    if (!found) return [];
    const [hotendC, targetC, duty] = found.slice(1).map(Number) as [number, number, number];
    return [{ atS: o.eventTimeS, hotendC, targetC, duty }];
  });
}

/** Readings of one sense by time. */
export function readings(seen: readonly Observation[], sense: string) {
  return seen.flatMap((o) =>
    o.type === "reading" && o.sense === sense ? [{ atS: o.eventTimeS, value: o.value }] : []
  );
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
