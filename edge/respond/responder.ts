import type { Logger } from "@logtape/logtape";
import type { PrinterState } from "../../shared/presence.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { faultOf } from "../publish/store_fault.ts";
import type { Store } from "../publish/store.ts";
import type { Observation } from "../source/observation.ts";
import type { TapOrders } from "./orders.ts";
import type { ParkPlace } from "./park.ts";
import { causesOf, causesWithout } from "./cause.ts";
import { type PauseInput, stepPause } from "./pause.ts";
import { notSent } from "./pause_answered.ts";
import type { Wanted } from "./pause_begin.ts";
import type { PauseEffect } from "./pause_effect.ts";
import { initPause, type PausePhase, PauseRecord, type PauseState } from "./pause_state.ts";

/** A tap that says nothing for so long has not carried the order out, ms. */
const ORDER_TIMEOUT_MS = 15_000;

/** A response that was begun before any run of the tap was met. */
const ANY_RUN = "";

/** What an expert's word does to the job, by how far the response has come. */
const BECOMES: Record<PausePhase, string> = {
  idle: "the job goes on",
  asked: "the host is asked to go on",
  "host-paused": "the host is asked to go on",
  seeking: "the job goes on",
  holding: "the job resumes once the nozzle is parked",
  parking: "the job resumes once the nozzle is parked",
  held: "the job resumes",
  resuming: "the job resumes",
  failed: "the response has ended",
};

export interface ResponderOptions {
  printer: string;
  place: ParkPlace;
  /** Something happened to the response; `failed` when only a person can help. */
  onReport(detail: string, decisionId: string | null, failed: boolean): void;
}

/** Carries a printer's response out: the pure machine decides, this keeps its record and orders. */
export class Responder {
  readonly #state: PauseState;
  #runId: string | null = null;
  #kept: string;
  /** What was begun before any tap was met: a hold of another run would take it along. */
  #unmet: Wanted | null = null;

  constructor(
    private readonly orders: TapOrders,
    private readonly store: Store,
    private readonly log: Logger,
    private readonly options: ResponderOptions,
  ) {
    const record = readRecord(store, options.printer);
    this.#state = initPause(record, options.place);
    this.#kept = JSON.stringify(this.#state.record);
  }

  get phase(): PausePhase {
    return this.#state.record.phase;
  }

  /** What presence should say while a response is under way, or null. */
  get printerState(): PrinterState | null {
    if (this.phase === "idle" || this.phase === "asked") return null;
    return this.phase === "host-paused" || this.phase === "held" ? "paused" : "attention";
  }

  begin(want: "pause" | "stop", decisionId: string | null, deviationIds: readonly string[]): void {
    const wanted = { want, decisionId, deviationIds: [...deviationIds] };
    this.#step({ type: "begin", ...wanted });
    if (this.#runId !== null) return;
    this.#unmet = wanted;
    if (this.phase !== "asked") return;
    // No tap has been met yet, as right after a start: it is asked as soon as one is.
    this.#state.record.runId = ANY_RUN;
    this.#keep();
  }

  /** A person lets the job go on, whatever it was held for. */
  resume(by: string): void {
    this.#step({ type: "resume", by });
  }

  /**
   * An expert takes back what was done because of these deviations.
   *
   * @returns what becomes of the job, and whether nothing else holds it; null if nothing was done
   * because of them
   */
  takeBack(by: string, of: readonly string[]): { isOver: boolean; becomes: string } | null {
    const causes = causesOf(this.#state.record);
    const left = causesWithout(causes, of);
    if (this.phase === "idle" || left.length === causes.length) return null;
    const becomes = left.length > 0 ? "another decision holds the job on" : BECOMES[this.phase];
    this.#step({ type: "resume", by, of });
    return { isOver: left.length === 0, becomes };
  }

  /**
   * Takes what the source yields.
   *
   * @param runId which run of the tap it comes from, once known
   */
  observe(observation: Observation, runId: string | null): void {
    if (runId !== null && runId !== this.#runId) this.#meet(runId);
    this.#step({ type: "observed", observation });
  }

  /** A hold belongs to one run of the tap: goes on with it, or knows that it ended. */
  #meet(runId: string): void {
    const { record } = this.#state;
    const known = record.runId === runId || record.runId === ANY_RUN;
    this.#runId = runId;
    if (record.phase !== "idle") {
      this.#step(known ? { type: "restarted" } : { type: "released", why: "the tap began anew" });
    }
    this.#state.record.runId = runId;
    const unmet = this.#unmet;
    this.#unmet = null;
    if (!known && unmet !== null) this.#step({ type: "begin", ...unmet });
  }

  #step(input: PauseInput): void {
    const decisionId = this.#state.record.decisionId;
    const effects = stepPause(this.#state, input);
    if (effects.length === 0 && input.type === "observed") return;
    this.#keep();
    for (const effect of effects) this.#carryOut(effect, decisionId);
  }

  /** Written before any order goes out, so that a killed agent knows what it had begun. */
  #keep(): void {
    const text = JSON.stringify(this.#state.record);
    if (text === this.#kept) return;
    try {
      this.store.run((db) =>
        db.prepare(
          `INSERT INTO hold (printer, record) VALUES (?, ?)
           ON CONFLICT (printer) DO UPDATE SET record = excluded.record`,
        ).run(this.options.printer, text)
      );
      this.#kept = text;
    } catch (error) {
      if (faultOf(error) === "other") throw error;
      this.log.error("the response of {printer} could not be written down: {reason}", {
        printer: this.options.printer,
        reason: String(error),
      });
    }
  }

  #carryOut(effect: PauseEffect, decisionId: string | null): void {
    if (effect.do === "report") {
      const id = this.#state.record.decisionId ?? decisionId;
      this.log.warn("response on {printer}: {detail}", {
        printer: this.options.printer,
        detail: effect.detail,
      });
      this.#tell(effect.detail, id);
      return;
    }
    if (this.#runId === null) {
      notSent(this.#state);
      this.#keep();
      return;
    }
    void this.#order(effect).then((result) =>
      this.#step({ type: "answered", issue: result.ok ? null : result.issue })
    );
  }

  /** What can't be told is in the log at least: the printer matters more than the word of it. */
  #tell(detail: string, decisionId: string | null): void {
    try {
      this.options.onReport(detail, decisionId, this.phase === "failed");
    } catch (error) {
      this.log.error("the response of {printer} could not be told: {reason}", {
        printer: this.options.printer,
        reason: String(error),
      });
    }
  }

  async #order(effect: Exclude<PauseEffect, { do: "report" }>): Promise<Result<string>> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Result<string>>((resolve) => {
      timer = setTimeout(
        () => resolve(refused(`the tap gave no answer within ${ORDER_TIMEOUT_MS / 1000} s`)),
        ORDER_TIMEOUT_MS,
      );
    });
    try {
      return await Promise.race([this.#ordered(effect), late]);
    } catch (error) {
      return refused(reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #ordered(effect: Exclude<PauseEffect, { do: "report" }>): Promise<Result<string>> {
    switch (effect.do) {
      case "inject":
        return this.orders.inject(effect.to, effect.line);
      case "hold":
        return this.orders.hold(effect.latched);
      case "release":
        return this.orders.release();
    }
  }
}

function readRecord(store: Store, printer: string): PauseRecord | null {
  const row = store.read((db) =>
    db.prepare("SELECT record FROM hold WHERE printer = ?").get(printer)
  );
  if (!row) return null;
  const checked = PauseRecord.safeParse(JSON.parse(String(row.record)));
  return checked.success ? checked.data : null;
}
