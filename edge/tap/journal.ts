import type { BootClock } from "../serial/clock.ts";
import type { TapControl, TapEvent } from "./control.ts";
import { encodeControl } from "./encode_control.ts";
import { DIR, type Dir } from "./frame.ts";
import type { ReplayRing } from "./ring.ts";

/** Puts what happens into the ring, with the time at which it happened. */
export class Journal {
  /** CLOCK_BOOTTIME at the last entry, in milliseconds. */
  lastMs = 0;

  constructor(
    readonly ring: ReplayRing,
    readonly clock: BootClock,
    readonly log: (text: string) => void,
  ) {}

  /** Enters bytes that were passed on just now. */
  passed(dir: Dir, bytes: Uint8Array, start: number, length: number): void {
    this.lastMs = this.clock.read();
    this.ring.append(dir, bytes, start, length, this.clock.seconds, this.clock.nanoseconds);
  }

  /** Enters something that happened to the link, and logs it. */
  say(event: TapEvent, detail: string): void {
    this.log(detail === "" ? event : `${event}: ${detail}`);
    this.#control({ type: "link", event, detail });
  }

  /** Enters what became of an order; `issue` says why it was refused. */
  acknowledge(id: string, issue: string | null, detail: string): void {
    const result = issue === null ? "applied" : "refused";
    this.log(`order ${id} ${result}: ${issue ?? detail}`);
    this.#control({ type: "ack", id, result, detail: issue ?? detail });
  }

  #control(control: TapControl): void {
    const payload = encodeControl(control);
    this.passed(DIR.control, payload, 0, payload.length);
  }
}
