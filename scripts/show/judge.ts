import type { Deviation } from "../../shared/deviation.ts";
import type { Verdict } from "../../shared/verdict.ts";

/** What was really injected, with the times at which it began and ended, on CLOCK_BOOTTIME. */
export interface Injected {
  id: string;
  size: number;
  variant: string;
  startS: number;
  endS: number | null;
}

/** One line of the final table. */
export interface Outcome {
  id: string;
  size: number;
  variant: string;
  detected: string | null;
  verdict: Verdict | null;
  right: boolean;
  delayS: number | null;
}

/** A deviation may begin a little before its cause (its onset is estimated), and report after it. */
const BEFORE_S = 12;
const AFTER_S = 40;

/** What an event of the catalogue should be called: E is expected, all else is a threat. */
export function rightVerdict(id: string): Verdict {
  return id.startsWith("E") ? "expected-anomaly" : "potential-cyberthreat";
}

function belongs(deviation: Deviation, injected: Injected): boolean {
  const { detectedEventS } = deviation.times;
  const endS = injected.endS ?? Infinity;
  return detectedEventS >= injected.startS - 1 && detectedEventS <= endS + AFTER_S &&
    deviation.times.startedEventS >= injected.startS - BEFORE_S;
}

/**
 * Pairs what was injected with what came out [pure]: each event takes the first deviation of its
 * time, one with the right verdict before others. What is left over is a false alarm.
 */
export function judge(
  injected: readonly Injected[],
  deviations: readonly Deviation[],
): { outcomes: Outcome[]; unexplained: Deviation[] } {
  const left = new Set(deviations);
  const outcomes = injected.map((event) => {
    const mine = [...left].filter((deviation) => belongs(deviation, event))
      .sort((a, b) => a.times.detectedEventS - b.times.detectedEventS);
    const right = mine.find((deviation) => deviation.verdict === rightVerdict(event.id));
    const best = right ?? mine[0] ?? null;
    // One event may show in several signals; none of those is a false alarm.
    for (const deviation of mine) if (deviation.verdict === best?.verdict) left.delete(deviation);
    return outcomeOf(event, best);
  });
  return { outcomes, unexplained: [...left] };
}

function outcomeOf(event: Injected, deviation: Deviation | null): Outcome {
  const { id, size, variant } = event;
  return {
    id,
    size,
    variant,
    detected: deviation ? deviation.summary : null,
    verdict: deviation?.verdict ?? null,
    right: deviation?.verdict === rightVerdict(id),
    delayS: deviation
      ? Math.round((deviation.times.detectedEventS - event.startS) * 10) / 10
      : null,
  };
}

/** The final table, for a terminal. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ id, size, variant, detected, verdict, right, delayS }) => [
    `${id} ${variant} ${Math.round(size * 100) / 100}`,
    detected === null ? "not detected" : shortened(detected, 58),
    verdict ?? "—",
    delayS === null ? "—" : `${delayS.toFixed(1)} s`,
    right ? "right" : "WRONG",
  ]);
  const head = ["injected", "detected", "verdict", "delay", ""];
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) =>
    "  " + cells.map((cell, i) => cell.padEnd(widths[i]!)).join("  ");
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
