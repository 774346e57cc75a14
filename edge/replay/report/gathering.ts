import { heaterReports } from "../../analysis/heat_report.ts";
import type { Finding } from "../../finding.ts";
import { parseResponse } from "../../gcode/parse_response.ts";
import type { Observation } from "../../source/observation.ts";
import type { HeaterName } from "../../twin/thermal/parameters.ts";
import type { DeviationLine } from "../deviation_line.ts";
import { HeaterOverview } from "./overview.ts";

/** Deviations shown with all that is known of them, and such that are only counted after them. */
export const SHOWN_MAX = 200;

/** One deviation of the report; times of `line` are the log's own, those of `finding` the stream's. */
export interface ReportedDeviation {
  line: DeviationLine;
  finding: Finding;
}

/** Gathers what a report shows while a log is replayed, in bounded memory. */
export class Gathering {
  readonly deviations: ReportedDeviation[] = [];
  /** Deviations beyond those that are shown. */
  unshown = 0;
  startS: number | null = null;
  endS = 0;
  readonly overviews: Partial<Record<HeaterName, HeaterOverview>> = {};

  /** Takes an observation of the log. */
  observed(observation: Observation): void {
    const { eventTimeS, type } = observation;
    this.startS ??= eventTimeS;
    this.endS = eventTimeS;
    if (type === "heater") {
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
    const overview = this.overviews[heater] ??= new HeaterOverview(heater, this.startS);
    overview.note(eventTimeS, measuredC, targetC);
  }

  /** Takes a deviation of which nothing more can come. */
  settled(line: DeviationLine, finding: Finding): void {
    if (this.deviations.length < SHOWN_MAX) this.deviations.push({ line, finding });
    else this.unshown++;
  }
}
