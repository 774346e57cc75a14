import { type Libc, libcError } from "./libc.ts";

export const POLLIN = 1;
export const POLLOUT = 4;
const POLLERR = 8;
export const POLLHUP = 16;
const POLLNVAL = 32;
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

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;

/**
 * Several rarely busy descriptors behind one: it is readable while any of them is. poll(2) pays for
 * each descriptor at each call, so a hot loop keeps the quiet ones in here.
 */
export class QuietSet {
  readonly fd: number;
  readonly #libc: Libc;
  // Long enough for both layouts: 12 bytes on x86-64, 16 on arm64, the events first on either.
  readonly #event = new Uint32Array([POLLIN, 0, 0, 0]);

  constructor(libc: Libc) {
    this.#libc = libc;
    this.fd = libc.call.epoll_create1(EPOLL_CLOEXEC);
    if (this.fd < 0) throw libcError(libc, "Cannot make an epoll set");
  }

  /** Adds a descriptor, to be seen when it can be read, until it is closed; −1 adds nothing. */
  add(fd: number): void {
    if (fd >= 0) this.#libc.call.epoll_ctl(this.fd, EPOLL_CTL_ADD, fd, this.#event);
  }
}
