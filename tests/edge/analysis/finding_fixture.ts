import type { Candidate } from "../../../edge/analysis/episodes.ts";
import type { Finding, Lesson } from "../../../edge/finding.ts";

/** What was found of a tampered set point, to be varied. */
export function candidate(more: Partial<Candidate> = {}): Candidate {
  return {
    startedS: 100,
    detectedS: 101,
    layer: 3,
    kind: "temperature",
    verdict: "potential-cyberthreat",
    probability: 0.97,
    severity: "medium",
    score: 1,
    cause: { id: "tampered-temperature", title: "tampered set point" },
    summary: "The set point differs from the registered job",
    reasons: [{ signal: "command-temperature", text: "another set point", weight: 1 }],
    techniques: ["T0836"],
    evidence: { series: [], lines: ["M104 S195"], layerMap: null },
    ...more,
  };
}

export function finding(more: Partial<Finding> = {}): Finding {
  const identity = "temperature:potential-cyberthreat";
  return { ...candidate(), identity, episode: 1, phase: "opened", endedS: null, ...more };
}

export function lesson(more: Partial<Lesson> = {}): Lesson {
  return {
    identity: "temperature:potential-cyberthreat",
    causeId: "tampered-temperature",
    kind: "temperature",
    determination: "expected",
    learn: { mode: "yes" },
    ...more,
  };
}
