import { isLineEnd, isPairedEnd } from "./line_end.ts";

/** Bytes that wait in the tap before it stops reading the one side for the other's sake. */
export const QUEUE_BYTES = 16_384;

/** A line that waits whole: from `at` to before `end` of the queue's bytes. */
export interface WaitingLine {
  at: number;
  end: number;
}

/** What waits in a lane to be passed on, in order. */
export class Waiting {
  /** Those from `start` to before `end` wait. */
  readonly bytes = new Uint8Array(QUEUE_BYTES);
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  get room(): number {
    return QUEUE_BYTES - this.length;
  }

  /** The last byte; 0 if none waits. */
  get last(): number {
    return this.length > 0 ? this.bytes[this.end - 1]! : 0;
  }

  /** Adds bytes `from` to before `to`; the caller has looked for room. */
  add(bytes: Uint8Array, from: number, to: number): void {
    if (this.end + (to - from) > QUEUE_BYTES) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    this.bytes.set(bytes.subarray(from, to), this.end);
    this.end += to - from;
  }

  /** The oldest `bytes` have gone. */
  gone(bytes: number): void {
    this.start += bytes;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  /** The index after the next line end from `at` on, or the end of what waits. */
  lineEnd(at: number): number {
    while (at < this.end && !isLineEnd(this.bytes[at] ?? 0)) at++;
    if (at === this.end) return at;
    return Math.min(at + (isPairedEnd(this.bytes[at], this.bytes[at + 1]) ? 2 : 1), this.end);
  }

  /** The first whole line that fits. */
  find(fits: (line: string) => boolean): WaitingLine | null {
    for (let at = this.start; at < this.end;) {
      const end = this.lineEnd(at);
      if (!isLineEnd(this.bytes[end - 1] ?? 0)) return null;
      if (fits(String.fromCharCode(...this.bytes.subarray(at, end)))) return { at, end };
      at = end;
    }
    return null;
  }

  /** Takes a line out. @returns what waits without it */
  take({ at, end }: WaitingLine): Uint8Array<ArrayBuffer> {
    this.bytes.copyWithin(at, end, this.end);
    this.end -= end - at;
    return this.bytes.slice(this.start, this.end);
  }
}
