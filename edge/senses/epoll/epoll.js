"use strict";

/**
 * epoll(7) with the interface of npm's package of that name, which is a native add-on that Deno
 * refuses. All watchers of a process share one epoll set and one thread that waits on it; the next
 * wait begins only after every callback has run, so that a callback which reads what it was told of
 * isn't told of it again.
 */

const EPOLL_CLOEXEC = 0o2000000;
const CTL = { add: 1, remove: 2, modify: 3 };
const EVENTS_AT_ONCE = 32;
/** Deno ends only when the call that waits has come back: hence no longer than this, ms. */
const WAIT_MS = 1000;
/** After a wait that failed (a signal's EINTR above all), ms. */
const RETRY_MS = 10;

/** `struct epoll_event` is packed on x86-64 alone: u32 events, u64 data (linux/eventpoll.h). */
const LAYOUT = Deno.build.arch === "x86_64" ? { bytes: 12, dataAt: 4 } : { bytes: 16, dataAt: 8 };

const SYMBOLS = {
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: {
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  strerror: { parameters: ["i32"], result: "pointer" },
  __errno_location: { parameters: [], result: "pointer" },
};

function load() {
  const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);
  const errno = new Int32Array(
    Deno.UnsafePointerView.getArrayBuffer(symbols.__errno_location(), 4),
  );
  return { libc: symbols, errno };
}

/** One set of descriptors and who watches each; made when the first is added. */
class Watch {
  constructor() {
    const { libc, errno } = load();
    this.libc = libc;
    this.errno = errno;
    this.owners = new Map();
    this.isWaiting = false;
    this.event = new DataView(new ArrayBuffer(LAYOUT.bytes));
    this.events = new DataView(new ArrayBuffer(LAYOUT.bytes * EVENTS_AT_ONCE));
    this.fd = libc.epoll_create1(EPOLL_CLOEXEC);
    this.wakeFd = libc.eventfd(0, 0o2004000);
    if (this.fd < 0 || this.wakeFd < 0) throw this.failure("Cannot make an epoll set");
    this.control(CTL.add, this.wakeFd, Epoll.EPOLLIN);
  }

  failure(action) {
    const number = this.errno[0];
    const reason = Deno.UnsafePointerView.getCString(this.libc.strerror(number));
    return Object.assign(new Error(`${action}: ${reason}`), { errno: number });
  }

  control(operation, fd, events) {
    this.event.setUint32(0, events >>> 0, true);
    this.event.setUint32(LAYOUT.dataAt, fd, true);
    this.event.setUint32(LAYOUT.dataAt + 4, 0, true);
    if (this.libc.epoll_ctl(this.fd, operation, fd, this.event) === 0) return;
    throw this.failure(`Cannot watch the descriptor ${fd}`);
  }

  add(fd, events, owner) {
    this.control(CTL.add, fd, events);
    this.owners.set(fd, owner);
    if (!this.isWaiting) this.wait();
  }

  remove(fd) {
    this.owners.delete(fd);
    this.control(CTL.remove, fd, 0);
    // Whoever waits on nothing any more would keep the process until its time is over.
    if (this.owners.size === 0) this.libc.write(this.wakeFd, new BigUint64Array([1n]), 8);
  }

  async wait() {
    this.isWaiting = true;
    while (this.owners.size > 0) {
      const count = await this.libc.epoll_wait(this.fd, this.events, EVENTS_AT_ONCE, WAIT_MS);
      if (count < 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      for (let at = 0; at < count; at++) this.tell(at * LAYOUT.bytes);
    }
    this.isWaiting = false;
  }

  tell(at) {
    const fd = this.events.getUint32(at + LAYOUT.dataAt, true);
    if (fd === this.wakeFd) {
      this.libc.read(fd, new BigUint64Array(1), 8);
      return;
    }
    const events = this.events.getUint32(at, true);
    try {
      // A callback before this one may have removed it.
      this.owners.get(fd)?.callback(null, fd, events);
    } catch (error) {
      // One that fails would be told again at once and for ever, and take all others with it.
      console.error(`The watch of the descriptor ${fd} ends: ${error}`);
      this.give(fd);
    }
  }

  /** Ends the watch of a descriptor whose callback failed. */
  give(fd) {
    const owner = this.owners.get(fd);
    if (owner === undefined) return;
    owner.fds.delete(fd);
    try {
      this.remove(fd);
    } catch {
      // It is closed already.
    }
  }
}

let watch = null;

class Epoll {
  static EPOLLIN = 0x001;
  static EPOLLPRI = 0x002;
  static EPOLLOUT = 0x004;
  static EPOLLERR = 0x008;
  static EPOLLHUP = 0x010;
  static EPOLLRDHUP = 0x2000;
  static EPOLLONESHOT = 0x40000000;
  static EPOLLET = 0x80000000;

  constructor(callback) {
    if (typeof callback !== "function") {
      throw new TypeError(`Cannot watch: a callback was required, got ${typeof callback}`);
    }
    this.callback = callback;
    this.fds = new Set();
    this.closed = false;
  }

  add(fd, events) {
    this.mustBeOpen();
    watch ??= new Watch();
    watch.add(fd, events, this);
    this.fds.add(fd);
    return this;
  }

  modify(fd, events) {
    this.mustOwn(fd).control(CTL.modify, fd, events);
    return this;
  }

  remove(fd) {
    const set = this.mustOwn(fd);
    this.fds.delete(fd);
    set.remove(fd);
    return this;
  }

  close() {
    for (const fd of [...this.fds]) this.remove(fd);
    this.closed = true;
  }

  mustBeOpen() {
    if (this.closed) throw new Error("Cannot watch: an open Epoll was required, got a closed one");
  }

  mustOwn(fd) {
    this.mustBeOpen();
    if (this.fds.has(fd)) return watch;
    throw new Error(`Cannot change a watch: a descriptor that was added was required, got ${fd}`);
  }
}

module.exports = { Epoll };
