import type { Logger } from "@logtape/logtape";
import type { Decision } from "../../shared/decision.ts";
import type { Result } from "../../shared/result.ts";
import type { RelayState } from "../senses/protocol.ts";
import type { TapOrders } from "./orders.ts";

/** What the edge may order its senses to do with a printer's stop relay. */
export interface RelayOrders {
  stop(decisionId: string, reason: string): Promise<Result<string>>;
  release(by: string): Promise<Result<string>>;
}

/** What stands on the printer's own display while its heaters are cut. */
const DISPLAY = "M117 Printwarden cut the heaters";

/** A printer's stop relay, as the agent sees it: orders go out, and what became of it comes back. */
export class CutOff {
  #state: RelayState | null = null;

  constructor(
    private readonly printer: string,
    private readonly relay: RelayOrders,
    private readonly tap: TapOrders,
    private readonly log: Logger,
  ) {}

  /** Whether the heaters are cut, or the relay itself is at fault: somebody has to look. */
  get needsAttention(): boolean {
    return this.#state !== null && (this.#state.energised || this.#state.fault !== null);
  }

  /** Cuts the heaters for a decision that was checked; says what became of it. */
  async stop(decision: Decision): Promise<Result<string>> {
    return this.#logged(await this.relay.stop(decision.id, decision.reason));
  }

  /** A person, or an expert's decision, lets the heaters be used again; nothing where they may be. */
  async release(by: string): Promise<void> {
    if (this.#state?.energised) this.#logged(await this.relay.release(by));
  }

  #logged(done: Result<string>): Result<string> {
    const outcome = done.ok ? done.value : done.issue;
    this.log.warn("stop relay of {printer}: {outcome}", { printer: this.printer, outcome });
    return done;
  }

  /** Takes what the senses say of the relay; `news` is empty where nothing has happened. */
  take(state: RelayState | null, news: string): void {
    this.#state = state;
    if (news === "") return;
    this.log.warn("stop relay of {printer}: {news}", { printer: this.printer, news });
    if (!state?.energised) return;
    // Whoever stands before the printer has to see why it grows cold.
    void this.tap.inject("printer", DISPLAY).then((shown) => {
      if (!shown.ok) this.log.info("{issue}", { issue: shown.issue });
    });
  }
}
