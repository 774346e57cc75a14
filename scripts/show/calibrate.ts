import { createAnalysis, learntProfile, type PrinterProfile } from "../../edge/analysis.ts";
import type { KnownIssue } from "../../shared/known_issue.ts";
import { readKnownIssues } from "../../edge/classifier/known_issues_file.ts";
import { writeProfile } from "../../edge/twin/thermal/profile_file.ts";
import type { PrinterParameters } from "../printer/parameters.ts";
import { simulate } from "../printer/simulate.ts";

/** Prints whose observations teach the profile, each with other noise than any later run. */
const PRINTS = 2;
const SEED = 9_000_001;

/** The profile that a printer's twin would have learnt from its first prints. */
export function learnProfile(
  issues: readonly KnownIssue[],
  printer: PrinterParameters,
  gcode: string,
): PrinterProfile {
  const digests = { twin: "", detector: "", classifier: "" };
  const analysis = createAnalysis({ issues, digests, profile: null, reference: null });
  const state = analysis.init(null);
  let clockOffsetS = 0;
  for (let print = 0; print < PRINTS; print++) {
    for (const seen of simulate({ seed: SEED + print, printer, gcode, clockOffsetS })) {
      analysis.step(state, seen);
    }
    clockOffsetS = state.nowS + 600;
  }
  return learntProfile(state);
}

/**
 * Saves the calibration profile that a printer would have after its first prints, by printing a job
 * on the same printer in accelerated time.
 *
 * @throws {Error} if the printer taught nothing: it reports no duty, or no temperatures.
 */
export async function calibrate(
  printer: PrinterParameters,
  gcode: string,
  profileFile: string,
): Promise<void> {
  const known = await readKnownIssues();
  if (!known.ok) throw new Error(known.issue);
  const { hotend, bed } = learnProfile(known.value.issues, printer, gcode);
  if (!hotend) throw new Error("Cannot calibrate: a printer that reports its duty was required");
  await writeProfile(profileFile, { version: 2, revision: 1, hotend, bed });
}
