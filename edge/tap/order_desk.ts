import type { TapState } from "./control.ts";
import { DIR } from "./frame.ts";
import type { Lane } from "./lane.ts";
import type { Order } from "./orders.ts";
import type { HoldKind } from "./session.ts";
import { type Asking, stepAsking } from "./question.ts";

/** An injection or a hold that meets no line boundary for so long is given up. */
const BOUNDARY_WITHIN_MS = 5000;
/** How long a leased hold of a run before goes on: agents renew theirs every 10 s. */
const RECOVERED_LEASE_MS = 20_000;

/** The link as far as orders act on it. */
export interface OrderedLink {
  readonly toPrinter: Lane;
  readonly toHost: Lane;
  readonly state: TapState;
  bypass(on: boolean): string | null;
}

/** What orders depend on and act upon. */
export interface OrderFloor {
  /** Whether this tap takes orders at all. */
  readonly allowed: boolean;
  readonly link: OrderedLink;
  acknowledge(id: string, issue: string | null, detail: string): void;
  say(event: "held" | "released", detail: string): void;
  /** A hold took effect, changed, or ended: what a successor has to go on with. */
  noteHold(kind: HoldKind): void;
}

interface Hold {
  id: string;
  /** When it ends unless renewed; infinite for a latched one. */
  endsMs: number;
  sinceMs: number;
  isReported: boolean;
}

/**
 * Carries out the agent's orders at line boundaries. For the print's sake a hold ends by itself
 * when its lease does: an agent that died, hangs, or lost its connection renews nothing. Only a
 * latched hold stays, and it too ends with bypass, with the host's session, and with a tap whose
 * descriptors nobody keeps.
 */
export class OrderDesk {
  #hold: Hold | null = null;
  #asking: Asking | null = null;

  constructor(readonly floor: OrderFloor) {}

  get isHeld(): boolean {
    return this.#hold !== null;
  }

  /** Goes on with a hold of a run before, in effect already; the agent renews or releases it. */
  recover(kind: HoldKind, nowMs: number): void {
    if (kind === "none") return this.floor.noteHold(kind);
    const endsMs = kind === "latched" ? Number.POSITIVE_INFINITY : nowMs + RECOVERED_LEASE_MS;
    this.#hold = { id: "", endsMs, sinceMs: nowMs, isReported: true };
    this.floor.noteHold(kind);
  }

  /** Takes an order; the acknowledgement comes once it is carried out or refused. */
  take(order: Order, nowMs: number): void {
    const issue = this.#objection(order);
    if (issue !== null) return this.floor.acknowledge(order.id, issue, "");
    switch (order.type) {
      case "hold":
        return this.#takeHold(order.id, order.latched, order.leaseS, nowMs);
      case "release":
        this.end("the agent released it");
        return this.floor.acknowledge(order.id, null, "released");
      case "inject":
        return this.#inject(order.id, order.to, order.line, nowMs);
      case "ask":
        return this.#ask(order.id, order.line, nowMs);
      case "bypass": {
        if (order.on) this.end("bypass began");
        const issue = this.floor.link.bypass(order.on);
        return this.floor.acknowledge(order.id, issue, order.on ? "bypass is on" : "bypass is off");
      }
    }
  }

  #objection(order: Order): string | null {
    if (!this.floor.allowed) return "this tap takes no orders; start it with --orders";
    if (order.type === "bypass" || order.type === "release") return null;
    const { bypass, blind, printer, host } = this.floor.link.state;
    if (bypass) return "the port is handed through (bypass)";
    if (blind !== null) return `the traffic has no lines: ${blind}`;
    const isForPrinter = order.type !== "inject" || order.to === "printer";
    if (isForPrinter && !printer) return "the printer isn't there";
    if (!isForPrinter && !host) return "no host is there";
    return null;
  }

  #takeHold(id: string, latched: boolean, leaseS: number, nowMs: number): void {
    const endsMs = latched ? Number.POSITIVE_INFINITY : nowMs + leaseS * 1000;
    if (this.#hold?.isReported) {
      this.#hold.endsMs = endsMs;
      this.floor.noteHold(latched ? "latched" : "leased");
      return this.floor.acknowledge(id, null, "the hold goes on");
    }
    if (this.#hold !== null) {
      this.floor.acknowledge(this.#hold.id, "another hold took its place", "");
    }
    this.#hold = { id, endsMs, sinceMs: this.#hold?.sinceMs ?? nowMs, isReported: false };
    this.floor.link.toPrinter.hold();
    this.tick(nowMs);
  }

  /** Withholds the host's lines until the answer has come; a hold of the agent's goes first. */
  #ask(id: string, line: string, nowMs: number): void {
    if (this.#hold !== null || this.#asking !== null) {
      return this.floor.acknowledge(id, "lines are withheld already", "");
    }
    this.floor.link.toPrinter.hold();
    this.#asking = { id, line, sinceMs: nowMs, quietSinceMs: nowMs, bytes: -1, sent: false };
  }

  #stepAsking(asking: Asking, nowMs: number): void {
    const outcome = stepAsking(asking, this.floor.link, nowMs, (line) => {
      this.#inject(asking.id, "printer", line, nowMs, false);
    });
    if (outcome === null) return;
    this.#asking = null;
    this.floor.link.toHost.divert(false);
    this.floor.link.toPrinter.release();
    this.floor.acknowledge(asking.id, outcome.issue, "asked and answered");
  }

  #inject(id: string, to: "printer" | "host", line: string, nowMs: number, tells = true): void {
    const lane = to === "printer" ? this.floor.link.toPrinter : this.floor.link.toHost;
    const dir = to === "printer" ? DIR.agentToPrinter : DIR.agentToHost;
    const bytes = new TextEncoder().encode(`${line}\n`);
    const done = (issue: string | null) =>
      tells ? this.floor.acknowledge(id, issue, `sent to the ${to}`) : undefined;
    if (!lane.inject(bytes, dir, nowMs + BOUNDARY_WITHIN_MS, done)) done("too many lines wait");
  }

  /** Looks whether a hold took effect, never will, or is over. */
  tick(nowMs: number): void {
    if (this.#asking !== null) this.#stepAsking(this.#asking, nowMs);
    const hold = this.#hold;
    if (hold === null) return;
    if (!hold.isReported && this.floor.link.toPrinter.isHolding) {
      hold.isReported = true;
      this.floor.acknowledge(hold.id, null, "the host's lines are held");
      const kind = Number.isFinite(hold.endsMs) ? "leased" : "latched";
      this.floor.noteHold(kind);
      this.floor.say("held", kind);
    }
    if (!hold.isReported && nowMs - hold.sinceMs > BOUNDARY_WITHIN_MS) {
      this.floor.acknowledge(hold.id, "no line boundary came in time", "");
      this.end("no line boundary came in time");
    } else if (nowMs >= hold.endsMs) {
      this.end("the agent didn't renew it");
    }
  }

  /** Ends a hold, if there is one. */
  end(reason: string): void {
    const asking = this.#asking;
    if (asking !== null) {
      this.#asking = null;
      this.floor.link.toHost.divert(false);
      this.floor.link.toPrinter.release();
      this.floor.acknowledge(asking.id, reason, "");
    }
    if (this.#hold === null) return;
    const wasReported = this.#hold.isReported;
    this.#hold = null;
    this.floor.noteHold("none");
    this.floor.link.toPrinter.release();
    if (wasReported) this.floor.say("released", reason);
  }
}
