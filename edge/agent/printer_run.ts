import type { Decision } from "../../shared/decision.ts";
import type { Address } from "../../shared/ids.ts";
import type { DecisionOutcome } from "../../shared/presence.ts";
import type { PrinterConfig } from "../config.ts";
import type { Finding } from "../finding.ts";
import type { MessageContext } from "../publish/message.ts";
import { type PresenceFacts, PresenceSender } from "../publish/presence.ts";
import { Reporter } from "../publish/reporter.ts";
import { wallTime } from "../publish/wall_clock.ts";
import type { DecidedPrinter } from "../respond/desk.ts";
import type { DecidedLabel } from "../respond/decided.ts";
import type { KeptLesson } from "../respond/lessons.ts";
import type { AnnouncedWindow } from "../respond/maintenance.ts";
import type { Observation, SourcePosition } from "../source/observation.ts";
import { AskedQuestions } from "./asked_questions.ts";
import { initPrintBook } from "./print_book.ts";
import { PrintCounter } from "./print_counter.ts";
import type { PrinterPlan, SharedParts } from "./printer_parts.ts";
import { PrinterResponse } from "./printer_response.ts";
import { encodeSnapshot, type Snapshot } from "./snapshot_file.ts";
import { TaughtAnalysis } from "./taught_analysis.ts";
import { watchSource } from "./watch_source.ts";

/** No sign of life from the source for so long: the printer's guard sees nothing, ms. */
const SILENT_MS = 5000;

/** One printer's run: source, analysis, reports, response, presence. */
export class PrinterRun<S = unknown> implements DecidedPrinter {
  readonly name: string;
  readonly policy: PrinterConfig["response"];
  readonly presence: PresenceSender;
  readonly #address: Address;
  readonly #analysis: TaughtAnalysis<S>;
  readonly #reporter: Reporter;
  readonly #response: PrinterResponse;
  readonly #questions: AskedQuestions | null;
  readonly #prints: PrintCounter;
  #position: SourcePosition | null;
  #bootId: string;
  #seenMs: number;
  #brokenFindings = 0;
  #sourceFaults = 0;

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
    this.#analysis = new TaughtAnalysis(plan, parts, this.#restored(snapshot), () => this.#bootId);
    this.#reporter = this.#makeReporter();
    this.#report(snapshot?.waiting ?? []);
    this.#response = new PrinterResponse(
      plan,
      parts,
      (id, isDone, detail) => this.#became(id, isDone, detail),
    );
    this.#questions = config.suite === "S0" || plan.orders === null
      ? null
      // The relay's two seconds hold with a report each second, which few hosts ask for.
      : new AskedQuestions(config.name, plan.orders, parts.log, config.senses.relay.pin !== null);
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
    const needsLook = this.#analysis.isFailing || this.#response.needsAttention;
    const attention = needsLook ? "attention" as const : null;
    return {
      status: this.#analysis.status,
      stateOverride: silent ? "offline" : attention ?? this.#response.printerState,
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
    this.#analysis.followWallClock(nowMs);
    const { status, stateOverride } = this.#facts();
    const state = stateOverride ?? status.printerState;
    this.#prints.step(state, status, nowMs, this.parts.clock.nowMs());
  }

  /** The book of prints as text, if it is due to be kept. */
  dueBook(nowMs: number): string | null {
    return this.#prints.due(nowMs);
  }

  #at() {
    return { bootId: this.#bootId, eventTimeS: this.#analysis.eventTimeS };
  }

  #report(findings: readonly Finding[]): void {
    for (const finding of findings) this.#reporter.take(finding, this.#at());
  }

  /** Runs until the source ends or `signal` aborts; a source that breaks is opened again. */
  run(signal: AbortSignal): Promise<void> {
    return watchSource({
      open: () => this.plan.openSource(this.#position),
      take: (observation, position) => this.take(observation, position),
      broke: (reason) => {
        this.#sourceFaults += 1;
        this.parts.log.error("the source of {printer} broke: {reason}", {
          printer: this.name,
          reason,
        });
      },
      nowMs: () => this.parts.nowMs(),
    }, signal);
  }

  /** Takes one observation of the source, which then stands at `position`. */
  take(observation: Observation, position: SourcePosition | null): void {
    this.#seenMs = this.parts.nowMs();
    if (position !== null) this.#moveTo(position);
    if (observation.type === "gap") this.#noteGap(observation);
    if (observation.type === "sent") this.#prints.takeLine(observation.line);
    this.#report(this.#analysis.take(observation));
    this.#response.observe(observation, position?.runId ?? null);
    this.#questions?.take(observation);
    if (observation.type === "tick") this.#reporter.tick(this.#at());
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
    this.#analysis.withShadow(work);
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
    this.#analysis.teach(lesson);
  }

  label(deviationId: string, label: DecidedLabel | null): void {
    this.parts.learning?.label(deviationId, label);
  }

  respond(action: "pause" | "stop", decision: Decision): void {
    this.#response.begin(action, decision);
  }

  #became(decisionId: string, isDone: boolean, detail: string): void {
    const at = wallTime(this.parts.clock.nowMs());
    const result = isDone ? "applied" : "refused";
    this.outcome({ decisionId, result, detail: detail.slice(0, 300), wallTime: at }, true);
  }

  takeBack(decision: Decision): string | null {
    return this.#response.takeBack(decision);
  }

  /** A person announces a change to the printer, or takes an announcement back. */
  declare({ forS, what, by }: AnnouncedWindow): void {
    this.parts.log.info("{printer}: {by} announces '{what}' for {minutes} minutes", {
      printer: this.name,
      by,
      what,
      minutes: Math.round(forS / 60),
    });
    const untilS = this.#analysis.eventTimeS + forS;
    this.#report(this.#analysis.announce({ untilS, what, by }));
  }

  /** A person at the device lets the job go on. */
  resumeByHand(): void {
    this.#response.resumeByHand();
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
