import { reasonOf } from "../../shared/reason.ts";
import type { Files } from "../serial/files.ts";
import type { FdStore } from "../serial/fd_store.ts";
import type { Libc } from "../serial/libc.ts";
import {
  closeDevice,
  openDevice,
  type OpenFailure,
  takeOverDevice,
} from "../serial/open_device.ts";
import { baudOf, getTermios, setTermios, withBaud } from "../serial/termios.ts";
import { KEPT } from "./kept.ts";

/** The printer's tty: ours alone, reopened by the same path when it was unplugged and came back. */
export class PrinterPort {
  /** −1 while the printer isn't there. */
  fd = -1;
  /** Why the last attempt to open it failed, or null. */
  issue: string | null = null;
  /** Whether it is the port that a run before had open, never closed since. */
  goesOn = false;

  constructor(
    readonly libc: Libc,
    readonly files: Files,
    readonly store: FdStore,
    readonly path: string,
    public baud: number,
  ) {}

  /** Opens the port; afterwards `fd` or `issue` is set. @returns why not, or null */
  open(): OpenFailure | null {
    const opened = openDevice(this.libc, this.files, this.path, { baud: this.baud });
    this.fd = opened.ok ? opened.value : -1;
    this.issue = opened.ok ? null : opened.issue;
    if (opened.ok) this.store.keep(KEPT.printer, opened.value);
    return opened.ok ? null : opened.failure ?? "other";
  }

  /**
   * Goes on with the port as a run before had it open, which no modem line sees.
   *
   * @returns false if it isn't the port at this path any more; then it was let go
   */
  takeOver(fd: number): boolean {
    if (takeOverDevice(this.libc, this.files, this.path, fd)) {
      this.fd = fd;
      this.goesOn = true;
      this.baud = baudOf(getTermios(this.libc, fd)) || this.baud;
      return true;
    }
    this.store.forget(KEPT.printer);
    closeDevice(this.libc, fd);
    return false;
  }

  /** Lets the port go; DTR stays as it is. */
  close(): void {
    if (this.fd < 0) return;
    this.store.forget(KEPT.printer);
    closeDevice(this.libc, this.fd);
    this.fd = -1;
  }

  /** Sets the rate without touching any modem line. @returns why that failed, or null */
  setBaud(baud: number): string | null {
    this.baud = baud;
    if (this.fd < 0) return null;
    try {
      setTermios(this.libc, this.fd, withBaud(getTermios(this.libc, this.fd), baud));
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }
}
