import { Severity, Verdict } from "../../shared/verdict.ts";
import type { Sighting } from "./case_event.ts";

/** An undetermined deviation may be a threat, so it outranks an expected anomaly. */
const VERDICT_RANK: Record<Verdict, number> = {
  "expected-anomaly": 0,
  "undetermined": 1,
  "potential-cyberthreat": 2,
};

/** How grave a severity is, 0 (info) to 4 (critical). */
export function severityRank(severity: Severity): number {
  return Severity.options.indexOf(severity);
}

export function verdictRank(verdict: Verdict): number {
  return VERDICT_RANK[verdict];
}

/** Positive if `a` is graver than `b`: by verdict, then severity, then probability. */
export function compareGravity(
  a: Pick<Sighting, "verdict" | "severity" | "probability">,
  b: Pick<Sighting, "verdict" | "severity" | "probability">,
): number {
  return verdictRank(a.verdict) - verdictRank(b.verdict) ||
    severityRank(a.severity) - severityRank(b.severity) ||
    a.probability - b.probability;
}

/** Whether `a` is graver than `b` in a way that a person must look again: verdict or severity. */
export function worsens(
  a: Pick<Sighting, "verdict" | "severity">,
  b: Pick<Sighting, "verdict" | "severity">,
): boolean {
  return compareGravity({ ...a, probability: 0 }, { ...b, probability: 0 }) > 0;
}

/** The gravest sighting; of equals, the first. */
export function gravest(sightings: readonly [Sighting, ...Sighting[]]): Sighting {
  return sightings.reduce((lead, next) => compareGravity(next, lead) > 0 ? next : lead);
}
