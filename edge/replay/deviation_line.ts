import type { LogFile } from "../source/replay/log_file.ts";
import type { SettledDeviation } from "./settle.ts";

/** What replay prints of one deviation; times are seconds of the log's own clock. */
export interface DeviationLine {
  /** When it was detected. */
  at: number;
  verdict: string;
  kind: string;
  score: number;
  probability: number;
  reasons: string[];
  cause: string;
  summary: string;
  severity: string;
  techniques: string[];
  startedAt: number;
  /** null: it still went on when the log ended. */
  endedAt: number | null;
  layer: number | null;
  /** The line of the log at which it was told first, 1-based. */
  line: number;
  /** `at` as the log itself writes times, where it doesn't write seconds. */
  clock: string | null;
}

/** A settled deviation in the times of its log. */
export function deviationLine(
  { finding, line }: SettledDeviation,
  log: Pick<LogFile, "ownTimeS" | "clockText">,
): DeviationLine {
  const own = (eventTimeS: number) => round(log.ownTimeS(eventTimeS), 3);
  return {
    at: own(finding.detectedS),
    verdict: finding.verdict,
    kind: finding.kind,
    score: round(finding.score, 3),
    probability: round(finding.probability, 4),
    reasons: finding.reasons.map(({ text }) => text),
    cause: finding.cause.title,
    summary: finding.summary,
    severity: finding.severity,
    techniques: finding.techniques,
    startedAt: own(finding.startedS),
    endedAt: finding.endedS === null ? null : own(finding.endedS),
    layer: finding.layer,
    line,
    clock: log.clockText(finding.detectedS),
  };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
