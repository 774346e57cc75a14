import type { Analysis, Finding } from "../finding.ts";
import type { Observation } from "../source/observation.ts";

/**
 * A host that has all its answers and still sends nothing for so long has nothing left to send, s.
 * Between two lines of a job it is milliseconds.
 */
const DONE_S = 2;
/** A job that stands still for less than this may still go on; the analysis waits no longer, s. */
const CLOSING_S = 600;
const ANSWERED = /^ok\b/;
/** What hosts ask while nothing else is to be sent. */
const QUESTION = /^(?:N-?\d+ *)?M(?:27|31|105|114|119|155)\b/;

/** Tells from a log's last lines whether the host was done, or only the recording. */
export class LogEnd {
  /** When the last line but questions was answered; null while it isn't, or none was sent. */
  #answeredS: number | null = null;
  #awaited = false;
  #endS = -Infinity;

  /** The moment of the last line. */
  get endS(): number {
    return this.#endS;
  }

  observed(observation: Observation): void {
    this.#endS = observation.eventTimeS;
    if (observation.type === "sent" && !QUESTION.test(observation.line)) {
      this.#awaited = true;
      this.#answeredS = null;
    } else if (observation.type === "received" && this.#awaited) {
      if (!ANSWERED.test(observation.line)) return;
      this.#awaited = false;
      this.#answeredS = observation.eventTimeS;
    }
  }

  get hostIsDone(): boolean {
    return this.#answeredS !== null && this.#endS - this.#answeredS >= DONE_S;
  }

  /**
   * What an analysis has to say of a job whose rest never came, if the host was done. Nothing is
   * concluded from the silence after a log but that.
   */
  conclude<S>(analysis: Analysis<S>, state: S): Finding[] {
    if (!this.hostIsDone) return [];
    const endS = this.#endS;
    const found: Finding[] = [];
    for (let afterS = 1; afterS <= CLOSING_S; afterS++) {
      found.push(...analysis.step(state, { type: "tick", eventTimeS: endS + afterS }));
    }
    const rest = found.filter(({ kind, phase }) =>
      phase === "opened" && (kind === "dropped" || kind === "swapped-job")
    );
    return rest.map((finding) => ({
      ...finding,
      startedS: Math.min(finding.startedS, endS),
      detectedS: Math.min(finding.detectedS, endS),
    }));
  }
}
