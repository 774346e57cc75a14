import type { Finding } from "../finding.ts";

/** So long without a fault ends a bout, s. */
const CALM_S = 60;
/** More faults than this within one bout, and the analysis rests for a while. */
const FAULTS_BEFORE_REST = 20;
const REST_S = 10;

/** Faults of the analysis that belong together. */
export interface FaultBout {
  episode: number;
  startedS: number;
  lastS: number;
  faults: number;
  /** Until then the analysis isn't asked: it would only fail again. */
  restUntilS: number;
  line: string;
  reason: string;
}

/** A further fault of the analysis [pure]. */
export function noteFault(
  bout: FaultBout | null,
  episode: number,
  atS: number,
  line: string,
  reason: string,
): FaultBout {
  const faults = (bout?.faults ?? 0) + 1;
  const rests = faults % FAULTS_BEFORE_REST === 0;
  return {
    episode: bout?.episode ?? episode,
    startedS: bout?.startedS ?? atS,
    lastS: atS,
    faults,
    restUntilS: rests ? atS + REST_S : bout?.restUntilS ?? -Infinity,
    line: bout?.line ?? line,
    reason: bout?.reason ?? reason,
  };
}

/** Whether a bout is over at `atS` [pure]. */
export function isCalm(bout: FaultBout, atS: number): boolean {
  return atS - bout.lastS >= CALM_S;
}

/**
 * What the guard says of its own failing [pure]: someone may have found a line that blinds it, or
 * it has a bug; from the inside both look the same.
 */
export function faultFinding(bout: FaultBout, phase: Finding["phase"]): Finding {
  const times = bout.faults === 1 ? "once" : `${bout.faults} times`;
  return {
    identity: "guard/analysis-failed",
    episode: bout.episode,
    phase,
    startedS: bout.startedS,
    detectedS: bout.startedS,
    endedS: phase === "closed" ? bout.lastS : null,
    layer: null,
    kind: "guard",
    verdict: "undetermined",
    probability: 1,
    severity: "medium",
    score: bout.faults,
    cause: { id: "analysis-failed", title: "the guard's analysis failed and began anew" },
    summary: `the analysis of this printer failed ${times} and began anew: it was blind meanwhile`,
    reasons: [{ signal: "analysis", text: bout.reason || "no reason given", weight: 1 }],
    techniques: [],
    evidence: { series: [], lines: bout.line === "" ? [] : [bout.line], layerMap: null },
  };
}
