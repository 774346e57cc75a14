import type { Observation } from "../../../edge/source/observation.ts";
import { drawPrinter } from "../../printer/draw/draw_printer.ts";
import { simulate } from "../../printer/simulate.ts";
import { RECORDED_PART } from "../../recorded_print.ts";

/** One line on the wire, at its time since the beginning, s. */
export interface WireLine {
  atS: number;
  from: "host" | "printer";
  text: string;
}

/** Between two prints, s. */
const PAUSE_S = 20;

/**
 * What passes a printer's serial line within so many hours: the same part printed again and again
 * on one virtual printer, the last print cut off at the end.
 */
export function* hoursOfLines(hours: number, seed: number): Generator<WireLine> {
  const gcode = Deno.readTextFileSync(RECORDED_PART);
  const printer = drawPrinter(seed, { dialect: "marlin21" });
  let beginS = 0;
  for (let run = seed;; run++) {
    let endS = beginS;
    for (const observation of simulate({ seed: run, printer, gcode })) {
      const line = lineOf(observation, beginS);
      if (line === null) continue;
      if (line.atS > hours * 3600) return;
      endS = line.atS;
      yield line;
    }
    beginS = endS + PAUSE_S;
  }
}

function lineOf(observation: Observation, beginS: number): WireLine | null {
  const atS = beginS + observation.eventTimeS;
  if (observation.type === "sent") return { atS, from: "host", text: observation.line };
  if (observation.type === "received") return { atS, from: "printer", text: observation.line };
  return null;
}
