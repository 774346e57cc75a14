import type { Finding } from "../finding.ts";

/** News that can't wait for the interval: so many within a minute, then they wait too. */
const URGENT_MAX = 6;
const URGENT_WINDOW_S = 60;

/** When one deviation was last reported, and how much of its urgency is spent. */
export interface Pace {
  reportedS: number;
  verdict: Finding["verdict"];
  severity: Finding["severity"];
  closed: boolean;
  /** Times of urgent reports within the last minute, s. */
  urgentS: number[];
}

/**
 * Whether a finding is to be reported now or may wait [pure]: the first one, a new verdict or
 * severity, an end and a new beginning at once; all else at most once an interval. A deviation
 * that flickers runs out of urgency, so that nothing floods the outbox.
 *
 * @param intervalS least time between two plain updates, s
 */
export function isDue(
  pace: Pace | null,
  finding: Pick<Finding, "verdict" | "severity" | "phase">,
  nowS: number,
  intervalS: number,
): boolean {
  if (pace === null || nowS < pace.reportedS) return true;
  if (nowS - pace.reportedS >= intervalS) return true;
  return isUrgent(pace, finding) && recent(pace, nowS).length < URGENT_MAX;
}

function isUrgent(
  pace: Pace,
  finding: Pick<Finding, "verdict" | "severity" | "phase">,
): boolean {
  return finding.verdict !== pace.verdict || finding.severity !== pace.severity ||
    (finding.phase === "closed") !== pace.closed;
}

function recent(pace: Pace, nowS: number): number[] {
  return pace.urgentS.filter((atS) => nowS - atS < URGENT_WINDOW_S && atS <= nowS);
}

/** The pace after a report at `nowS` [pure]. */
export function paced(
  pace: Pace | null,
  finding: Pick<Finding, "verdict" | "severity" | "phase">,
  nowS: number,
): Pace {
  const urgent = pace !== null && isUrgent(pace, finding);
  return {
    reportedS: nowS,
    verdict: finding.verdict,
    severity: finding.severity,
    closed: finding.phase === "closed",
    urgentS: pace === null ? [] : [...recent(pace, nowS), ...(urgent ? [nowS] : [])],
  };
}
