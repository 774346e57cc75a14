import type { Observation, Source, SourcePosition } from "../../edge/source/observation.ts";
import { drawPrinter } from "../printer/draw/draw_printer.ts";
import { Random } from "../printer/random.ts";
import { makeInjection } from "../printer/scenario/draw_injection.ts";
import { simulate } from "../printer/simulate.ts";
import { RECORDED_PART } from "../recorded_print.ts";

/** After a job the printer cools down for so long before the next, s. */
const TAIL_S = 900;
/** What happens besides: nothing, a draught, a tampered set point. */
const RUNS: { id: string; atS: number; forS: number; size: number }[][] = [
  [],
  [{ id: "E01", atS: 250, forS: 60, size: 80 }],
  [{ id: "A01", atS: 300, forS: 60, size: -10 }],
];

/** A print of one virtual printer, from cold to cold. */
export type Recorded = readonly Observation[];

/** The prints of one virtual printer, each recorded when it is first asked for. */
export function recordPrints(seed: number): (print: number) => Recorded {
  const printer = drawPrinter(seed, { dialect: "marlin21" });
  const gcode = Deno.readTextFileSync(RECORDED_PART);
  const recorded = new Map<number, Recorded>();
  return (print) => {
    const run = print % RUNS.length;
    const known = recorded.get(run);
    if (known) return known;
    const random = new Random(seed + run, "soak");
    const injections = RUNS[run]!.map((injection) => makeInjection(injection, random));
    const made = [...simulate({ seed: seed + run, printer, gcode, injections, tailS: TAIL_S })];
    recorded.set(run, made);
    return made;
  };
}

/** A source that counts what it gives. */
export interface LoopedSource extends Source {
  /** Lines of both sides that were given so far, and dealt with: the next was asked for. */
  readonly lines: number;
  /** The source's own time, s. */
  readonly eventTimeS: number;
}

/** Gives recorded prints one after the other, as fast as they are taken, until `untilS`. */
export function loopedSource(
  prints: (print: number) => Recorded,
  first: number,
  untilS: number,
): LoopedSource {
  const [bootId, runId] = [crypto.randomUUID(), crypto.randomUUID()];
  let lines = 0, eventTimeS = 0, seq = 0;
  return {
    get lines() {
      return lines;
    },
    get eventTimeS() {
      return eventTimeS;
    },
    position: (): SourcePosition => ({ bootId, runId, seq }),
    async *observations(signal) {
      let shiftS = 0;
      for (let print = first; !signal.aborted; print++) {
        for (const each of prints(print)) {
          if (signal.aborted || each.eventTimeS + shiftS > untilS) return;
          eventTimeS = each.eventTimeS + shiftS;
          seq += 1;
          yield { ...each, eventTimeS };
          if (each.type === "sent" || each.type === "received") lines += 1;
        }
        shiftS = eventTimeS + 1;
      }
    },
  };
}
