import type { Decision } from "../../shared/decision.ts";
import type { Address } from "../../shared/ids.ts";
import type { DecisionOutcome } from "../../shared/presence.ts";
import type { PrinterConfig } from "../config.ts";
import type { Lesson } from "../finding.ts";
import type { MessageContext } from "../publish/message.ts";
import { type PresenceFacts, PresenceSender } from "../publish/presence.ts";
import { Reporter } from "../publish/reporter.ts";
import { wait } from "../../shared/wait.ts";
import { wallTime } from "../publish/wall_clock.ts";
import type { DecidedPrinter } from "../respond/desk.ts";
import type { DecidedLabel } from "../respond/decided.ts";
import { type KeptLesson, lessonAt } from "../respond/lessons.ts";
import type { AnnouncedWindow } from "../respond/maintenance.ts";
import type { TapOrders } from "../respond/orders.ts";
import { Responder } from "../respond/responder.ts";
import type { Observation, Source, SourcePosition } from "../source/observation.ts";
import { AnalysisRun } from "./analysis_run.ts";
import { initPrintBook } from "./print_book.ts";
import { PrintCounter } from "./print_counter.ts";
import { answered, initQuestions, stepQuestions } from "./questions.ts";
import { encodeSnapshot, type Snapshot } from "./snapshot_file.ts";
import type { PrinterPlan, SharedParts } from "./printer_parts.ts";

export type { PrinterPlan, ShadowPlan, SharedParts } from "./printer_parts.ts";

/** No sign of life from the source for so long: the printer's guard sees nothing, ms. */
const SILENT_MS = 5000;

/** A wall clock that moves by more than this against the monotonic one was set, ms. */
const CLOCK_STEP_MS = 5000;

/** One printer's run: source, analysis, reports, response, presence. */
export class PrinterRun<S = unknown> implements DecidedPrinter {
  readonly name: string;
  readonly policy: PrinterConfig["response"];
  readonly presence: PresenceSender;
  readonly #address: Address;
  readonly #analysis: AnalysisRun<S>;
  readonly #shadow: AnalysisRun<S> | null;
  readonly #reporter: Reporter;
  readonly #responder: Responder | null;
  #position: SourcePosition | null;
  #bootId: string;
  #eventTimeS = 0;
  #seenMs: number;
  readonly #questions = initQuestions();
  readonly #prints: PrintCounter;
  #brokenFindings = 0;
  #sourceFaults = 0;
  /** Wall time less monotonic time when the lessons were last taught, ms. */
  #wallAheadMs = NaN;

  constructor(
    private readonly plan: PrinterPlan<S>,
    private readonly parts: SharedParts,
    snapshot: Snapshot | null,
  ) {
    const { config } = plan;
    this.name = config.name;
    this.policy = config.response;
    this.#address = { site: parts.site, device: parts.device, printer: config.name };
    this.#position = snapshot?.position ?? null;
    this.#bootId = this.#position?.bootId ?? crypto.randomUUID();
    this.#seenMs = parts.nowMs();
    this.#prints = new PrintCounter(plan.book ?? initPrintBook());
    const restored = this.#restored(snapshot);
    this.#analysis = new AnalysisRun(plan.analysis, restored, () => this.#lessons(), parts.log);
    this.#shadow = plan.shadow
      ? new AnalysisRun(plan.shadow.analysis, null, () => this.#lessons(), parts.log)
      : null;
    this.#reporter = this.#makeReporter();
    for (const finding of snapshot?.waiting ?? []) this.#reporter.take(finding, this.#at());
    this.#responder = plan.orders === null ? null : this.#makeResponder(plan.orders);
    this.presence = this.#makePresence();
  }

  #restored(snapshot: Snapshot | null): S | null {
    if (snapshot === null || snapshot.analysis === null) return null;
    const restored = this.plan.analysis.restore(snapshot.analysis);
    if (restored.ok) return restored.value;
    this.parts.log.warn("{printer} begins anew: {issue}", {
      printer: this.name,
      issue: restored.issue,
    });
    // Without the analysis' memory its place in the stream means nothing: see all that is kept.
    this.#position = null;
    return null;
  }

