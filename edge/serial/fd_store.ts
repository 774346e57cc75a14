import { cString, ERRNO, type Libc } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const FIRST_FD = 3;
const PENDING_MAX = 64;

interface Word {
  name: string;
  text: string;
  /** −1 where the word carries none. */
  fd: number;
}

/**
 * The service manager's store of descriptors, as sd_notify(3) and sd_pid_notify_with_fds(3) describe
 * it: what is kept there stays open when this process ends, and its successor gets it back under the
 * same name. Without a service manager nothing is kept. It never waits: a word for which there is no
 * room is said again at the next `flush`.
 */
export class FdStore {
  readonly #socket: number;
  #pending: Word[] = [];
  /** What sendmsg(2) is given by address alone: held here, else it could be collected before. */
  #lent: readonly ArrayBufferView[] = [];

  /** @param address what the environment names as NOTIFY_SOCKET, or null */
  constructor(readonly libc: Libc, address: string | null) {
    this.#socket = address === null ? -1 : connectTo(libc, address);
  }

  /** Whether anybody keeps descriptors for this process. */
  get isThere(): boolean {
    return this.#socket >= 0;
  }

  /** Whether the manager has been told everything. */
  get hasSaidAll(): boolean {
    return this.#pending.length === 0;
  }

  /**
   * Has a descriptor kept until it is forgotten. The manager must not look at it: a pseudo-terminal
   * without a host, or a port without a printer, reports a hang-up and is wanted all the same.
   */
  keep(name: string, fd: number): void {
    this.#say({ name, text: `FDSTORE=1\nFDNAME=${name}\nFDPOLL=0`, fd });
  }

  /** Has what is kept under a name closed. */
  forget(name: string): void {
    this.#pending = this.#pending.filter((word) => word.name !== name || word.fd < 0);
    this.#say({ name, text: `FDSTOREREMOVE=1\nFDNAME=${name}`, fd: -1 });
  }

  #say(word: Word): void {
    if (!this.isThere || this.#pending.length >= PENDING_MAX) return;
    this.#pending.push(word);
    this.flush();
  }

  /** Says what could not be said yet, in order. */
  flush(): void {
    while (this.#pending[0] !== undefined && this.#send(this.#pending[0])) this.#pending.shift();
  }

  /** @returns false if it has to be tried again */
  #send({ text, fd }: Word): boolean {
    const payload = new TextEncoder().encode(text);
    const control = fd < 0 ? new Uint8Array(0) : rights(fd);
    const part = new BigUint64Array([addressOf(payload), BigInt(payload.length)]);
    this.#lent = [payload, control, part];
    const header = new BigUint64Array(7);
    header[2] = addressOf(part);
    header[3] = 1n;
    header[4] = fd < 0 ? 0n : addressOf(control);
    header[5] = BigInt(control.length);
    const sent = this.libc.call.sendmsg(this.#socket, new Uint8Array(header.buffer), MSG_NOSIGNAL);
    const done = sent >= 0 || this.libc.errno() !== ERRNO.EAGAIN;
    this.#lent = [];
    return done;
  }
}

/** One control message that hands a descriptor over: its length, SOL_SOCKET, SCM_RIGHTS, the number. */
function rights(fd: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 20n, true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  view.setInt32(16, fd, true);
  return bytes;
}

function addressOf(bytes: Uint8Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}

/** @returns a connected datagram socket, −1 if nobody is there */
function connectTo(libc: Libc, address: string): number {
  const fd = libc.call.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  // A leading @ stands for the zero byte of an abstract name.
  const text = new TextEncoder().encode(address.startsWith("@") ? address : `${address}\0`);
  if (address.startsWith("@")) text[0] = 0;
  const name = new Uint8Array(2 + text.length);
  new DataView(name.buffer).setUint16(0, AF_UNIX, true);
  name.set(text, 2);
  if (libc.call.connect(fd, name, name.length) === 0) return fd;
  libc.call.close(fd);
  return -1;
}

/** A variable of the environment, read by libc: so the program needs no right to read it. */
export function environment(libc: Libc, name: string): string | null {
  const text = libc.call.getenv(cString(name));
  return text === null ? null : Deno.UnsafePointerView.getCString(text);
}

/** What the service manager kept of a run before, by name, as sd_listen_fds_with_names(3) tells it. */
export function keptFds(libc: Libc): Map<string, number> {
  const kept = new Map<string, number>();
  if (Number(environment(libc, "LISTEN_PID")) !== libc.call.getpid()) return kept;
  const names = (environment(libc, "LISTEN_FDNAMES") ?? "").split(":");
  const count = Number(environment(libc, "LISTEN_FDS")) || 0;
  for (let at = 0; at < count; at++) {
    const fd = FIRST_FD + at;
    libc.call.fcntl(fd, F_SETFD, FD_CLOEXEC);
    const name = names[at] ?? "";
    if (kept.has(name)) libc.call.close(fd);
    else kept.set(name, fd);
  }
  return kept;
}
