import type { AnalysisStatus, Finding, Lesson } from "../finding.ts";
import { type KeptLesson, lessonAt, type TaughtAt } from "../respond/lessons.ts";
import type { Observation } from "../source/observation.ts";
import { AnalysisRun } from "./analysis_run.ts";
import type { PrinterPlan, SharedParts } from "./printer_parts.ts";

/** A wall clock that moves by more than this against the monotonic one was set, ms. */
const CLOCK_STEP_MS = 5000;

/** A printer's analysis and, where there is one, its candidate's: both hear and learn the same. */
export class TaughtAnalysis<S = unknown> {
  readonly #analysis: AnalysisRun<S>;
  readonly #shadow: AnalysisRun<S> | null;
  #eventTimeS = 0;
  /** Wall time less monotonic time when the lessons were last taught, ms. */
  #wallAheadMs = NaN;
  #wasSynced = false;

  /**
   * @param restored from a snapshot, or null
   * @param bootId the source's boot
   */
  constructor(
    private readonly plan: Pick<PrinterPlan<S>, "config" | "analysis" | "shadow">,
    private readonly parts: Pick<SharedParts, "clock" | "lessons" | "log">,
    restored: S | null,
    private readonly bootId: () => string,
  ) {
    const lessons = () => this.#lessons();
    this.#analysis = new AnalysisRun(plan.analysis, restored, lessons, parts.log);
    this.#shadow = plan.shadow
      ? new AnalysisRun(plan.shadow.analysis, null, lessons, parts.log)
      : null;
  }

  /** The source's clock at the last observation, s. */
  get eventTimeS(): number {
    return this.#eventTimeS;
  }

  get status(): AnalysisStatus {
    return this.#analysis.status;
  }

  get isFailing(): boolean {
    return this.#analysis.isFailing;
  }

  get restarts(): number {
    return this.#analysis.restarts;
  }

  /** Takes one observation; what the candidate makes of it is compared, never told. */
  take(observation: Observation): Finding[] {
    this.#eventTimeS = observation.eventTimeS;
    const found = this.#analysis.take(observation);
    if (this.#shadow !== null) {
      this.plan.shadow?.shadow.take(this.#eventTimeS, found, this.#shadow.take(observation));
    }
    return found;
  }

  /** Takes a person's announcement, which the candidate has to know too. */
  announce(window: { untilS: number; what: string; by: string }): Finding[] {
    const told: Observation = { type: "declared", eventTimeS: this.#eventTimeS, ...window };
    const found = this.#analysis.take(told);
    this.#shadow?.take(told);
    return found;
  }

  /** Begins anew, as after a reboot, when nothing of before holds any longer. */
  begin(): void {
    this.#analysis.begin();
    this.#shadow?.begin();
  }

  /** Keeps a lesson for good, and teaches it. */
  teach(lesson: KeptLesson): void {
    const kept = { ...lesson, bootId: this.bootId() };
    this.parts.lessons.keep(this.plan.config.name, kept);
    this.#learn(lessonAt(kept, this.#now()));
  }

  /**
   * Teaches the lessons again once the source's clock is known, and whenever the wall clock was set or
   * is known to be right: what holds until an instant would else end too early, or never where a
   * device without a battery began in 1970.
   *
   * @param nowMs monotonic
   */
  followWallClock(nowMs: number): void {
    const { wallMs, isSynced } = this.#now();
    const aheadMs = wallMs - nowMs;
    const wasSet = !(Math.abs(aheadMs - this.#wallAheadMs) <= CLOCK_STEP_MS);
    if (this.#eventTimeS === 0 || (!wasSet && isSynced === this.#wasSynced)) return;
    this.#wallAheadMs = aheadMs;
    this.#wasSynced = isSynced;
    for (const lesson of this.#lessons()) this.#learn(lesson);
  }

  /** Lets the analysis take something besides observations, such as another job. */
  withState(work: (state: S) => void): void {
    this.#analysis.withState(work);
  }

  /** Lets the candidate's analysis take the same, where there is one. */
  withShadow(work: (state: S) => void): void {
    this.#shadow?.withState(work);
  }

  /** The analysis' snapshot, or null if it fails even at that. */
  snapshot(): unknown {
    return this.#analysis.snapshot();
  }

  #learn(lesson: Lesson): void {
    this.#analysis.learn(lesson);
    this.#shadow?.learn(lesson);
  }

  #lessons(): Lesson[] {
    const now = this.#now();
    return this.parts.lessons.of(this.plan.config.name).map((kept) => lessonAt(kept, now));
  }

  #now(): TaughtAt {
    const { clock } = this.parts;
    const isSynced = clock.quality() === "synced";
    return { wallMs: clock.nowMs(), isSynced, bootId: this.bootId(), nowS: this.#eventTimeS };
  }
}
