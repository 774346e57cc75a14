import type { Logger } from "@logtape/logtape";
import { edgeSource, encode } from "../../shared/codec.ts";
import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import type { DecisionOutcome, Presence, PrinterState } from "../../shared/presence.ts";
import type { Prints, Wear } from "../../shared/print_account.ts";
import { REVISIONS_MAX } from "../../shared/receipt_order.ts";
import { presenceSubject } from "../../shared/subjects.ts";
import type { AnalysisStatus } from "../finding.ts";
import type { Deliverer } from "./delivery.ts";
import { keepOutcome, OUTCOMES_MAX } from "./kept_outcomes.ts";
import type { Outbox } from "./outbox.ts";
import { type WallClock, wallTime } from "./wall_clock.ts";

/** Changes closer than this are told together, ms. */
const CHANGE_GAP_MS = 1000;
/** What is told for good (ended prints, wear) goes along with each change, and so often besides, ms. */
const WHOLE_EVERY_MS = 600_000;
const LABEL_CHARS_MAX = 64;

/** What presence says of a printer besides its analysis' status. */
export interface PresenceFacts {
  status: AnalysisStatus;
  /** What the shell knows better than the analysis, such as a hold of its own. */
  stateOverride: PrinterState | null;
  bootId: string;
  /** Gaps and frames that the shell itself missed. */
  moreGaps: number;
  moreMissedFrames: number;
  refusedMessages: number;
  restarts: number;
  prints?: Prints;
  wear?: Wear;
}

export interface PresenceOptions {
  address: Address;
  label: string;
  agentVersion: string;
  configDigest: string;
  /** Digests of what else makes the guard what it is, as they are now. */
  guard?(): Pick<Presence["digests"], "profile" | "trust" | "release">;
  intervalMs: number;
  facts(): PresenceFacts;
}

/**
 * Says that one printer's guard is alive: each interval, and soon after each change. Plain signs of
 * life are not kept while there is no connection; what became of a decision is never lost, and so
 * goes through the outbox.
 */
export class PresenceSender {
  #outcomes: DecisionOutcome[];
  #sentMs = -Infinity;
  #wholeMs = -Infinity;
  #told = "";
  #asked: string | null = null;
  #state: PrinterState | null = null;
  #stateSinceMs = 0;
  #takenMs: number | null = null;

  constructor(
    private readonly outbox: Outbox,
    private readonly deliverer: Deliverer,
    private readonly clock: WallClock,
    private readonly log: Logger,
    private readonly options: PresenceOptions,
  ) {
    // While the aggregator is away the broker keeps a bounded number of presences: what one of them
    // told of a decision may be gone when it comes back, so it is told again, also after a restart.
    this.#outcomes = outbox.outcomesOf(options.address.printer);
  }

  /** What was said of the printer last; null before anything was. */
  get state(): PrinterState | null {
    return this.#state;
  }

  /** When the broker last took a sign of life, on the clock of `tick`; null if it hasn't yet. */
  get takenMs(): number | null {
    return this.#takenMs;
  }

  /**
   * Tells what became of a decision: with every sign of life from now on, and once through the
   * outbox if it must last.
   */
  outcome(outcome: DecisionOutcome, lasting: boolean, nowMs: number): void {
    this.#outcomes = [...this.#outcomes, outcome].slice(-OUTCOMES_MAX);
    if (!lasting) return;
    const id = crypto.randomUUID();
    this.outbox.add({
      subject: presenceSubject(this.options.address),
      msgId: `${id}.1`,
      about: id,
      revision: 1,
      class: "presence",
      bytes: this.#encode(id, this.#compose(nowMs, [outcome])),
    }, (db) => keepOutcome(db, this.options.address.printer, outcome));
  }

