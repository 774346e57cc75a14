import {
  type AnalysisOptions,
  type AnalysisState,
  createAnalysis,
  learntProfile,
  type PrinterAnalysis,
  type PrinterProfile,
} from "../../../edge/analysis.ts";
import { layerOf, NEVER } from "../../../edge/analysis/stream_watch.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Reference } from "../../../edge/analysis/reference_watch.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import type { FindingRecord, SuiteName } from "./record.ts";

const SUMMARY_LENGTH = 160;

/** One analysis of a print, with the senses of one suite, and what it has told. */
export class Watcher {
  readonly suite: SuiteName;
  readonly state: AnalysisState;
  #analysis: PrinterAnalysis;
  #told = new Map<string, FindingRecord>();

  constructor(suite: SuiteName, options: AnalysisOptions) {
    this.suite = suite;
    this.#analysis = createAnalysis(options);
    this.state = this.#analysis.init(null);
  }

  /** Hands on what this suite can see. */
  observe(seen: Observation): void {
    if (seen.type === "reading" && this.suite !== "S2") return;
    const found = this.#analysis.step(this.state, seen);
    for (let i = 0; i < found.length; i++) this.#note(found[i]!, seen.eventTimeS);
  }

  /** The next print's job. */
  adopt(reference: Reference | null): void {
    this.#analysis.adopt(this.state, reference);
  }

  /** What was told since the last call, oldest first. */
  take(): FindingRecord[] {
    const told = [...this.#told.values()];
    this.#told.clear();
    return told;
  }

  /** Whether the first extrusion has been commanded. */
  get extruding(): boolean {
    return this.state.stream.lastExtrusionS > NEVER;
  }

  get layer(): number | null {
    return layerOf(this.state.stream);
  }

  profile(): PrinterProfile {
    return learntProfile(this.state);
  }

  #note(finding: Finding, nowS: number): void {
    const { identity, episode, kind, verdict, probability, cause, summary, layer } = finding;
    const key = `${identity} ${episode}`;
    const before = this.#told.get(key);
    const toldS = before?.toldS ?? nowS;
    const threatS = before?.threatS ?? (verdict === "potential-cyberthreat" ? nowS : null);
    this.#told.set(key, {
      identity,
      kind,
      verdict,
      probability,
      cause: cause.id,
      summary: summary.slice(0, SUMMARY_LENGTH),
      toldS,
      threatS,
      layer: before ? before.layer : layer,
    });
  }
}
