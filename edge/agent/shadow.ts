import { z } from "zod";
import type { Finding } from "../finding.ts";

/** Two findings of one irregularity come no further apart than this, s. */
const TOGETHER_S = 90;
/** Findings that wait for the other model's word, at most. */
const WAITING_MAX = 64;

/** How a candidate compares with the model in use, on the same stream; counts of episodes. */
export const ShadowCounts = z.strictObject({
  digest: z.string(),
  /** Hours of observation that both have seen. */
  hours: z.number(),
  agreed: z.int(),
  otherVerdict: z.int(),
  currentOnly: z.int(),
  candidateOnly: z.int(),
});
export type ShadowCounts = z.infer<typeof ShadowCounts>;

interface Waiting {
  finding: Finding;
  side: "current" | "candidate";
  atS: number;
}

/** Holds what two analyses tell of one stream against each other [no I/O]. */
export class Shadow {
  #waiting: Waiting[] = [];
  #seen = new Set<string>();
  #lastS: number | null = null;

  constructor(readonly counts: ShadowCounts) {}

  /** Takes what both said of one observation. */
  take(nowS: number, current: readonly Finding[], candidate: readonly Finding[]): void {
    const dtS = this.#lastS === null ? 0 : nowS - this.#lastS;
    if (dtS > 0 && dtS < 60) this.counts.hours += dtS / 3600;
    this.#lastS = nowS;
    for (const finding of current) this.#note(finding, "current", nowS);
    for (const finding of candidate) this.#note(finding, "candidate", nowS);
    this.#settle(nowS);
  }

  #note(finding: Finding, side: Waiting["side"], nowS: number): void {
    if (finding.phase === "closed") return;
    const key = `${side} ${finding.identity} ${finding.episode}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#seen.size > 8 * WAITING_MAX) this.#seen.clear();
    const other = this.#waiting.findIndex((waiting) =>
      waiting.side !== side && waiting.finding.kind === finding.kind
    );
    if (other < 0) {
      this.#waiting.push({ finding, side, atS: nowS });
      return;
    }
    const [met] = this.#waiting.splice(other, 1);
    if (met!.finding.verdict === finding.verdict) this.counts.agreed++;
    else this.counts.otherVerdict++;
  }

  #settle(nowS: number): void {
    while (
      this.#waiting.length > WAITING_MAX ||
      (this.#waiting.length > 0 && nowS - this.#waiting[0]!.atS > TOGETHER_S)
    ) {
      const { side } = this.#waiting.shift()!;
      if (side === "current") this.counts.currentOnly++;
      else this.counts.candidateOnly++;
    }
  }
}

export function freshCounts(digest: string): ShadowCounts {
  return { digest, hours: 0, agreed: 0, otherVerdict: 0, currentOnly: 0, candidateOnly: 0 };
}
