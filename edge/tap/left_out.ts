import { Divert } from "./divert.ts";
import { isLineEnd } from "./line_end.ts";

const SKIP_BYTES_MAX = 4096;

/**
 * What of the coming bytes the far side doesn't get: the rest of a line whose beginning it never
 * got, and the answer to a question of the agent's.
 */
export class LeftOut {
  #skipBytes = 0;
  #divert: Divert | null = null;

  /** Whether all that comes goes on. */
  get isNothing(): boolean {
    return this.#skipBytes === 0 && this.#divert === null;
  }

  /** Whether the rest of a cut line is still to come. */
  get isSkipping(): boolean {
    return this.#skipBytes > 0;
  }

  /** Whether an answer is still being kept from the far side. */
  get isDiverting(): boolean {
    return this.#divert !== null;
  }

  /** The far side doesn't get what came up to here; `last` was its last byte. */
  cutAfter(last: number): void {
    this.#skipBytes = isLineEnd(last) ? 0 : SKIP_BYTES_MAX;
  }

  /** What comes next begins a line of its own. */
  beginAnew(): void {
    this.#skipBytes = 0;
  }

  /** Keeps what comes next, up to the next `ok`, from the far side; or that no more. */
  divert(on: boolean): void {
    // A line of which the far side got nothing so far must not reach it by its end.
    if (!on && this.#divert?.inLine) this.#skipBytes = SKIP_BYTES_MAX;
    this.#divert = on ? new Divert() : null;
  }

  /** @returns how many of the bytes, which are the oldest, the far side doesn't get */
  take(bytes: Uint8Array, length: number): number {
    if (this.#divert) {
      const { diverted, done } = this.#divert.take(bytes, length);
      if (done) this.#divert = null;
      return diverted;
    }
    for (let at = 0; at < length && this.#skipBytes > 0; at++) {
      this.#skipBytes = isLineEnd(bytes[at] ?? 0) ? 0 : this.#skipBytes - 1;
      if (this.#skipBytes === 0) return at + 1;
    }
    return this.#skipBytes > 0 ? length : 0;
  }
}
