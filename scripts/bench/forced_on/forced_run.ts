import { initAskedHeat, stepAskedHeat } from "../../../edge/respond/asked_heat.ts";
import { noteAsked, stepForcedOn } from "../../../edge/senses/relay/forced_on.ts";
import { initForcedOn } from "../../../edge/senses/relay/forced_on_state.ts";
import { makeInjection } from "../../printer/scenario/draw_injection.ts";
import { simulate, type SimulateOptions } from "../../printer/simulate.ts";
import { Random } from "../../printer/random.ts";
import { withinPrinter } from "./within_printer.ts";

const LIMITS = { limitC: 320 };
/** Full scale of the virtual printer's controllers. */
const OUTPUT_FULL = 127;
/** A controller that asks for so much of full power can't be told from a heater that is forced on. */
export const NEARLY_FULL = 0.85;

/** What happens to a printer, and when. */
export interface Act {
  id: string;
  atS: number;
  size: number;
  variant: string;
  forS: number;
}

/** What a run of the senses' judgement saw. */
export interface ForcedRun {
  /** When the relay would move, s; null: never. */
  trippedS: number | null;
  /** When the printer's own controller last asked for nearly full power until then, s. */
  askedFullS: number;
  /** When reports of temperature came, s. */
  reportsS: number[];
}

/** Has the senses judge a print in which something happens, and looks into the controller besides. */
export function forcedRun(options: SimulateOptions, act: Act): ForcedRun {
  let askedFullS = -Infinity;
  // No sense sees the controller inside the printer; looking at it changes nothing.
  const watch = withinPrinter(act.atS, "what the controller asks for", (m) => {
    if (m.hotendHeater.regulator.output >= NEARLY_FULL * OUTPUT_FULL) askedFullS = m.nowS;
  });
  const injections = [makeInjection(act, new Random(options.seed)), watch.injection];
  return { ...judgedRun({ ...options, injections, others: watch.others }), askedFullS };
}

/** Has the senses judge a print by gate and second thermometer, as they do at a printer. */
export function judgedRun(options: SimulateOptions): Omit<ForcedRun, "askedFullS"> {
  const state = initForcedOn(), asking = initAskedHeat();
  const seen: ReturnType<typeof judgedRun> = { trippedS: null, reportsS: [] };
  let on: number | null = null;
  for (const one of simulate(options)) {
    if (one.type !== "reading") {
      if (one.type === "received" && /T\d*:\d/.test(one.line)) seen.reportsS.push(one.eventTimeS);
      const asked = stepAskedHeat(asking, one);
      if (asked) noteAsked(state, asked);
    } else if (one.sense === "hotendDuty") on = one.value;
    else if (one.sense === "secondHotendC") {
      if (!stepForcedOn(state, LIMITS, one.eventTimeS, on, one.value)) continue;
      seen.trippedS = one.eventTimeS;
      break;
    }
  }
  return seen;
}
