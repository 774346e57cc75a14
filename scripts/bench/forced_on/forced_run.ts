import { initAskedHeat, stepAskedHeat } from "../../../edge/respond/asked_heat.ts";
import { noteAsked, stepForcedOn } from "../../../edge/senses/relay/forced_on.ts";
import { initForcedOn } from "../../../edge/senses/relay/forced_on_state.ts";
import { makeInjection } from "../../printer/scenario/draw_injection.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { Scenario } from "../../printer/scenario/scenario.ts";
import { simulate, type SimulateOptions } from "../../printer/simulate.ts";
import { Random } from "../../printer/random.ts";

const LIMITS = { limitC: 320 };
/** Full scale of the virtual printer's controllers. */
const OUTPUT_FULL = 127;
/** A controller that asks for so much of full power can't be told from a heater that is forced on. */
export const NEARLY_FULL = 0.85;
const WATCH = "own-demand";

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
  const injections = [makeInjection(act, new Random(options.seed)), watchFrom(act.atS)];
  let askedFullS = -Infinity;
  const others = { [WATCH]: watching((nowS) => askedFullS = nowS) };
  return { ...judgedRun({ ...options, injections, others }), askedFullS };
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

function watchFrom(atS: number): Injection {
  return { id: WATCH, atS, size: 0, forS: Infinity, onsetS: 0, variant: "", seed: 0 };
}

/** Looks at the controller inside the printer, which no sense sees, and changes nothing. */
function watching(asksFull: (nowS: number) => void): Scenario {
  return {
    title: "what the hotend's own controller asks for",
    unit: "",
    variants: [""],
    draw: () => ({ size: 0, onsetS: 0, variant: "" }),
    make: () => ({
      below: {
        tick(m) {
          if (m.hotendHeater.regulator.output >= NEARLY_FULL * OUTPUT_FULL) asksFull(m.nowS);
        },
        end() {},
      },
    }),
  };
}