  /** Sends if the interval is over or something changed; `nowMs` is monotonic. */
  async tick(nowMs: number): Promise<void> {
    const presence = this.#compose(nowMs, this.#outcomes);
    const { state, digests, bootId, decisions } = presence;
    const ended = presence.prints?.ended.at(-1)?.id;
    const telling = JSON.stringify([state, digests, bootId, decisions.length, ended]);
    const sinceMs = nowMs - this.#sentMs;
    const changed = telling !== this.#told && sinceMs >= CHANGE_GAP_MS;
    const asking = askedFirst(presence);
    const hasMoreToAsk = asking !== null && asking !== this.#asked && sinceMs >= CHANGE_GAP_MS;
    if (!changed && !hasMoreToAsk && sinceMs < this.options.intervalMs) return;
    this.#sentMs = nowMs;
    this.#told = telling;
    this.#asked = asking;
    const whole = changed || nowMs - this.#wholeMs >= WHOLE_EVERY_MS;
    if (whole) this.#wholeMs = nowMs;
    const id = crypto.randomUUID();
    const delivery = await this.deliverer.deliver({
      subject: presenceSubject(this.options.address),
      msgId: `${id}.1`,
      bytes: this.#encode(id, whole ? presence : bare(presence)),
    });
    // Whoever comes back after an outage is told at once, not an interval later.
    if (delivery.outcome === "unavailable") this.#told = "";
    if (delivery.outcome === "stored") this.#takenMs = nowMs;
    if (delivery.outcome === "refused") {
      this.log.error("presence refused by the broker: {reason}", { reason: delivery.reason });
    }
  }

  #encode(id: string, presence: Presence): Uint8Array {
    const source = edgeSource(this.options.address);
    return encode("presence", { id, source, time: presence.wallTime }, presence);
  }

  #stateOf(facts: PresenceFacts, nowMs: number): PrinterState {
    const state = facts.stateOverride ?? facts.status.printerState;
    if (state !== this.#state) [this.#state, this.#stateSinceMs] = [state, nowMs];
    return state;
  }

  #compose(nowMs: number, decisions: readonly DecisionOutcome[]): Presence {
    const facts = this.options.facts();
    const { status } = facts;
    const counts = this.outbox.counts();
    const wallMs = this.clock.nowMs();
    const state = this.#stateOf(facts, nowMs);
    const unconfirmed = this.outbox.unconfirmedOf(this.options.address.printer);
    return {
      contractVersion: CONTRACT_VERSION,
      printer: this.options.address.printer,
      label: this.options.label.slice(0, LABEL_CHARS_MAX),
      state,
      // Counted back from now, so that a wall clock that jumps tells no wrong duration.
      sinceWallTime: wallTime(wallMs - (nowMs - this.#stateSinceMs)),
      wallTime: wallTime(wallMs),
      bootId: facts.bootId,
      versions: { agent: this.options.agentVersion, contract: CONTRACT_VERSION },
      digests: {
        config: this.options.configDigest,
        ...status.digests,
        job: status.jobDigest,
        ...this.options.guard?.(),
      },
      counters: {
        linesSent: status.linesSent,
        linesReceived: status.linesReceived,
        garbledLines: status.garbledLines,
        gaps: status.gaps + facts.moreGaps,
        missedFrames: status.missedFrames + facts.moreMissedFrames,
        outboxPending: counts.pending,
        outboxDropped: counts.dropped,
        refusedMessages: facts.refusedMessages,
        restarts: facts.restarts,
      },
      decisions: [...decisions],
      delivered: this.outbox.deliveredOf(this.options.address.printer),
      ...(unconfirmed.length > 0 ? { unconfirmed } : {}),
      ...(facts.prints ? { prints: facts.prints } : {}),
      ...(facts.wear ? { wear: facts.wear } : {}),
    };
  }
}

/** What a full list of questions begins with: another beginning means that a receipt has come. */
function askedFirst({ unconfirmed = [] }: Presence): string | null {
  return unconfirmed.length < REVISIONS_MAX ? null : unconfirmed[0]!.id;
}

/** Without what is told for good: a sign of life each ten seconds has to stay small. */
function bare({ wear: _wear, ...presence }: Presence): Presence {
  return presence.prints ? { ...presence, prints: { ...presence.prints, ended: [] } } : presence;
}
