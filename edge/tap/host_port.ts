import type { Files } from "../serial/files.ts";
import { cString, ERRNO, type Libc } from "../serial/libc.ts";
import { POLLGONE, POLLIN, PollSet } from "../serial/poll_set.ts";
import { openPty, type Pty, refuseFurtherOpeners, shareSlave, touchSlave } from "../serial/pty.ts";
import { baudOf, getTermios } from "../serial/termios.ts";

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
   */
  constructor(
    readonly libc: Libc,
    readonly files: Files,
    readonly linkPath: string,
    readonly portPath: string,
    baud: number,
  ) {
    this.#probe = new PollSet(libc, 1);
    this.watchFd = libc.call.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    this.#pty = openPty(libc, baud);
    this.#watch();
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
    this.libc.call.close(this.#pty.masterFd);
    this.#pty = openPty(this.libc, baud);
    this.present = false;
    this.#watch();
  }

  close(): void {
    this.libc.call.close(this.#pty.masterFd);
    if (this.watchFd >= 0) this.libc.call.close(this.watchFd);
  }

  #watch(): void {
    this.#openers = 0;
    touchSlave(this.libc, this.#pty);
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

  /** Bytes read, 0 if there are none now, −1 if no host is there. */
  read(into: Uint8Array<ArrayBuffer>, bytesMax: number): number {
    const bytes = this.libc.call.read(this.fd, into, bytesMax);
    if (bytes > 0) return bytes;
    return bytes < 0 && this.#mayRetry() ? 0 : -1;
  }

  /** Bytes taken, 0 if the host's side is full; what nobody is there for is thrown away. */
  write(from: Uint8Array<ArrayBuffer>, bytes: number): number {
    if (!this.present) return bytes;
    const written = this.libc.call.write(this.fd, from, bytes);
    return written >= 0 || !this.#mayRetry() ? written : 0;
  }

  #mayRetry(): boolean {
    const errno = this.libc.errno();
    return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR;
  }

  /** The rate that the host set; 0 if it asked to hang up. */
  baud(): number {
    return baudOf(getTermios(this.libc, this.fd));
  }
}
