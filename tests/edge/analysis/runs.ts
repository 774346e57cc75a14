import {
  type AnalysisOptions,
  type AnalysisState,
  createAnalysis,
  learntProfile,
  type PrinterProfile,
} from "../../../edge/analysis.ts";
import type { Reference } from "../../../edge/analysis/reference_watch.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import type { Finding } from "../../../edge/finding.ts";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { createReference } from "../../../edge/reference/reference.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import type { PrinterParameters } from "../../../scripts/printer/parameters.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import type { Truth } from "../../../scripts/printer/scenario/injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";

const known = await readKnownIssues();
if (!known.ok) throw new Error(known.issue);
export const ISSUES = known.value.issues;
export const DIGESTS = {
  twin: "1".repeat(64),
  detector: "2".repeat(64),
  classifier: "3".repeat(64),
};
export const NOTHING_KNOWN: AnalysisOptions = {
  issues: ISSUES,
  digests: DIGESTS,
  profile: null,
  reference: null,
};

function part(name: string): string {
  const url = new URL(`../../../scripts/parts/${name}.gcode`, import.meta.url);
  return Deno.readTextFileSync(url);
}

export const BRACKET = part("bracket-prusaslicer");
const BRACKET_LINES = jobLines(BRACKET);
const GEAR_LINES = jobLines(part("gear-prusaslicer"));

/** The reference of a job, as an operator registers its file. */
export function referenceOf(gcode: string): Reference {
  const manifest = buildManifest(gcode.split("\n"), { salt: "00112233445566778899aabbccddeeff" });
  if (!manifest.ok) throw new Error(manifest.issue);
  const reference = createReference(manifest.value);
  if (!reference.ok) throw new Error(reference.issue);
  return reference.value as Reference;
}

/** A printer of the family that reports its duty, drawn from a seed. */
export function printerOf(seed: number): PrinterParameters {
  const printer = drawPrinter(seed, { dialect: "marlin21" });
  printer.firmware.reportsDuty = true;
  printer.firmware.autoReport = true;
  return printer;
}

/** What a printer taught in two prints of another part, with other noise. */
export function profileOf(printer: PrinterParameters): PrinterProfile {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  for (let print = 0; print < 2; print++) {
    const clockOffsetS = print === 0 ? 0 : state.nowS + 600;
    const options = { seed: 9_000_001 + print, printer, gcode: GEAR_LINES, clockOffsetS };
    for (const seen of simulate(options)) analysis.step(state, seen);
  }
  return learntProfile(state);
}

export interface Act {
  id: string;
  atS: number;
  size: number;
  forS: number;
  variant?: string;
}

/** One print of the bracket by a host that asks for a report each second, warm from the start. */
export function print(
  seed: number,
  acts: Act[] = [],
  more: { clockOffsetS?: number; warm?: boolean } = {},
): { seen: Observation[]; truth: Truth[] } {
  const truth: Truth[] = [];
  const seen = [...simulate({
    seed: 100 + seed,
    printer: printerOf(seed),
    gcode: BRACKET_LINES,
    host: { ...drawHost(seed, "printcore"), autoReportS: 1 },
    injections: acts.map((act) => makeInjection(act, new Random(seed))),
    ...(more.warm === false ? {} : { warm: { hotendC: 205, bedC: 60 } }),
    clockOffsetS: more.clockOffsetS ?? 0,
  }, truth)];
  return { seen, truth };
}

/** The options of a printer that is known, printing a registered job. */
export function knownPrinter(seed: number): AnalysisOptions {
  const profile = profileOf(printerOf(seed));
  return { ...NOTHING_KNOWN, profile, reference: referenceOf(BRACKET) };
}

/** All findings of an analysis over observations, and its state in the end. */
export function run(
  options: AnalysisOptions,
  seen: readonly Observation[],
): { findings: Finding[]; state: AnalysisState } {
  const analysis = createAnalysis(options);
  const state = analysis.init(null);
  return { findings: seen.flatMap((one) => analysis.step(state, one)), state };
}

export const opened = (findings: Finding[]) => findings.filter(({ phase }) => phase === "opened");
export const threats = (findings: Finding[]) =>
  findings.filter(({ verdict }) => verdict === "potential-cyberthreat");
