import { refused, type Result } from "../../shared/result.ts";
import type { TapOrders } from "../respond/orders.ts";
import type { TapControl } from "../tap/control.ts";
import { encodeAgentMessage, type Order } from "../tap/orders.ts";

/** A hold that isn't latched ends after so long, unless it is ordered again. */
const HOLD_LEASE_S = 30;
/** The tap gives an order up after 5 s without a line boundary; then it must have answered. */
const ANSWER_WITHIN_MS = 10_000;

type Wish = Order extends infer Each ? Each extends Order ? Omit<Each, "v" | "id"> : never : never;

/** Orders over the connection to a tap; while there is none every order is refused. */
export class TapConnectionOrders implements TapOrders {
  #send: ((text: string) => void) | null = null;
  readonly #waiting = new Map<string, (answer: Result<string>) => void>();

  /** Goes on over a new connection; `null` when it is lost, which refuses what was under way. */
  connect(send: ((text: string) => void) | null): void {
    this.#send = send;
    const lost = refused("Cannot order the tap: its connection was lost before it answered");
    for (const answer of [...this.#waiting.values()]) answer(lost);
  }

  /** Takes the tap's word on an order; one that nobody waits for was given before a restart. */
  acknowledge(ack: Extract<TapControl, { type: "ack" }>): void {
    this.#waiting.get(ack.id)?.(
      ack.result === "applied"
        ? { ok: true, value: ack.detail }
        : refused(`The tap refused the order: ${ack.detail}`),
    );
  }

  inject(to: "printer" | "host", line: string): Promise<Result<string>> {
    return this.#order({ type: "inject", to, line });
  }

  ask(line: string): Promise<Result<string>> {
    return this.#order({ type: "ask", line });
  }

  hold(latched: boolean): Promise<Result<string>> {
    return this.#order({ type: "hold", leaseS: HOLD_LEASE_S, latched });
  }

  release(): Promise<Result<string>> {
    return this.#order({ type: "release" });
  }

  /** Hands the port through for flashing, or takes it back. */
  bypass(on: boolean): Promise<Result<string>> {
    return this.#order({ type: "bypass", on });
  }

  #order(wish: Wish): Promise<Result<string>> {
    const send = this.#send;
    if (send === null) {
      return Promise.resolve(refused("Cannot order the tap: a connection to it was required"));
    }
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const finish = (answer: Result<string>) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const late = refused(
        `Cannot order the tap: an answer within ${ANSWER_WITHIN_MS / 1000} s was required`,
      );
      const timer = setTimeout(() => finish(late), ANSWER_WITHIN_MS);
      this.#waiting.set(id, finish);
      send(encodeAgentMessage({ v: 1, id, ...wish }));
    });
  }
}
