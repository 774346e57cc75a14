import { isEmergency } from "./emergency.ts";
import type { Dir } from "./frame.ts";
import { type Injection, Injections } from "./injections.ts";
import type { LaneIo } from "./lane_io.ts";
import { LeftOut } from "./left_out.ts";
import { isLineEnd } from "./line_end.ts";
import { Waiting } from "./waiting.ts";

/** Bytes read at once; a tty never gives more. */
const READ_BYTES_MAX = 4096;

/** Told of every byte that was passed on, after the fact. The buffer is the lane's own. */
export type Passed = (dir: Dir, bytes: Uint8Array, start: number, length: number) => void;

/**
 * One direction between host and printer. As long as all is well a chunk is read, written and
 * reported, nothing else; only when the far side is full, or an order wants a line boundary, do
 * bytes wait, in order, and the near side is read no further than there is room.
 */
export class Lane {
  readonly #chunk = new Uint8Array(READ_BYTES_MAX);
  readonly #waiting = new Waiting();
  readonly #injections = new Injections();
  readonly #leftOut = new LeftOut();
  #lineOpen = false;
  #held = false;
  #full = false;
  /** Bytes that came so far, whatever became of them. */
  readBytes = 0;

  /** @param dir how bytes that go their normal way are reported */
  constructor(readonly io: LaneIo, readonly dir: Dir, readonly passed: Passed) {}

  /** Whether the near side should be read. */
  get wantsRead(): boolean {
    return this.#waiting.room > 0 && this.io.hasRoom;
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
    return this.#waiting.length;
  }

  /** Whether what comes next begins a line, and nothing waits. */
  get isAtBoundary(): boolean {
    return !this.#lineOpen && this.#waiting.length === 0 && !this.#leftOut.isSkipping;
  }

  /** Whether an answer is still being kept from the far side. */
  get isDiverting(): boolean {
    return this.#leftOut.isDiverting;
  }

  /** Reads once and passes on what it can. @returns false if the near side is gone */
  onReadable(): boolean {
    const quiet = this.#waiting.length === 0 && !this.#full && !this.#held &&
      this.#leftOut.isNothing && this.#injections.isEmpty;
    const bytes = this.io.read(this.#chunk, Math.min(this.#waiting.room, READ_BYTES_MAX));
    if (bytes <= 0) return bytes === 0;
    this.readBytes += bytes;
    if (quiet) this.#passAtOnce(bytes);
    else this.#passInTurn(bytes);
    return true;
  }

  #passAtOnce(bytes: number): void {
    const written = this.io.pass(bytes);
    if (written > 0) {
      this.#report(this.dir, this.#chunk, 0, written);
      this.io.settle();
    }
    if (written < bytes) {
      this.#full = true;
      this.#waiting.add(this.#chunk, Math.max(written, 0), bytes);
    }
  }

  #passInTurn(bytes: number): void {
    // Nothing else waits where bytes are left out: they are the oldest.
    const isAnswer = this.#leftOut.isDiverting;
    const from = this.#leftOut.take(this.#chunk, bytes);
    if (isAnswer) this.passed(this.dir, this.#chunk, 0, from);
    if (from > 0) this.io.drop(from);
    this.#waiting.add(this.#chunk, from, bytes);
    this.pump();
  }

  /** Passes on what waits, as far as the far side takes it and orders allow it. */
  pump(): void {
    this.#full = false;
    while (!this.#full && this.#pumpOnce());
  }

  /** @returns whether there may be more to do */
  #pumpOnce(): boolean {
    const injection = this.#injections.first;
    if (injection && (injection.written > 0 || !this.#lineOpen)) return this.#inject(injection);
    if (this.isHolding) return this.#passEmergency();
    const { bytes, start, end, length } = this.#waiting;
    if (length === 0) return false;
    const boundary = this.#held || injection !== undefined;
    const wanted = (boundary ? this.#waiting.lineEnd(start) : end) - start;
    const written = Math.max(this.io.pass(wanted), 0);
    if (written < wanted) this.#full = true;
    if (written > 0) {
      this.#report(this.dir, bytes, start, written);
      this.io.settle();
    }
    this.#waiting.gone(written);
    return written > 0;
  }

  #inject(injection: Injection): boolean {
    const { bytes, dir } = injection;
    injection.written += this.#write(bytes, injection.written, dir);
    if (injection.written < bytes.length) return false;
    this.#injections.finish();
    return true;
  }

  /**
   * Lets the first waiting emergency line through ahead of the others. It waits until it has been
   * written: a SIGKILL in between sends it twice, and never not at all.
   */
  #passEmergency(): boolean {
    const line = this.#waiting.find(isEmergency);
    if (line === null) return false;
    const bytes = this.#waiting.bytes.slice(line.at, line.end);
    const written = this.#write(bytes, 0, this.dir);
    if (written === 0) return false;
    this.io.replace(this.#waiting.take(line));
    if (written === bytes.length) return true;
    const rest = { bytes, dir: this.dir, written, deadlineMs: Number.POSITIVE_INFINITY, done() {} };
    this.#injections.putFirst(rest);
    return true;
  }

  /** Writes and reports bytes that aren't the next to be passed on. @returns how many it could */
  #write(bytes: Uint8Array<ArrayBuffer>, from: number, dir: Dir): number {
    const rest = bytes.subarray(from);
    const written = Math.max(this.io.write(rest, rest.length), 0);
    if (written < rest.length) this.#full = true;
    if (written > 0) this.#report(dir, bytes, from, written);
    return written;
  }

  #report(dir: Dir, bytes: Uint8Array, start: number, length: number): void {
    this.#lineOpen = !isLineEnd(bytes[start + length - 1] ?? 0);
    this.passed(dir, bytes, start, length);
  }

  /** Reports what comes next, up to the next `ok`, but passes it on to nobody. */
  divert(on: boolean): void {
    this.#leftOut.divert(on);
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
    if (!this.#injections.add({ bytes, dir, written: 0, deadlineMs, done })) return false;
    this.pump();
    return true;
  }

  /** Gives up injections whose time is over and that have not begun. */
  expire(nowMs: number): void {
    this.#injections.expire(nowMs);
    if (this.#injections.isEmpty && this.#waiting.length > 0) this.pump();
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
      this.#leftOut.cutAfter(this.#chunk[bytes - 1]!);
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
    this.#waiting.end = this.io.recover(this.#waiting.bytes);
    this.#held = held;
    // Whether a line was under way nobody knows: its end is waited for.
    this.#lineOpen = !held;
    this.#full = this.#waiting.length > 0;
    return this.#waiting.length;
  }

  /** The near side is another: what it sends first begins a line of its own. */
  beginAnew(): void {
    this.#leftOut.beginAnew();
  }

  /** Throws away what waits. @returns how many bytes of the near side that were */
  discard(reason: string): number {
    const bytes = this.#waiting.length;
    this.io.drop(bytes);
    if (bytes > 0) this.#leftOut.cutAfter(this.#waiting.last);
    this.#waiting.clear();
    this.#full = false;
    this.#lineOpen = false;
    this.#injections.discard(reason);
    return bytes;
  }
}
