import { heaterReports } from "../../analysis/heat_report.ts";
import type { Finding } from "../../finding.ts";
import { parseResponse } from "../../gcode/parse_response.ts";
import type { Observation } from "../../source/observation.ts";
import type { HeaterName } from "../../twin/thermal/parameters.ts";
import type { DeviationLine } from "../deviation_line.ts";
import { HeaterOverview } from "./overview.ts";

/** Deviations shown with all that is known of them, and such that are only counted after them. */
export const SHOWN_MAX = 200;

/** A gap in the log is drawn no longer than this, s. */
const GAP_S = 60;
/** Gaps remembered: deviations are placed soon after they happened. */
const GAPS_MAX = 256;

/** One deviation of the report; times of `line` are the log's own, those of `finding` the stream's. */
export interface ReportedDeviation {
  line: DeviationLine;
  finding: Finding;
  /** Seconds from the log's begin, gaps left out; `endedS` null: to the log's end. */
  drawn: { startedS: number; detectedS: number; endedS: number | null };
}

/** Gathers what a report shows while a log is replayed, in bounded memory. */
export class Gathering {
  readonly deviations: ReportedDeviation[] = [];
  /** Deviations beyond those that are shown. */
  unshown = 0;
  readonly overviews: Partial<Record<HeaterName, HeaterOverview>> = {};
  #startS: number | null = null;
  #endS = 0;
  #gaps: { fromS: number; leftOutS: number }[] = [];

  /** How long the log is to be drawn, s. */
  get lengthS(): number {
    return this.#drawnS(this.#endS);
  }

  /** Takes an observation of the log. */
  observed(observation: Observation): void {
    const { eventTimeS, type } = observation;
    this.#startS ??= eventTimeS;
    this.#endS = eventTimeS;
    if (type === "gap") this.#noteGap(observation.sinceS, eventTimeS);
    else if (type === "heater") {
      this.#note(observation.heater, eventTimeS, observation.measuredC, observation.targetC);
    } else if (type === "received" && observation.line.includes(":")) {
      for (const report of heaterReports(parseResponse(observation.line), 0)) {
        this.#note(report.heater, eventTimeS, report.measuredC, report.targetC);
      }
    }
  }

  #note(heater: HeaterName, eventTimeS: number, measuredC: number, targetC: number | null): void {
    // Logs show zero where there was no reading.
    if (measuredC === 0) return;
    const overview = this.overviews[heater] ??= new HeaterOverview(heater, 0);
    overview.note(this.#drawnS(eventTimeS), measuredC, targetC);
  }

  /** Days may lie between two sessions; drawn as they are they would leave no room for the rest. */
  #noteGap(sinceS: number, eventTimeS: number): void {
    const before = this.#gaps.at(-1)?.leftOutS ?? 0;
    const leftOutS = before + Math.max(0, eventTimeS - sinceS - GAP_S);
    this.#gaps.push({ fromS: eventTimeS, leftOutS });
    if (this.#gaps.length > GAPS_MAX) this.#gaps.shift();
  }

  #drawnS(eventTimeS: number): number {
    const { leftOutS } = this.#gaps.findLast(({ fromS }) => fromS <= eventTimeS) ?? NO_GAP;
    return Math.max(0, eventTimeS - leftOutS - (this.#startS ?? 0));
  }

  /** Takes a deviation of which nothing more can come. */
  settled(line: DeviationLine, finding: Finding): void {
    if (this.deviations.length === SHOWN_MAX) {
      this.unshown++;
      return;
    }
    const { startedS, detectedS, endedS } = finding;
    const drawn = {
      startedS: this.#drawnS(startedS),
      detectedS: this.#drawnS(detectedS),
      endedS: endedS === null ? null : this.#drawnS(endedS),
    };
    this.deviations.push({ line, finding, drawn });
  }
}

const NO_GAP = { leftOutS: 0 };
