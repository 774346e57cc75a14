import type { Decision } from "../../shared/decision.ts";
import type { PrinterState } from "../../shared/presence.ts";
import type { TapOrders } from "../respond/orders.ts";
import { Responder } from "../respond/responder.ts";
import type { Observation } from "../source/observation.ts";
import type { PrinterPlan, SharedParts } from "./printer_parts.ts";

/** What became of a decision at the printer. */
export type Became = (decisionId: string, isDone: boolean, detail: string) => void;

/** What is done to a printer by decision: by orders to its tap, and by its stop relay. */
export class PrinterResponse {
  readonly #responder: Responder | null;

  constructor(
    private readonly plan: Pick<PrinterPlan, "config" | "orders" | "cutOff">,
    private readonly parts: Pick<SharedParts, "store" | "log">,
    private readonly became: Became,
  ) {
    this.#responder = plan.orders === null ? null : this.#makeResponder(plan.orders);
  }

  #makeResponder(orders: TapOrders): Responder {
    return new Responder(orders, this.parts.store, this.parts.log, {
      printer: this.plan.config.name,
      place: this.plan.config.park,
      onReport: (detail, decisionId, failed) => {
        if (decisionId !== null) this.became(decisionId, !failed, detail);
      },
    });
  }

  /** What presence should say while a response is under way, or null. */
  get printerState(): PrinterState | null {
    return this.#responder?.printerState ?? null;
  }

  /** Whether somebody has to look at the stop relay. */
  get needsAttention(): boolean {
    return this.plan.cutOff?.needsAttention ?? false;
  }

  /** @param runId of the tap that saw it; null where none did */
  observe(observation: Observation, runId: string | null): void {
    this.#responder?.observe(observation, runId);
  }

  begin(action: "pause" | "stop", decision: Decision): void {
    const { config: { name: printer } } = this.plan;
    if (action === "stop") {
      void this.#cut(decision).catch((error) => {
        this.parts.log.error("{printer}: what its relay did could not be told: {reason}", {
          printer,
          reason: String(error),
        });
      });
    }
    if (this.#responder) {
      this.#responder.begin(action, decision.id, decision.deviationIds);
    } else {
      this.parts.log.warn("{printer} can't {action}: its source takes no orders", {
        printer,
        action,
      });
    }
  }

  async #cut(decision: Decision): Promise<void> {
    const done = await this.plan.cutOff?.stop(decision);
    if (done) this.became(decision.id, done.ok, done.ok ? done.value : done.issue);
  }

  /** Takes back what was begun for these deviations; what becomes of the job, null for nothing. */
  takeBack(decision: Decision): string | null {
    const by = "an expert's decision";
    const taken = this.#responder?.takeBack(by, decision.deviationIds) ?? null;
    if (taken?.isOver) void this.plan.cutOff?.release(by);
    return taken?.becomes ?? null;
  }

  /** A person at the device lets the job go on. */
  resumeByHand(): void {
    this.#responder?.resume("a person at the device");
    void this.plan.cutOff?.release("a person at the device");
  }
}
