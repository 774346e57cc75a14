import type { Logger } from "@logtape/logtape";
import type { Decision } from "../../shared/decision.ts";
import type { DecisionOutcome } from "../../shared/presence.ts";
import type { ResponsePolicy } from "../config.ts";
import type { DeviationRecord, DeviationRecords } from "../publish/deviation_record.ts";
import { clip } from "../publish/evidence.ts";
import { type WallClock, wallTime } from "../publish/wall_clock.ts";
import type { DecisionLog } from "./decision_log.ts";
import { type DecidedLabel, labelOf } from "./decided.ts";
import { type KeptLesson, lessonOf } from "./lessons.ts";
import { grant } from "./policy.ts";
import { type ExpertTrust, NO_EXPERTS, type PinnedKeys } from "./trust.ts";
import { type ClaimedDecision, type Refusal, verifyDecision } from "./verify.ts";

/** One printer, as far as decisions reach it. */
export interface DecidedPrinter {
  policy: ResponsePolicy;
  /** Keeps a lesson for good and gives it to the analysis. */
  teach(lesson: KeptLesson): void;
  /** Labels the numbers of a deviation for training; null: nothing may be learnt from it. */
  label?(deviationId: string, label: DecidedLabel | null): void;
  respond(action: "pause" | "stop", decision: Decision): void;
  /**
   * Takes back a response that was for one of these deviations; what becomes of the job, null if
   * there is none.
   */
  takeBack(decision: Decision): string | null;
  /** What became of a decision, told in presence; `lasting` if it must never be lost. */
  outcome(outcome: DecisionOutcome, lasting: boolean): void;
}

export interface DeskOptions {
  site: string;
  device: string;
  printers(): ReadonlyMap<string, DecidedPrinter>;
  keys(): PinnedKeys;
  experts?(): ExpertTrust;
  clock: WallClock;
}

const DETAIL_CHARS_MAX = 300;
/** Such decisions remembered; each comes again within seconds, for minutes. */
const BEGUN_MAX = 256;

/** Takes decisions: checks them, applies each once, and says what became of every one. */
export class DecisionDesk {
  #refusedByPrinter = new Map<string, number>();
  /** Decisions whose response was begun although the disk took nothing of them. */
  #begun = new Set<string>();
  /** Refused messages that named none of our printers. */
  #refusedElsewhere = 0;

  constructor(
    private readonly decisions: DecisionLog,
    private readonly records: DeviationRecords,
    private readonly log: Logger,
    private readonly options: DeskOptions,
  ) {}

