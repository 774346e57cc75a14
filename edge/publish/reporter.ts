import type { Logger } from "@logtape/logtape";
import { reasonOf } from "../../shared/reason.ts";
import type { Finding } from "../finding.ts";
import {
  type DeviationRecord,
  type DeviationRecords,
  IDENTITY_CHARS_MAX,
  isToldAgain,
  nextRecord,
  type ReportTime,
} from "./deviation_record.ts";
import { clip } from "./evidence.ts";
import { encodeDeviation, type MessageContext } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { isDue, type Pace, paced } from "./pace.ts";

/** Deviations of one printer whose pace is kept at the same time. */
const PACES_MAX = 512;

export interface ReporterOptions {
  printer: string;
  quietPeriodS: number;
  revisionIntervalS: number;
  /** What to say besides the finding, at the moment of the report. */
  context(): MessageContext;
  /** A message about a deviation was added to the outbox. */
  onReported?(record: DeviationRecord, finding: Finding): void;
  /** The bad news of a finding that breaks the contract. */
  onBroken(issue: string): void;
  newId?: () => string;
}

/** Turns the findings of one printer into messages: ids, revisions, pace, then the outbox. */
export class Reporter {
  #paces = new Map<string, Pace>();
  /** The latest word on a deviation that has to wait for its turn, by identity. */
  #waiting = new Map<string, Finding>();

  constructor(
    private readonly outbox: Outbox,
    private readonly records: DeviationRecords,
    private readonly log: Logger,
    private readonly options: ReporterOptions,
  ) {}

  /** Reports a finding now, or keeps it until its deviation's interval is over. */
  take(finding: Finding, at: Omit<ReportTime, "wallMs">): void {
    const identity = clip(finding.identity, IDENTITY_CHARS_MAX);
    const named = { ...finding, identity };
    const pace = this.#paces.get(identity) ?? null;
    if (!isDue(pace, named, at.eventTimeS, this.options.revisionIntervalS)) {
      this.#waiting.set(identity, named);
      return;
    }
    this.#report(named, at);
  }

  /** Reports what has waited long enough. */
  tick(at: Omit<ReportTime, "wallMs">): void {
    for (const [identity, finding] of this.#waiting) {
      const pace = this.#paces.get(identity) ?? null;
      if (isDue(pace, finding, at.eventTimeS, this.options.revisionIntervalS)) {
        this.#report(finding, at);
      }
    }
  }

  /** What waits for its turn: to be kept with a snapshot. */
  waiting(): Finding[] {
    return [...this.#waiting.values()];
  }

  /** Reports everything that waits, as before the end of the program. */
  flush(at: Omit<ReportTime, "wallMs">): void {
    for (const finding of this.#waiting.values()) this.#report(finding, at);
  }

  #report(finding: Finding, at: Omit<ReportTime, "wallMs">): void {
    const { identity } = finding;
    this.#waiting.delete(identity);
    const { printer, quietPeriodS, newId } = this.options;
    const context = this.options.context();
    const known = this.records.latest(printer, identity);
    if (isToldAgain(known, finding, at)) return this.#keepPace(identity, finding, at.eventTimeS);
    const time = { ...at, wallMs: context.wallMs };
    const makeId = newId ?? (() => crypto.randomUUID());
    const record = nextRecord(known, printer, finding, time, quietPeriodS, makeId);
    let message;
    try {
      message = encodeDeviation(finding, record, context);
    } catch (error) {
      return this.options.onBroken(reasonOf(error));
    }
    this.#keepPace(identity, finding, at.eventTimeS);
    const durable = this.outbox.add(message, this.records.remember(record));
    this.options.onReported?.(record, finding);
    this.log.info("{verdict} {kind} on {printer}: {summary} ({msgId}, {phase}, p={probability})", {
      verdict: finding.verdict,
      kind: finding.kind,
      printer,
      summary: finding.summary,
      msgId: message.msgId,
      phase: finding.phase,
      probability: finding.probability.toFixed(3),
    });
    if (!durable) {
      this.log.error("{msgId} is in memory only: the disk takes nothing", { msgId: message.msgId });
    }
  }

  #keepPace(identity: string, finding: Finding, nowS: number): void {
    const pace = paced(this.#paces.get(identity) ?? null, finding, nowS);
    this.#paces.delete(identity);
    this.#paces.set(identity, pace);
    if (this.#paces.size <= PACES_MAX) return;
    const oldest = this.#paces.keys().next().value;
    if (oldest !== undefined) this.#paces.delete(oldest);
  }
}