  #makeReporter(): Reporter {
    const { config } = this.plan;
    return new Reporter(this.parts.outbox, this.parts.records, this.parts.log, {
      printer: this.name,
      quietPeriodS: config.quietPeriodS,
      revisionIntervalS: config.revisionIntervalS,
      context: () => this.#context(),
      onReported: ({ id, kind }, { numbers }) => {
        this.parts.added();
        if (numbers) this.parts.learning?.note(id, kind, numbers);
      },
      onBroken: (issue) => {
        this.#brokenFindings += 1;
        this.parts.log.error("a finding on {printer} was not sent: {issue}", {
          printer: this.name,
          issue,
        });
      },
    });
  }

  #makeResponder(orders: TapOrders): Responder {
    return new Responder(orders, this.parts.store, this.parts.log, {
      printer: this.name,
      place: this.plan.config.park,
      onReport: (detail, decisionId, failed) => {
        if (decisionId === null) return;
        this.#became(decisionId, !failed, detail);
      },
    });
  }

  #makePresence(): PresenceSender {
    const { outbox, deliverer, clock, log } = this.parts;
    return new PresenceSender(outbox, deliverer, clock, log, {
      address: this.#address,
      label: this.plan.config.label,
      agentVersion: this.parts.agentVersion,
      configDigest: this.parts.configDigest,
      guard: () => ({ ...this.parts.guard?.(), profile: this.plan.profileDigest ?? null }),
      intervalMs: this.parts.presenceIntervalMs,
      facts: () => this.#told(),
    });
  }

  #context(): MessageContext {
    const { status } = this.#analysis;
    const { config } = this.plan;
    return {
      address: this.#address,
      suite: config.suite,
      switches: config.evidence,
      jobDigest: status.jobDigest,
      digests: status.digests,
      wallMs: this.parts.clock.nowMs(),
      clockQuality: this.parts.clock.quality(),
    };
  }

  #facts(): PresenceFacts {
    const silent = this.parts.nowMs() - this.#seenMs > SILENT_MS;
    const needsLook = this.#analysis.isFailing || this.plan.cutOff?.needsAttention;
    const attention = needsLook ? "attention" as const : null;
    return {
      status: this.#analysis.status,
      stateOverride: silent ? "offline" : attention ?? this.#responder?.printerState ?? null,
      bootId: this.#bootId,
      moreGaps: this.#sourceFaults + this.parts.store.resets,
      moreMissedFrames: 0,
      refusedMessages: this.parts.refusedOf(this.name) + this.#brokenFindings,
      restarts: this.parts.startsBefore + this.#analysis.restarts,
      ...this.#prints.report,
    };
  }

  /** Where nothing that the guard does will last, somebody has to look; prints are counted as ever. */
  #told(): PresenceFacts {
    const facts = this.#facts();
    const isPlain = facts.stateOverride === null &&
      ["printing", "idle"].includes(facts.status.printerState);
    const needsLook = isPlain && this.parts.store.isInMemory;
    return needsLook ? { ...facts, stateOverride: "attention" } : facts;
  }

  /** Counts the print at work and what ended; `nowMs` is monotonic. */
  tally(nowMs: number): void {
    this.#followWallClock(nowMs);
    const { status, stateOverride } = this.#facts();
    const state = stateOverride ?? status.printerState;
    this.#prints.step(state, status, nowMs, this.parts.clock.nowMs());
  }

  /** The book of prints as text, if it is due to be kept. */
  dueBook(nowMs: number): string | null {
    return this.#prints.due(nowMs);
  }

  #lessons(): Lesson[] {
    const wallMs = this.parts.clock.nowMs();
    return this.parts.lessons.of(this.name)
      .map((kept) => lessonAt(kept, wallMs, this.#eventTimeS));
  }

  /**
   * Teaches the lessons again once the source's clock is known, and whenever the wall clock was set:
   * what holds until an instant would else end too early, or never where a device without a battery
   * began in 1970.
   */
  #followWallClock(nowMs: number): void {
    const aheadMs = this.parts.clock.nowMs() - nowMs;
    const stepMs = Math.abs(aheadMs - this.#wallAheadMs);
    if (this.#eventTimeS === 0 || stepMs <= CLOCK_STEP_MS) return;
    this.#wallAheadMs = aheadMs;
    for (const lesson of this.#lessons()) {
      this.#analysis.learn(lesson);
      this.#shadow?.learn(lesson);
    }
  }

  #at() {
    return { bootId: this.#bootId, eventTimeS: this.#eventTimeS };
  }

  /** Runs until the source ends or `signal` aborts; a source that breaks is opened again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const source = this.plan.openSource(this.#position);
        await this.#watch(source, signal);
        return;
      } catch (error) {
        this.#sourceFaults += 1;
        this.parts.log.error("the source of {printer} broke: {reason}", {
          printer: this.name,
          reason: error instanceof Error ? error.message : String(error),
        });
        await wait(1000, signal);
      }
    }
  }

  async #watch(source: Source, signal: AbortSignal): Promise<void> {
    let yieldedMs = this.parts.nowMs();
    for await (const observation of source.observations(signal)) {
      this.take(observation, source.position?.() ?? null);
      // After an outage thousands of frames come at once; messages have to move meanwhile too.
      if (this.parts.nowMs() - yieldedMs < 25) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      yieldedMs = this.parts.nowMs();
    }
  }

  /** Takes one observation of the source, which then stands at `position`. */
  take(observation: Observation, position: SourcePosition | null): void {
    this.#seenMs = this.parts.nowMs();
    if (position !== null) this.#moveTo(position);
    this.#eventTimeS = observation.eventTimeS;
    if (observation.type === "gap") this.#noteGap(observation);
    if (observation.type === "sent") this.#prints.takeLine(observation.line);
    const found = this.#analysis.take(observation);
    for (const finding of found) this.#reporter.take(finding, this.#at());
    if (this.#shadow !== null) {
      this.plan.shadow?.shadow.take(this.#eventTimeS, found, this.#shadow.take(observation));
    }
    this.#responder?.observe(observation, position?.runId ?? null);
    if (this.plan.config.suite !== "S0" && this.plan.orders !== null) {
      const question = stepQuestions(this.#questions, observation);
      if (question !== null) void this.#ask(this.plan.orders, question);
    }
    if (observation.type === "tick") this.#reporter.tick(this.#at());
  }

  /** Suite S1: the agent's own questions, each of which is logged. */
  async #ask(orders: TapOrders, question: string): Promise<void> {
    const said = await orders.ask(question);
    answered(this.#questions, said.ok, this.#eventTimeS);
    this.parts.log.info("{printer} was asked {question}: {outcome}", {
      printer: this.name,
      question,
      outcome: said.ok ? said.value : said.issue,
    });
  }

  #moveTo(position: SourcePosition): void {
    const known = this.#position?.bootId;
    this.#position = position;
    this.#bootId = position.bootId;
    if (known === undefined || known === position.bootId) return;
    // The source's clock counts from the boot: times of before mean nothing any longer.
    this.parts.log.warn("{printer}'s device was booted anew: its analysis begins anew", {
      printer: this.name,
    });
    this.#analysis.begin();
    this.#shadow?.begin();
  }

  #noteGap(gap: Extract<Observation, { type: "gap" }>): void {
    const { missedFrames, sinceS, eventTimeS, reason } = gap;
    this.parts.log.warn("{printer}: {missedFrames} frames missed over {seconds} s: {reason}", {
      printer: this.name,
      missedFrames,
      seconds: (eventTimeS - sinceS).toFixed(1),
      reason,
    });
  }

  /** Lets the analysis take something besides observations, such as another job. */
  withState(work: (state: S) => void): void {
    this.#analysis.withState(work);
  }

  /** Lets the candidate's analysis take the same, where there is one. */
  withShadow(work: (state: S) => void): void {
    this.#shadow?.withState(work);
  }

  /** The printer's whole state as text, taken in one moment. */
  snapshot(): string {
    return encodeSnapshot({
      printer: this.name,
      position: this.#position,
      analysis: this.#analysis.snapshot(),
      waiting: this.#reporter.waiting(),
    });
  }

  teach(lesson: KeptLesson): void {
    this.parts.lessons.keep(this.name, lesson);
    const taught = lessonAt(lesson, this.parts.clock.nowMs(), this.#eventTimeS);
    this.#analysis.learn(taught);
    this.#shadow?.learn(taught);
  }

  label(deviationId: string, label: DecidedLabel | null): void {
    this.parts.learning?.label(deviationId, label);
  }

  respond(action: "pause" | "stop", decision: Decision): void {
    if (action === "stop") {
      void this.#cut(decision).catch((error) => {
        this.parts.log.error("{printer}: what its relay did could not be told: {reason}", {
          printer: this.name,
          reason: String(error),
        });
      });
    }
    if (this.#responder) {
      this.#responder.begin(action, decision.id, decision.deviationIds);
    } else {
      this.parts.log.warn("{printer} can't {action}: its source takes no orders", {
        printer: this.name,
        action,
      });
    }
  }

  async #cut(decision: Decision): Promise<void> {
    const done = await this.plan.cutOff?.stop(decision);
    if (done) this.#became(decision.id, done.ok, done.ok ? done.value : done.issue);
  }

  #became(decisionId: string, isDone: boolean, detail: string): void {
    const at = wallTime(this.parts.clock.nowMs());
    const result = isDone ? "applied" : "refused";
    this.outcome({ decisionId, result, detail: detail.slice(0, 300), wallTime: at }, true);
  }

  takeBack(decision: Decision): string | null {
    const by = "an expert's decision";
    const taken = this.#responder?.takeBack(by, decision.deviationIds) ?? null;
    if (taken?.isOver) void this.plan.cutOff?.release(by);
    return taken?.becomes ?? null;
  }

  /** A person announces a change to the printer, or takes an announcement back. */
  declare({ forS, what, by }: AnnouncedWindow): void {
    const eventTimeS = this.#eventTimeS;
    const untilS = eventTimeS + forS;
    this.parts.log.info("{printer}: {by} announces '{what}' for {minutes} minutes", {
      printer: this.name,
      by,
      what,
      minutes: Math.round(forS / 60),
    });
    const told: Observation = { type: "declared", eventTimeS, untilS, what, by };
    for (const finding of this.#analysis.take(told)) this.#reporter.take(finding, this.#at());
    // What a person announces, a candidate has to know too.
    this.#shadow?.take(told);
  }

  /** A person at the device lets the job go on. */
  resumeByHand(): void {
    this.#responder?.resume("a person at the device");
    void this.plan.cutOff?.release("a person at the device");
  }

  outcome(outcome: DecisionOutcome, lasting: boolean): void {
    this.presence.outcome(outcome, lasting, this.parts.nowMs());
    this.parts.added();
  }

  /** Tells what waits for its turn, before the program ends. */
  flush(): void {
    this.#reporter.flush(this.#at());
  }
}
