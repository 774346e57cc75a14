import { Divert } from "./divert.ts";
import { isEmergency } from "./emergency.ts";
import type { Dir } from "./frame.ts";

/** Bytes read at once; a tty never gives more. */
export const READ_BYTES_MAX = 4096;
/** Bytes that wait in the tap before it stops reading the one side for the other's sake. */
export const QUEUE_BYTES = 16_384;
const INJECTIONS_MAX = 16;
const SKIP_BYTES_MAX = 4096;
const LF = 10;
const CR = 13;

/**
 * The two ends of a lane and what waits between them, non-blocking: bytes moved, 0 if none can be
 * now, −1 if the end is gone.
 */
export interface LaneIo {
  /** Whether more can wait, however few bytes it is. */
  readonly hasRoom: boolean;
  /** Takes bytes from the near side to wait, and shows them. */
  read(into: Uint8Array<ArrayBuffer>, bytesMax: number): number;
  /** Passes the oldest `bytes` of those that wait on to the far side. */
  pass(bytes: number): number;
  /** What was passed on has been written down. */
  settle(): void;
  /** Throws the oldest `bytes` of those that wait away. */
  drop(bytes: number): void;
  /** Puts others in the place of all that wait. */
  replace(bytes: Uint8Array<ArrayBuffer>): void;
  /** Shows what waits since a run before. @returns how many bytes */
  recover(into: Uint8Array<ArrayBuffer>): number;
  /** Writes bytes to the far side that never came from the near one. */
  write(from: Uint8Array<ArrayBuffer>, bytes: number): number;
}

/** Told of every byte that was passed on, after the fact. The buffer is the lane's own. */
export type Passed = (dir: Dir, bytes: Uint8Array, start: number, length: number) => void;

interface Injection {
  bytes: Uint8Array<ArrayBuffer>;
  dir: Dir;
  written: number;
  deadlineMs: number;
  done(issue: string | null): void;
}

/**
 * One direction between host and printer. As long as all is well a chunk is read, written and
 * reported, nothing else; only when the far side is full, or an order wants a line boundary, do
 * bytes wait in the queue, in order, and the near side is read no further than the queue's room.
 */
export class Lane {
  readonly #chunk = new Uint8Array(READ_BYTES_MAX);
  readonly #queue = new Uint8Array(QUEUE_BYTES);
  #start = 0;
  #end = 0;
  #lineOpen = false;
  #held = false;
  #full = false;
  #skipBytes = 0;
  #divert: Divert | null = null;
  /** Bytes that came so far, whatever became of them. */
  readBytes = 0;
  readonly #injections: Injection[] = [];

  /** @param dir how bytes that go their normal way are reported */
  constructor(readonly io: LaneIo, readonly dir: Dir, readonly passed: Passed) {}

  /** Whether the near side should be read. */
  get wantsRead(): boolean {
    return this.#end - this.#start < QUEUE_BYTES && this.io.hasRoom;
  }

  /** Whether the far side was full and has to be asked for room. */
  get wantsWrite(): boolean {
    return this.#full;
  }

  /** Whether the hold has reached its line boundary. */
  get isHolding(): boolean {
    return this.#held && !this.#lineOpen;
  }

  /** How many bytes wait. */
  get queuedBytes(): number {
    return this.#end - this.#start;
  }

