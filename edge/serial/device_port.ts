import { Buffer } from "node:buffer";
import type {
  BindingPortInterface,
  OpenOptions,
  PortStatus,
  SetOptions,
  UpdateOptions,
} from "@serialport/bindings-interface";
import { ERRNO, type Libc, libcError } from "./libc.ts";
import { closeDevice } from "./open_device.ts";
import { POLLIN, POLLOUT } from "./poll_set.ts";
import { baudOf, getTermios, setTermios, withBaud } from "./termios.ts";

const TIOCMGET = 0x5415;
const TIOCMSET = 0x5418;
const TIOCSBRK = 0x5427;
const TIOCCBRK = 0x5428;
const TCFLSH = 0x540b;
const TCIOFLUSH = 2;
const TIOCM_DTR = 0x002;
const TIOCM_RTS = 0x004;
const TIOCM_CTS = 0x020;
const TIOCM_CAR = 0x040;
const TIOCM_DSR = 0x100;
const EFD_NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
/** A wait on another thread keeps the process from ending; closing a port cuts it short anyway. */
const WAIT_MS = 500;

/** The error that serialport expects of a read or write which a close cut short. */
class CanceledError extends Error {
  readonly canceled = true;
}

/** One open port behind serialport's own stream: libc calls, waiting on a thread aside. */
export class DevicePort implements BindingPortInterface {
  isOpen = true;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #wakeFd: number;
  readonly #pending = new Set<Promise<unknown>>();

  /** @param fd from `openDevice`; this port closes it */
  constructor(libc: Libc, fd: number, readonly openOptions: Required<OpenOptions>) {
    this.#libc = libc;
    this.#fd = fd;
    this.#wakeFd = libc.call.eventfd(0, EFD_NONBLOCK_CLOEXEC);
  }

  async close(): Promise<void> {
    this.#require();
    this.isOpen = false;
    const one = new Uint8Array(new BigUint64Array([1n]).buffer);
    this.#libc.call.write(this.#wakeFd, one, one.length);
    await Promise.allSettled(this.#pending);
    closeDevice(this.#libc, this.#fd);
    this.#libc.call.close(this.#wakeFd);
  }

  #require(): void {
    if (!this.isOpen) throw new CanceledError("Port is not open");
  }

  /** Waits until the port is ready for `events`, or closed. */
  async #ready(events: number): Promise<void> {
    const entries = new Int32Array([this.#fd, events, this.#wakeFd, POLLIN]);
    const wait = this.#libc.call.pollAside(new Uint8Array(entries.buffer), 2, WAIT_MS);
    this.#pending.add(wait);
    await wait;
    this.#pending.delete(wait);
    this.#require();
  }

  #mayRetry(): boolean {
    const errno = this.#libc.errno();
    return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR;
  }

  async read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }> {
    this.#require();
    const into = bytesOf(buffer).subarray(offset, offset + length);
    for (;;) {
      const bytesRead = this.#libc.call.read(this.#fd, into, into.length);
      if (bytesRead > 0) return { buffer, bytesRead };
      if (bytesRead === 0) throw new Error(`The port ${this.openOptions.path} was unplugged`);
      if (!this.#mayRetry()) throw libcError(this.#libc, `Cannot read ${this.openOptions.path}`);
      await this.#ready(POLLIN);
    }
  }

  async write(buffer: Buffer): Promise<void> {
    this.#require();
    const from = bytesOf(buffer);
    for (let at = 0; at < from.length;) {
      const written = this.#libc.call.write(this.#fd, from.subarray(at), from.length - at);
      if (written > 0) at += written;
      else if (written < 0 && !this.#mayRetry()) {
        throw libcError(this.#libc, `Cannot write ${this.openOptions.path}`);
      } else await this.#ready(POLLOUT);
    }
  }

  update(options: UpdateOptions): Promise<void> {
    return this.#now(() => {
      const termios = getTermios(this.#libc, this.#fd);
      setTermios(this.#libc, this.#fd, withBaud(termios, options.baudRate));
    });
  }

  set(options: SetOptions): Promise<void> {
    return this.#now(() => {
      const { brk = false, dtr = true, rts = true } = options;
      this.#ioctlValue(brk ? TIOCSBRK : TIOCCBRK, 0);
      const lines = new Int32Array(1);
      this.#ioctl(TIOCMGET, lines);
      const others = (lines[0] ?? 0) & ~(TIOCM_DTR | TIOCM_RTS);
      lines[0] = others | (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
      this.#ioctl(TIOCMSET, lines);
    });
  }

  get(): Promise<PortStatus> {
    return this.#now(() => {
      const lines = new Int32Array(1);
      this.#ioctl(TIOCMGET, lines);
      const has = (line: number) => ((lines[0] ?? 0) & line) !== 0;
      return { cts: has(TIOCM_CTS), dsr: has(TIOCM_DSR), dcd: has(TIOCM_CAR) };
    });
  }

  getBaudRate(): Promise<{ baudRate: number }> {
    return this.#now(() => ({ baudRate: baudOf(getTermios(this.#libc, this.#fd)) }));
  }

  flush(): Promise<void> {
    return this.#now(() => this.#ioctlValue(TCFLSH, TCIOFLUSH));
  }

  async drain(): Promise<void> {
    this.#require();
    const wait = this.#libc.call.tcdrainAside(this.#fd);
    this.#pending.add(wait);
    await wait;
    this.#pending.delete(wait);
    this.#require();
  }

  #now<T>(act: () => T): Promise<T> {
    return Promise.resolve().then(() => {
      this.#require();
      return act();
    });
  }

  #ioctl(request: number, value: Int32Array<ArrayBuffer>): void {
    if (this.#libc.call.ioctl(this.#fd, request, value) !== 0) this.#refuse();
  }

  #ioctlValue(request: number, value: number): void {
    if (this.#libc.call.ioctlValue(this.#fd, request, value) !== 0) this.#refuse();
  }

  #refuse(): never {
    throw libcError(this.#libc, `Cannot set or read the lines of ${this.openOptions.path}`);
  }
}

/** The same memory as a plain byte array, which libc's calls take. */
function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}
