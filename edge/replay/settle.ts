import type { Finding } from "../finding.ts";

/**
 * A deviation that ended may go on within the quiet period of the analysis, 600 s; after this long
 * nothing more is said of it, s.
 */
const SETTLED_AFTER_S = 660;

/** One deviation as it was last told, with the line of the log at which it was detected. */
export interface SettledDeviation {
  finding: Finding;
  line: number;
}

interface Waiting extends SettledDeviation {
  toldS: number;
}

/**
 * Holds each deviation until its last word is known: findings come as they are opened, updated and
 * closed, and a reader of a log wants one line for each. Bounded by the identities that the
 * analysis knows.
 */
export class Settling {
  #waiting = new Map<string, Waiting>();

  /** Takes findings in the order told; `line` is where the log stands. */
  take(findings: readonly Finding[], nowS: number, line: number): SettledDeviation[] {
    const settled: SettledDeviation[] = [];
    for (const finding of findings) {
      const known = this.#waiting.get(finding.identity);
      if (known && known.finding.episode !== finding.episode) settled.push(known);
      const same = known?.finding.episode === finding.episode;
      this.#waiting.delete(finding.identity);
      this.#waiting.set(finding.identity, {
        finding,
        toldS: nowS,
        line: same ? known.line : line,
      });
    }
    return settled;
  }

  /** Deviations of which nothing more can come, as of `nowS`. */
  due(nowS: number): SettledDeviation[] {
    const settled: SettledDeviation[] = [];
    for (const [identity, waiting] of this.#waiting) {
      if (waiting.finding.phase !== "closed" || nowS - waiting.toldS < SETTLED_AFTER_S) continue;
      this.#waiting.delete(identity);
      settled.push(waiting);
    }
    return byDetection(settled);
  }

  /** What is left at the end of the log. */
  end(): SettledDeviation[] {
    const settled = [...this.#waiting.values()];
    this.#waiting.clear();
    return byDetection(settled);
  }
}

function byDetection(deviations: SettledDeviation[]): SettledDeviation[] {
  return deviations.sort((a, b) => a.finding.detectedS - b.finding.detectedS);
}
