import type { Files } from "../serial/files.ts";
import type { FdStore } from "../serial/fd_store.ts";
import { cString, type Libc } from "../serial/libc.ts";
import { POLLGONE, POLLIN, PollSet } from "../serial/poll_set.ts";
import {
  asPty,
  openPty,
  type Pty,
  refuseFurtherOpeners,
  shareSlave,
  touchSlave,
} from "../serial/pty.ts";
import { baudOf, getTermios } from "../serial/termios.ts";
import { KEPT } from "./kept.ts";

const IN_CLOSE_WRITE = 0x8;
const IN_CLOSE_NOWRITE = 0x10;
const IN_OPEN = 0x20;
const IN_NONBLOCK = 0o4000;
const IN_CLOEXEC = 0o2000000;
const EVENT_BYTES = 16;

/**
 * The pseudo-terminal that the host takes for the printer's port, behind a link that stays. Each
 * host gets it for itself: once one has it open further openers are refused, and when it leaves the
 * pty is renewed, which also drops whatever it left unread.
 */
export class HostPort {
  /** Watches who opens the slave; −1 where inotify is exhausted and only polling is left. */
  readonly watchFd: number;
  /** Whether a host has the slave open. */
  present = false;
  #pty: Pty;
  #openers = 0;
  #group: number | null = null;
  readonly #probe: PollSet;
  readonly #events = new Uint8Array(4096);

  /**
   * @param linkPath what the host opens
   * @param portPath the printer's own port
   * @param kept the pseudo-terminal of a run before, which goes on if its host is there still
   */
  constructor(
    readonly libc: Libc,
    readonly files: Files,
    readonly store: FdStore,
    readonly linkPath: string,
    readonly portPath: string,
    baud: number,
    kept: number | null = null,
  ) {
    this.#probe = new PollSet(libc, 1);
    this.watchFd = libc.call.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    const before = kept === null ? null : asPty(libc, kept);
    this.#pty = before ?? openPty(libc, baud);
    if (before === null) this.#begin();
    // The mark that keeps others out would keep the next host out too.
    else if (!this.look()) this.renew(baud);
    else this.#watch();
    if (before !== null && this.present) this.guard();
  }

  get fd(): number {
    return this.#pty.masterFd;
  }

  get slavePath(): string {
    return this.#pty.slavePath;
  }

  /** Points the link at the pty. @throws {LibcError} */
  offer(): void {
    this.files.pointLink(this.linkPath, this.#pty.slavePath);
  }

  /** Gives the next host a fresh pty at the rate of the last. @throws {LibcError} */
  renew(baud: number): void {
    this.store.forget(KEPT.pty);
    this.libc.call.close(this.#pty.masterFd);
    this.#pty = openPty(this.libc, baud);
    this.present = false;
    this.#begin();
  }

  #begin(): void {
    this.store.keep(KEPT.pty, this.#pty.masterFd);
    touchSlave(this.libc, this.#pty);
    this.#watch();
  }

  #watch(): void {
    this.#openers = 0;
    // Whoever may open the printer's own port may open its stand-in.
    this.#group = this.files.groupOf(this.portPath) ?? this.#group;
    shareSlave(this.libc, this.#pty, this.#group);
    if (this.watchFd < 0) return;
    this.#drainEvents();
    const events = IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE;
    this.libc.call.inotify_add_watch(this.watchFd, cString(this.#pty.slavePath), events);
  }

  /**
   * Looks whether a host is there: without one the master reports a hang-up. One that came, wrote
   * and left at once counts too, until its bytes are read.
   */
  look(): boolean {
    this.#probe.set(0, this.fd, POLLIN);
    this.#probe.wait(0);
    const seen = this.#probe.seen(0);
    this.present = (seen & POLLGONE) === 0 || (seen & POLLIN) !== 0;
    return this.present;
  }

  /** Keeps everyone but the present host (and root) out. */
  guard(): void {
    refuseFurtherOpeners(this.libc, this.#pty);
    this.#drainEvents();
    this.#openers = 1;
  }

  /** Takes note of who opened or closed the slave. @returns whether a second opener came */
  noteOpeners(): boolean {
    const before = this.#openers;
    this.#openers += this.#drainEvents();
    return this.present && this.#openers > Math.max(before, 1);
  }

  /** @returns openers minus closers since the last time */
  #drainEvents(): number {
    let change = 0;
    const view = new DataView(this.#events.buffer);
    for (;;) {
      const length = this.libc.call.read(this.watchFd, this.#events, this.#events.length);
      if (length <= 0) return change;
      for (let at = 0; at < length; at += EVENT_BYTES + view.getUint32(at + 12, true)) {
        const mask = view.getUint32(at + 4, true);
        if (mask & IN_OPEN) change++;
        if (mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)) change--;
      }
    }
  }

  /** The rate that the host set; 0 if it asked to hang up. */
  baud(): number {
    return baudOf(getTermios(this.libc, this.fd));
  }
}
