import type { Logger } from "@logtape/logtape";
import { reasonOf } from "../../shared/reason.ts";
import type { Analysis, AnalysisStatus, Finding, Lesson } from "../finding.ts";
import type { Observation } from "../source/observation.ts";
import { type FaultBout, faultFinding, isCalm, noteFault } from "./fault_bout.ts";

const ZERO_DIGEST = "0".repeat(64);

/** What is said while the analysis can't say anything. */
const NO_STATUS: AnalysisStatus = {
  printerState: "offline",
  linesSent: 0,
  linesReceived: 0,
  garbledLines: 0,
  gaps: 0,
  missedFrames: 0,
  jobDigest: null,
  layer: null,
  digests: { twin: ZERO_DIGEST, detector: ZERO_DIGEST, classifier: ZERO_DIGEST },
};

/**
 * Runs one printer's analysis and survives it: a throw is counted, logged and itself reported, and
 * the analysis begins anew with all that it was taught.
 */
export class AnalysisRun<S = unknown> {
  #state: S;
  #status: AnalysisStatus = NO_STATUS;
  #bout: FaultBout | null = null;
  #bouts = 0;
  /** How often the analysis had to begin anew because it failed. */
  restarts = 0;

  /**
   * @param restored from a snapshot, or null
   * @param lessons everything that was ever taught and still holds, for a fresh start
   */
  constructor(
    private readonly analysis: Analysis<S>,
    restored: S | null,
    private readonly lessons: () => Lesson[],
    private readonly log: Logger,
  ) {
    this.#state = analysis.init(restored);
    for (const lesson of lessons()) this.learn(lesson);
  }

  /** Whether the analysis failed of late. */
  get isFailing(): boolean {
    return this.#bout !== null;
  }

  get status(): AnalysisStatus {
    try {
      this.#status = this.analysis.status(this.#state);
    } catch (error) {
      this.log.error("the analysis can't say how it stands: {reason}", { reason: reasonOf(error) });
    }
    return this.#status;
  }

  /** Begins anew, as after a reboot, when nothing of before holds any longer. */
  begin(): void {
    this.#state = this.analysis.init(null);
    for (const lesson of this.lessons()) this.learn(lesson);
  }

  /** Lets the analysis take something besides observations, such as another job. */
  withState(work: (state: S) => void): void {
    work(this.#state);
  }

  /** Takes one observation; findings are the analysis', or the guard's own about itself. */
  take(observation: Observation): Finding[] {
    const { eventTimeS } = observation;
    const found = this.#calm(eventTimeS);
    if (this.#bout !== null && eventTimeS < this.#bout.restUntilS) return found;
    try {
      return [...found, ...this.analysis.step(this.#state, observation)];
    } catch (error) {
      return [...found, this.#fail(observation, error)];
    }
  }

  #calm(eventTimeS: number): Finding[] {
    const bout = this.#bout;
    if (bout === null || !isCalm(bout, eventTimeS)) return [];
    this.#bout = null;
    return [faultFinding(bout, "closed")];
  }

  #fail(observation: Observation, error: unknown): Finding {
    const opened = this.#bout === null;
    if (opened) this.#bouts += 1;
    const line = "line" in observation ? observation.line : "";
    this.#bout = noteFault(
      this.#bout,
      this.#bouts,
      observation.eventTimeS,
      line,
      reasonOf(error),
    );
    this.restarts += 1;
    this.log.error("the analysis failed on a '{type}' and begins anew: {reason}", {
      type: observation.type,
      reason: error instanceof Error ? error.stack ?? error.message : String(error),
    });
    this.begin();
    return faultFinding(this.#bout, opened ? "opened" : "updated");
  }

  /** Teaches; a lesson that the analysis can't take is logged and costs nothing else. */
  learn(lesson: Lesson): void {
    try {
      this.#state = this.analysis.learn(this.#state, lesson);
    } catch (error) {
      const { identity } = lesson;
      this.log.error("the analysis can't learn about {identity}: {reason}", {
        identity,
        reason: reasonOf(error),
      });
    }
  }

  /** The analysis' snapshot, or null if it fails even at that. */
  snapshot(): unknown {
    try {
      return this.analysis.snapshot(this.#state);
    } catch (error) {
      this.log.error("the analysis gives no snapshot: {reason}", { reason: reasonOf(error) });
      return null;
    }
  }
}
