import type { Observation } from "../../../edge/source/observation.ts";
import { Random } from "../../printer/random.ts";
import { scenario } from "../../printer/scenario/catalogue.ts";
import type { Window } from "../../printer/scenario/draw_injection.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import type { JobFacts } from "../observability/job_facts.ts";
import { visibility } from "../observability/visibility.ts";
import { bestSuite, type Cell } from "./cells.ts";
import type { EventRecord, SuiteName } from "./record.ts";

/** Events begin so long after the first extrusion, s. */
const SETTLED_S = 30;
/** What belongs to a print's beginning begins at once. */
const EARLY_S = 3;
/** Events begin within so long of printing, s. */
const WINDOW_S = 360;
/** What begins in the window has so long to show itself before the print ends, s. */
const ROOM_S = 60;
/** What lasts until the end is followed for so long after the window, s. */
const FOLLOW_S = 200;
/** A person announces what they are about to do so long before, and allows so much more for it, s. */
const AHEAD_S = 5;
const SPARE_S = 60;
/** An injection of a visible cell is drawn so many times until it can be seen. */
const DRAWS_MAX = 25;

/** What a happening has to know of its print. */
export interface Stage {
  printer: PrinterParameters;
  job: JobFacts;
  /** Seed of the run. */
  run: number;
  suites: readonly SuiteName[];
  senseS: number;
  /** How long the part will print, from its first extrusion, s. */
  printingS: number;
  /** The print is cut off then, s; infinite for none. */
  latestS: number;
}

/**
 * What happens in one print: drawn when the print's first extrusion is seen, so that heating up
 * never moves an event out of its window.
 */
export class Happening {
  readonly cell: Cell;
  readonly injection: { drawn: Injection | null } = { drawn: null };
  /** The print needn't be followed any longer, s. */
  untilS = Infinity;
  #stage: Stage;
  #random: Random;
  #readyS = 0;
  #sights: EventRecord["sights"] = {};
  #declared = false;

  constructor(cell: Cell, stage: Stage) {
    this.cell = cell;
    this.#stage = stage;
    this.#random = new Random(stage.run, "happening");
    this.untilS = stage.latestS;
    if (scenario(cell.scenario).when === "whole-run") this.#draw({ startS: 0, endS: 0 });
  }

  /** The injection, once extrusion has begun at `readyS`; null if it was drawn before. */
  begin(readyS: number): Injection | null {
    if (this.injection.drawn !== null) return null;
    const { printingS, latestS } = this.#stage;
    this.#readyS = readyS;
    const early = scenario(this.cell.scenario).when === "early";
    const startS = readyS + (early ? EARLY_S : SETTLED_S);
    const lastS = Math.min(readyS + printingS, latestS) - ROOM_S;
    const endS = Math.max(startS + 30, Math.min(lastS, startS + WINDOW_S));
    this.untilS = this.cell.toTheEnd ? latestS : Math.min(latestS, endS + FOLLOW_S);
    return this.#draw({ startS, endS });
  }

  /** A person's announcement, once, just before the event; null otherwise. */
  declaration(nowS: number): Observation | null {
    const { drawn } = this.injection;
    if (this.#declared || !this.cell.declared || drawn === null) return null;
    if (nowS < drawn.atS - AHEAD_S) return null;
    this.#declared = true;
    const untilS = Math.min(this.untilS, drawn.atS + drawn.forS, nowS + 86_400) + SPARE_S;
    const what = `planned work: ${scenario(drawn.id).title}`;
    return { type: "declared", eventTimeS: nowS, untilS, what, by: "operator" };
  }

  /** What could be seen of what was drawn. */
  get sights(): EventRecord["sights"] {
    return this.#sights;
  }

  /** Of a cell that its best suite sees, something that can be seen on this very printer. */
  #draw(window: Window): Injection {
    const best = bestSuite(this.cell, this.#stage.suites);
    const wanted = this.cell.suites[best].visible;
    for (let draw = 1;; draw++) {
      const drawn = this.cell.draw(this.#random, window);
      this.#sights = this.#sightsOf(drawn);
      if (wanted && !this.#sights[best]!.visible && draw < DRAWS_MAX) continue;
      this.injection.drawn = drawn;
      return drawn;
    }
  }

  #sightsOf(drawn: Injection): EventRecord["sights"] {
    const { printer, job, run, suites, senseS, printingS } = this.#stage;
    const around = {
      job,
      reference: this.cell.reference,
      endS: Math.min(this.untilS, this.#readyS + printingS),
      printingFromS: this.#readyS,
      seed: run,
      senseS,
    };
    return Object.fromEntries(suites.map((suite) => {
      const { snr, visible, blind } = visibility(drawn, printer, suite, around);
      return [suite, { snr: Math.round(snr * 10) / 10, visible, blind }];
    }));
  }
}
