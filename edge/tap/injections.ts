import type { Dir } from "./frame.ts";

const INJECTIONS_MAX = 16;

/** A line that goes ahead of what waits, at the next line boundary. */
export interface Injection {
  bytes: Uint8Array<ArrayBuffer>;
  /** How it is reported. */
  dir: Dir;
  written: number;
  /** On the tap's clock. */
  deadlineMs: number;
  /** Told null once it is written, or why it was given up. */
  done(issue: string | null): void;
}

/** The lines that go ahead, in order. */
export class Injections {
  readonly #waiting: Injection[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The next of them, of which a part may be written. */
  get first(): Injection | undefined {
    return this.#waiting[0];
  }

  /** @returns false if too many wait already */
  add(injection: Injection): boolean {
    if (this.#waiting.length >= INJECTIONS_MAX) return false;
    this.#waiting.push(injection);
    return true;
  }

  /** Goes on with one that has begun, before all others. */
  putFirst(injection: Injection): void {
    this.#waiting.unshift(injection);
  }

  /** The first one has been written. */
  finish(): void {
    this.#waiting.shift()?.done(null);
  }

  /** Gives up those whose time is over and that have not begun. */
  expire(nowMs: number): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const injection = this.#waiting[i];
      if (!injection || injection.written > 0 || injection.deadlineMs > nowMs) continue;
      this.#waiting.splice(i, 1);
      injection.done("no line boundary came in time");
    }
  }

  discard(reason: string): void {
    for (const injection of this.#waiting.splice(0)) injection.done(reason);
  }
}
