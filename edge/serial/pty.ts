import { cString, type Libc, libcError, textOf } from "./libc.ts";
import { encodeTermios, setTermios } from "./termios.ts";

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const TIOCGPTPEER = 0x5441;
const TIOCEXCL = 0x540c;
const SAME_OWNER = 0xffffffff;

/** A pseudo-terminal whose slave is raw from the start. */
export interface Pty {
  /** The side that we keep; non-blocking. */
  readonly masterFd: number;
  /** The path that the other side opens, such as /dev/pts/3. */
  readonly slavePath: string;
}

/**
 * Opens a pseudo-terminal at a given baud rate (a pty carries the number, not the speed).
 *
 * @throws {LibcError} if the system has no more of them
 */
export function openPty(libc: Libc, baud: number): Pty {
  const { call } = libc;
  const masterFd = call.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (masterFd < 0) throw libcError(libc, "Cannot open a pseudo-terminal");
  const ready = call.grantpt(masterFd) === 0 && call.unlockpt(masterFd) === 0;
  const pty = ready ? asPty(libc, masterFd) : null;
  if (pty === null) {
    const error = libcError(libc, "Cannot prepare a pseudo-terminal");
    call.close(masterFd);
    throw error;
  }
  setTermios(libc, masterFd, encodeTermios({ baud }));
  return pty;
}

/** The pseudo-terminal whose master is open already; null if the descriptor is no such thing. */
export function asPty(libc: Libc, masterFd: number): Pty | null {
  const name = new Uint8Array(64);
  const isMaster = libc.call.ptsname_r(masterFd, name, name.length) === 0;
  return isMaster ? { masterFd, slavePath: textOf(name) } : null;
}

/**
 * Lets a group open the slave too, for a host that runs as another user.
 *
 * @param group its number, or null to leave the slave with the group that it has
 */
export function shareSlave(libc: Libc, pty: Pty, group: number | null): void {
  const path = cString(pty.slavePath);
  if (group !== null) libc.call.chown(path, SAME_OWNER, group);
  libc.call.chmod(path, 0o660);
}

/**
 * Opens the slave and closes it again: until that has happened once, a master doesn't report that
 * nobody has the slave open.
 */
export function touchSlave(libc: Libc, pty: Pty): void {
  libc.call.close(openPeer(libc, pty));
}

function openPeer(libc: Libc, pty: Pty): number {
  return libc.call.ioctlValue(pty.masterFd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/**
 * Refuses every further opener of the slave but root (EBUSY). The mark outlives its last close and
 * then refuses us as well, so a pty that was marked serves one host and is renewed afterwards.
 * Locking the slave instead (TIOCSPTLCK) is no way: an attempt to open a locked slave breaks the
 * host that has it open already.
 */
export function refuseFurtherOpeners(libc: Libc, pty: Pty): boolean {
  const peer = openPeer(libc, pty);
  if (peer < 0) return false;
  const marked = libc.call.ioctlValue(peer, TIOCEXCL, 0) === 0;
  libc.call.close(peer);
  return marked;
}