  /** Messages refused so far that a printer's presence has to own up to. */
  refusedOf(printer: string): number {
    return (this.#refusedByPrinter.get(printer) ?? 0) + this.#refusedElsewhere;
  }

  /**
   * Deals with a message that claims to be a decision. It never applies one twice and never
   * applies a bad one; a bad one is counted, logged with its subject and told in presence.
   *
   * @throws {Error} if it could not be written down: then it has to come again
   */
  async take(claimed: ClaimedDecision): Promise<void> {
    const { clock, site, device } = this.options;
    const printers = this.options.printers();
    const verified = await verifyDecision(claimed, {
      site,
      device,
      printers: new Set(printers.keys()),
      keys: this.options.keys(),
      experts: this.options.experts?.() ?? NO_EXPERTS,
      nowMs: clock.nowMs(),
      clockQuality: clock.quality(),
    });
    if (!verified.ok) return this.#refuse(claimed.subject, verified.refusal);
    const { decision, kid, follows, note } = verified.value;
    const state = this.decisions.stateOf(decision.id);
    if (state === "done") {
      this.log.info("decision {id} came again and was applied before", { id: decision.id });
      return;
    }
    if (this.#known(decision).length === 0) {
      const issue = "Cannot apply a decision: a deviation that this device has reported was " +
        `required, got ${decision.deviationIds.slice(0, 3).join(", ")}`;
      const { printer } = decision.target;
      return this.#refuse(claimed.subject, {
        issue,
        decisionId: decision.id,
        printer,
        signed: true,
      });
    }
    const rival = follows === undefined ? null : this.decisions.rivalOf(decision, follows);
    if (rival !== null) {
      const issue = "Cannot apply a decision: one that takes the place of " +
        `${rival} was required, which was taken for this case before, got one made without it`;
      const { id: decisionId, target: { printer } } = decision;
      return this.#refuse(claimed.subject, { issue, decisionId, printer, signed: true });
    }
    this.#intend(decision);
    this.log.info("decision {id} ({determination}, {response}) signed by {kid} is applied", {
      id: decision.id,
      determination: decision.determination,
      response: decision.response,
      kid,
    });
    this.#apply(decision, note);
  }

  /**
   * Writes down what is about to be applied. A disk that takes nothing keeps back all of a decision
   * but a pause or a stop, which the printer is asked for at once: twice would be no harm.
   *
   * @throws {Error} as the disk does: then the decision comes again
   */
  #intend(decision: Decision): void {
    try {
      this.decisions.intend(decision);
    } catch (error) {
      const printer = this.options.printers().get(decision.target.printer);
      const { action } = grant(printer?.policy ?? "watch", decision.response);
      if (action !== "none" && !this.#begun.has(decision.id)) {
        this.#begun.add(decision.id);
        if (this.#begun.size > BEGUN_MAX) this.#begun.delete([...this.#begun][0]!);
        printer?.respond(action, decision);
      }
      throw error;
    }
  }

  /** Applies what a crash left in between; called once at the start. */
  finishIntended(): void {
    for (const decision of this.decisions.unfinished()) {
      if (this.options.printers().has(decision.target.printer)) {
        this.log.warn("decision {id} is applied again after a restart", { id: decision.id });
        this.#apply(decision, "applied again after a restart");
      } else this.decisions.finish(decision.id);
    }
  }

  #known(decision: Decision): DeviationRecord[] {
    return decision.deviationIds
      .map((id) => this.records.byId(decision.target.printer, id))
      .filter((record) => record !== null);
  }

  #apply(decision: Decision, note: string): void {
    const printer = this.options.printers().get(decision.target.printer);
    if (!printer) return;
    const known = this.#known(decision);
    for (const record of known) {
      printer.teach(lessonOf(decision, record));
      printer.label?.(record.id, labelOf(decision));
    }
    const missing = decision.deviationIds.length - known.length;
    const details = [
      ...this.#respond(decision, printer),
      missing > 0 ? `${missing} of its deviations are unknown here` : "",
      note,
    ];
    printer.outcome(this.#outcome(decision.id, "applied", details), true);
    this.decisions.finish(decision.id);
  }

  #respond(decision: Decision, printer: DecidedPrinter): string[] {
    const granted = grant(printer.policy, decision.response);
    if (granted.action !== "none") {
      if (!this.#begun.delete(decision.id)) printer.respond(granted.action, decision);
      return [`${granted.action} is under way`, granted.note];
    }
    const benign = decision.determination === "expected" ||
      decision.determination === "benign-change";
    const becomes = benign ? printer.takeBack(decision) : null;
    return [becomes ?? "taken", granted.note];
  }

  #refuse(subject: string, refusal: Refusal): void {
    const { issue, decisionId, printer } = refusal;
    this.log.warn("message on {subject} refused: {issue}", { subject, issue });
    const ours = printer === null ? undefined : this.options.printers().get(printer);
    if (!ours || printer === null) {
      this.#refusedElsewhere += 1;
      return;
    }
    this.#refusedByPrinter.set(printer, (this.#refusedByPrinter.get(printer) ?? 0) + 1);
    // Only a signed message may make the edge keep something: others could fill its disk.
    ours.outcome(this.#outcome(decisionId ?? "unreadable", "refused", [issue]), refusal.signed);
  }

  #outcome(
    decisionId: string,
    result: DecisionOutcome["result"],
    details: readonly string[],
  ): DecisionOutcome {
    const detail = clip(details.filter((text) => text !== "").join("; "), DETAIL_CHARS_MAX);
    return { decisionId, result, detail, wallTime: wallTime(this.options.clock.nowMs()) };
  }
}