  /** Reads once and passes on what it can. @returns false if the near side is gone */
  onReadable(): boolean {
    const quiet = this.#end === this.#start && !this.#full && !this.#held &&
      this.#skipBytes === 0 && this.#injections.length === 0 && this.#divert === null;
    const room = quiet ? READ_BYTES_MAX : QUEUE_BYTES - (this.#end - this.#start);
    const bytes = this.io.read(this.#chunk, Math.min(room, READ_BYTES_MAX));
    if (bytes <= 0) return bytes === 0;
    this.readBytes += bytes;
    if (!quiet) {
      // Nothing else waits where bytes are left out: they are the oldest.
      const from = this.#divert ? this.#diverted(this.#divert, bytes) : this.#skipped(bytes);
      if (from > 0) this.io.drop(from);
      this.#enqueue(from, bytes);
      this.pump();
      return true;
    }
    const written = this.io.pass(bytes);
    if (written > 0) {
      this.#report(this.dir, this.#chunk, 0, written);
      this.io.settle();
    }
    if (written < bytes) {
      this.#full = true;
      this.#enqueue(Math.max(written, 0), bytes);
    }
    return true;
  }

  /** Passes on what waits, as far as the far side takes it and orders allow it. */
  pump(): void {
    this.#full = false;
    while (!this.#full && this.#pumpOnce());
  }

  /** @returns whether there may be more to do */
  #pumpOnce(): boolean {
    const injection = this.#injections[0];
    if (injection && (injection.written > 0 || !this.#lineOpen)) return this.#inject(injection);
    if (this.isHolding) return this.#passEmergency();
    if (this.#start === this.#end) return false;
    const boundary = this.#held || injection !== undefined;
    const until = boundary ? this.#lineEnd(this.#start) : this.#end;
    const written = Math.max(this.io.pass(until - this.#start), 0);
    if (written < until - this.#start) this.#full = true;
    if (written > 0) {
      this.#report(this.dir, this.#queue, this.#start, written);
      this.io.settle();
    }
    this.#start += written;
    return written > 0;
  }

  #inject(injection: Injection): boolean {
    const rest = injection.bytes.subarray(injection.written);
    const written = this.#write(rest, rest.length);
    if (written > 0) this.#report(injection.dir, injection.bytes, injection.written, written);
    injection.written += written;
    if (injection.written < injection.bytes.length) return false;
    this.#injections.shift();
    injection.done(null);
    return true;
  }

  /** Lets the first waiting emergency line through ahead of the others. */
  #passEmergency(): boolean {
    for (let at = this.#start; at < this.#end;) {
      const end = this.#lineEnd(at);
      if (!isLineEnd(this.#queue[end - 1] ?? 0)) return false;
      const line = this.#queue.slice(at, end);
      if (isEmergency(String.fromCharCode(...line))) {
        this.#queue.copyWithin(at, end, this.#end);
        this.#end -= end - at;
        this.io.replace(this.#queue.slice(this.#start, this.#end));
        const deadlineMs = Number.POSITIVE_INFINITY;
        this.#injections.unshift({ bytes: line, dir: this.dir, written: 0, deadlineMs, done() {} });
        return true;
      }
      at = end;
    }
    return false;
  }

  #write(bytes: Uint8Array<ArrayBuffer>, length: number): number {
    const written = Math.max(this.io.write(bytes, length), 0);
    if (written < length) this.#full = true;
    return written;
  }

  #report(dir: Dir, bytes: Uint8Array, start: number, length: number): void {
    this.#lineOpen = !isLineEnd(bytes[start + length - 1] ?? 0);
    this.passed(dir, bytes, start, length);
  }

  #enqueue(from: number, to: number): void {
    if (this.#end + (to - from) > QUEUE_BYTES) {
      this.#queue.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#queue.set(this.#chunk.subarray(from, to), this.#end);
    this.#end += to - from;
  }

  /** The index after the next line end from `at` on, or the end of what waits. */
  #lineEnd(at: number): number {
    while (at < this.#end && !isLineEnd(this.#queue[at] ?? 0)) at++;
    if (at < this.#end && this.#queue[at++] === CR && this.#queue[at] === LF) at++;
    return Math.min(at, this.#end);
  }

  /** Where in the chunk the first whole line begins, if the rest of a cut one is to be left out. */
  #skipped(bytes: number): number {
    for (let at = 0; at < bytes && this.#skipBytes > 0; at++) {
      this.#skipBytes = isLineEnd(this.#chunk[at] ?? 0) ? 0 : this.#skipBytes - 1;
      if (this.#skipBytes === 0) return at + 1;
    }
    return this.#skipBytes > 0 ? bytes : 0;
  }

  /** Whether what comes next begins a line, and nothing waits. */
  get isAtBoundary(): boolean {
    return !this.#lineOpen && this.#start === this.#end && this.#skipBytes === 0;
  }

  /** Whether an answer is still being kept from the far side. */
  get isDiverting(): boolean {
    return this.#divert !== null;
  }

  /** Reports what comes next, up to the next `ok`, but passes it on to nobody. */
  divert(on: boolean): void {
    // A line of which the far side got nothing so far must not reach it by its end.
    if (!on && this.#divert?.inLine) this.#skipBytes = SKIP_BYTES_MAX;
    this.#divert = on ? new Divert() : null;
  }

  #diverted(divert: Divert, bytes: number): number {
    const { diverted, done } = divert.take(this.#chunk, bytes);
    this.passed(this.dir, this.#chunk, 0, diverted);
    if (done) this.#divert = null;
    return diverted;
  }

  /** Withholds from the next line boundary on. */
  hold(): void {
    this.#held = true;
  }

  /** Ends the withholding; what waited goes on in order. */
  release(): void {
    this.#held = false;
    this.pump();
  }

  /**
   * Writes whole bytes of a line at the next line boundary, ahead of what waits.
   *
   * @param deadlineMs on the tap's clock; without a boundary until then it is given up
   * @returns false if too many wait already
   */
  inject(
    bytes: Uint8Array<ArrayBuffer>,
    dir: Dir,
    deadlineMs: number,
    done: Injection["done"],
  ): boolean {
    if (this.#injections.length >= INJECTIONS_MAX) return false;
    this.#injections.push({ bytes, dir, written: 0, deadlineMs, done });
    this.pump();
    return true;
  }

  /** Gives up injections whose time is over and that have not begun. */
  expire(nowMs: number): void {
    for (let i = this.#injections.length - 1; i >= 0; i--) {
      const injection = this.#injections[i];
      if (!injection || injection.written > 0 || injection.deadlineMs > nowMs) continue;
      this.#injections.splice(i, 1);
      injection.done("no line boundary came in time");
    }
    if (this.#injections.length === 0 && this.#start < this.#end) this.pump();
  }

  /**
   * Reads and throws away, because the far side is gone. When it is back, the rest of a line whose
   * beginning was thrown away is left out too.
   *
   * @returns bytes thrown away, −1 if the near side is gone as well
   */
  drain(): number {
    const bytes = this.io.read(this.#chunk, READ_BYTES_MAX);
    if (bytes > 0) {
      this.io.drop(bytes);
      this.#skipBytes = isLineEnd(this.#chunk[bytes - 1] ?? 0) ? 0 : SKIP_BYTES_MAX;
    }
    return bytes;
  }

  /**
   * Goes on with what waits since a run before.
   *
   * @param held whether its lines were withheld, which it was at a line boundary
   * @returns how many bytes wait
   */
  recover(held: boolean): number {
    this.#end = this.io.recover(this.#queue);
    this.#held = held;
    // Whether a line was under way nobody knows: its end is waited for.
    this.#lineOpen = !held;
    this.#full = this.#end > 0;
    return this.#end;
  }

  /** The near side is another: what it sends first begins a line of its own. */
  beginAnew(): void {
    this.#skipBytes = 0;
  }

  /** Throws away what waits. @returns how many bytes of the near side that were */
  discard(reason: string): number {
    const bytes = this.#end - this.#start;
    this.io.drop(bytes);
    if (bytes > 0 && !isLineEnd(this.#queue[this.#end - 1] ?? 0)) this.#skipBytes = SKIP_BYTES_MAX;
    this.#start = 0;
    this.#end = 0;
    this.#full = false;
    this.#lineOpen = false;
    for (const injection of this.#injections.splice(0)) injection.done(reason);
    return bytes;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}
