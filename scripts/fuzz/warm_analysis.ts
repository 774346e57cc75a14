import {
  type AnalysisState,
  createAnalysis,
  learntProfile,
  type PrinterAnalysis,
  type PrinterProfile,
} from "../../edge/analysis.ts";
import type { Reference } from "../../edge/analysis/reference_watch.ts";
import { readKnownIssues } from "../../edge/classifier/known_issues_file.ts";
import { readModels } from "../../edge/network/models_file.ts";
import { buildManifest } from "../../edge/reference/build_manifest.ts";
import { createReference } from "../../edge/reference/reference.ts";
import type { Observation } from "../../edge/source/observation.ts";
import { drawPrinter } from "../printer/draw/draw_printer.ts";
import { simulate } from "../printer/simulate.ts";
import { RECORDED_PART } from "../recorded_print.ts";

/** An analysis in the midst of its work: what it remembers at several places of a print. */
export interface WarmAnalysis {
  analysis: PrinterAnalysis;
  /** States as text, which is cheaper to keep and to copy. */
  states: string[];
  /** What came from each of those places on. */
  onwards: Observation[][];
  profile: PrinterProfile;
}

const DIGESTS = { twin: "1".repeat(64), detector: "2".repeat(64), classifier: "3".repeat(64) };
/** Where the print is looked into, as shares of it. */
const PLACES = [0, 0.02, 0.2, 0.6, 0.99];
const ONWARDS = 60;

/** Prints a small part on a virtual printer, watched by the analysis with all that it has. */
export async function warmAnalysis(): Promise<WarmAnalysis> {
  const [known, models] = [await readKnownIssues(), await readModels()];
  if (!known.ok || !models.ok) throw new Error(known.ok ? "no models" : known.issue);
  const gcode = Deno.readTextFileSync(RECORDED_PART);
  const analysis = createAnalysis({
    issues: known.value.issues,
    digests: DIGESTS,
    profile: null,
    reference: referenceOf(gcode),
    models: models.value,
  });
  const seen = [...simulate({ seed: 8, printer: drawPrinter(7), gcode })];
  const places = PLACES.map((share) => Math.floor(share * (seen.length - ONWARDS)));
  const state = analysis.init(null);
  const states: string[] = [];
  seen.forEach((observation, at) => {
    if (places.includes(at)) states.push(JSON.stringify(analysis.snapshot(state)));
    analysis.step(state, observation);
  });
  const onwards = places.map((at) => seen.slice(at, at + ONWARDS));
  return { analysis, states, onwards, profile: learntProfile(state) };
}

function referenceOf(gcode: string): Reference {
  const manifest = buildManifest(gcode.split("\n"), { salt: "00112233445566778899aabbccddeeff" });
  const made = manifest.ok ? createReference(manifest.value) : manifest;
  if (!made.ok) throw new Error(made.issue);
  return made.value as Reference;
}

/** A state that may be changed without changing what others begin with. */
export function stateOf(text: string): AnalysisState {
  return JSON.parse(text);
}
