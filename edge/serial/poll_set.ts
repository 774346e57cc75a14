import type { Libc } from "./libc.ts";

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;
export const POLLNVAL = 32;
/** What poll reports of a descriptor whose other side has gone. */
export const POLLGONE = POLLERR | POLLHUP | POLLNVAL;

const ENTRY_BYTES = 8;

/** A fixed set of descriptors for poll(2), kept in one buffer that is never copied. */
export class PollSet {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #fds: Int32Array;
  readonly #events: Int16Array;
  readonly #poll: Libc["call"]["poll"];
  readonly #slots: number;

  /** @param slots how many descriptors it holds; each is unused until it is set */
  constructor(libc: Libc, slots: number) {
    this.#bytes = new Uint8Array(slots * ENTRY_BYTES);
    this.#fds = new Int32Array(this.#bytes.buffer);
    this.#events = new Int16Array(this.#bytes.buffer);
    this.#poll = libc.call.poll;
    this.#slots = slots;
    for (let slot = 0; slot < slots; slot++) this.set(slot, -1, 0);
  }

  /** Watches `fd` for `events`; −1 leaves the slot out. */
  set(slot: number, fd: number, events: number): void {
    this.#fds[slot * 2] = fd;
    this.#events[slot * 4 + 2] = events;
    this.#events[slot * 4 + 3] = 0;
  }

  /** What the last `wait` saw in the slot. */
  seen(slot: number): number {
    return this.#events[slot * 4 + 3] ?? 0;
  }

  /** Waits at most `timeoutMs` (−1 for ever) and gives how many slots have something. */
  wait(timeoutMs: number): number {
    return this.#poll(this.#bytes, this.#slots, timeoutMs);
  }
}
