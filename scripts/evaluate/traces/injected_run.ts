import type { Finding } from "../../../edge/finding.ts";
import type { Verdict } from "../../../shared/verdict.ts";
import type { Guard } from "./clean_run.ts";
import { evidenceNow } from "./evidence.ts";
import type { Injection } from "./injections.ts";
import type { Row } from "./trace.ts";

/** What one injection came to. */
export interface InjectedResult {
  trace: string;
  kind: string;
  size: number | null;
  variant: string;
  side: Injection["side"];
  startS: number;
  /** Seconds from its begin until it was told, and until it was called a threat; null: never. */
  detectedS: number | null;
  calledS: number | null;
  /** Verdict and cause told last. */
  verdict: Verdict | null;
  cause: string | null;
  /** The most evidence within the due time, told or not: what a threshold would be set on. */
  score: number;
}

/** Runs a guard that has seen the trace so far over the rows of an injection. */
export function injectedRun(
  guard: Guard,
  rows: readonly Row[],
  trace: string,
  injection: Injection,
  startS: number,
): InjectedResult {
  const found: { finding: Finding; atS: number }[] = [];
  let score = 0;
  for (const row of rows) {
    for (const finding of guard.step(row)) {
      if (finding.phase === "closed" && finding.detectedS < startS) continue;
      found.push({ finding, atS: row.eventTimeS - startS });
    }
    if (row.eventTimeS - startS <= injection.dueS) {
      score = Math.max(score, evidenceNow(guard.state));
    }
  }
  const called = found.find(({ finding }) => finding.verdict === "potential-cyberthreat");
  const last = found.at(-1)?.finding ?? null;
  const { kind, size, variant, side } = injection;
  return {
    trace,
    kind,
    size,
    variant,
    side,
    startS,
    detectedS: found[0]?.atS ?? null,
    calledS: called?.atS ?? null,
    verdict: last?.verdict ?? null,
    cause: last?.cause.id ?? null,
    score,
  };
}
