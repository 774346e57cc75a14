import type { Files } from "../serial/files.ts";
import { ERRNO, type Libc } from "../serial/libc.ts";
import { closeDevice, openDevice, type OpenFailure } from "../serial/open_device.ts";
import { getTermios, setTermios, withBaud } from "../serial/termios.ts";

/** The printer's tty: ours alone, reopened by the same path when it was unplugged and came back. */
export class PrinterPort {
  /** −1 while the printer isn't there. */
  fd = -1;
  /** Why the last attempt to open it failed, or null. */
  issue: string | null = null;

  constructor(
    readonly libc: Libc,
    readonly files: Files,
    readonly path: string,
    public baud: number,
  ) {}

  /** Opens the port; afterwards `fd` or `issue` is set. @returns why not, or null */
  open(): OpenFailure | null {
    const opened = openDevice(this.libc, this.files, this.path, { baud: this.baud });
    this.fd = opened.ok ? opened.value : -1;
    this.issue = opened.ok ? null : opened.issue;
    return opened.ok ? null : opened.failure ?? "other";
  }

  /** Lets the port go; DTR stays as it is. */
  close(): void {
    if (this.fd >= 0) closeDevice(this.libc, this.fd);
    this.fd = -1;
  }

  /** Bytes read, 0 if there are none now, −1 if the printer is gone. */
  read(into: Uint8Array<ArrayBuffer>, bytesMax: number): number {
    const bytes = this.libc.call.read(this.fd, into, bytesMax);
    if (bytes > 0) return bytes;
    return bytes < 0 && this.#mayRetry() ? 0 : -1;
  }

  /** Bytes taken, 0 if there is no room now, −1 if the printer is gone. */
  write(from: Uint8Array<ArrayBuffer>, bytes: number): number {
    const written = this.libc.call.write(this.fd, from, bytes);
    return written >= 0 || !this.#mayRetry() ? written : 0;
  }

  #mayRetry(): boolean {
    const errno = this.libc.errno();
    return errno === ERRNO.EAGAIN || errno === ERRNO.EINTR;
  }

  /** Sets the rate without touching any modem line. @returns why that failed, or null */
  setBaud(baud: number): string | null {
    this.baud = baud;
    if (this.fd < 0) return null;
    try {
      setTermios(this.libc, this.fd, withBaud(getTermios(this.libc, this.fd), baud));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
