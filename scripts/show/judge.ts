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

/** A deviation may still come so long after its cause has ended, s. */
const AFTER_S = 40;

/** What an event of the catalogue should be called: E is expected, all else is a threat. */
export function rightVerdict(id: string): Verdict {
  return id.startsWith("E") ? "expected-anomaly" : "potential-cyberthreat";
}

/** The event that a deviation is owed to: the last one that began before it was detected. */
function causeOf(deviation: Deviation, injected: readonly Injected[]): Injected | null {
  const { detectedEventS } = deviation.times;
  const before = injected.filter(({ startS, endS }) =>
    startS - 1 <= detectedEventS && detectedEventS <= (endS ?? Infinity) + AFTER_S
  );
  return before.sort((a, b) => b.startS - a.startS)[0] ?? null;
}

/**
 * Pairs what was injected with what came out [pure]: each event takes the first deviation that is
 * owed to it, one with the right verdict before others. What is owed to none is a false alarm.
 */
export function judge(
  injected: readonly Injected[],
  deviations: readonly Deviation[],
): { outcomes: Outcome[]; unexplained: Deviation[] } {
  const causes = deviations.map((deviation) => ({
    deviation,
    cause: causeOf(deviation, injected),
  }));
  const outcomes = injected.map((event) => {
    const mine = causes.filter(({ cause }) => cause === event).map(({ deviation }) => deviation)
      .sort((a, b) => a.times.detectedEventS - b.times.detectedEventS);
    const right = mine.find(({ verdict }) => verdict === rightVerdict(event.id));
    return outcomeOf(event, right ?? mine[0] ?? null);
  });
  const unexplained = causes.filter(({ cause }) => cause === null);
  return { outcomes, unexplained: unexplained.map(({ deviation }) => deviation) };
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
