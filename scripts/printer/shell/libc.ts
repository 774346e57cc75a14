/** The few calls of libc that a serial line needs; separate from the edge's own on purpose. */
const libc = Deno.dlopen("libc.so.6", {
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
});

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const TCGETS2 = 0x802c542an;
const TCSETS2 = 0x402c542bn;
const POLLIN = 1;
const POLL_FAILED = 0x18; // POLLERR or POLLHUP
const CLOCK_BOOTTIME = 7;

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** Seconds since boot, suspend included: the clock of the guard's own events. */
export function bootS(): number {
  const time = new BigInt64Array(2);
  libc.symbols.clock_gettime(CLOCK_BOOTTIME, time);
  return Number(time[0]) + Number(time[1]) / 1e9;
}

/**
 * Puts a descriptor into raw mode at a speed, eight bits, no flow control, and leaves the control
 * lines alone when it is closed. `false` when it is no terminal.
 */
function makeRaw(fd: number, baud: number): boolean {
  const termios = new Uint8Array(44);
  if (libc.symbols.ioctl(fd, TCGETS2, termios) !== 0) return false;
  const words = new Uint32Array(termios.buffer);
  words[0] = 0; // input: nothing translated
  words[1] = 0; // output: nothing translated
  words[2] = 0o10000 | 0o60 | 0o200 | 0o4000; // BOTHER, CS8, CREAD, CLOCAL; without HUPCL
  words[3] = 0; // no echo, no lines, no signals
  termios[17 + 5] = 0; // VTIME
  termios[17 + 6] = 1; // VMIN
  words[9] = baud;
  words[10] = baud;
  return libc.symbols.ioctl(fd, TCSETS2, termios) === 0;
}

/** One end of a serial line. */
export class Line {
  #fd: number;
  #heldFd: number;
  #bytes = new Uint8Array(4096);
  #poll = new Uint8Array(8);
  #pending = "";
  #decoder = new TextDecoder("latin1");

  private constructor(fd: number, heldFd: number) {
    this.#fd = fd;
    this.#heldFd = heldFd;
    const view = new DataView(this.#poll.buffer);
    view.setInt32(0, fd, true);
    view.setInt16(4, POLLIN, true);
  }

  /**
   * Makes a pseudo-terminal and gives its master and the path of its other end.
   *
   * @throws {Error} if the system has no pseudo-terminal left.
   */
  static makePty(): { line: Line; path: string } {
    const fd = libc.symbols.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) throw new Error("Cannot make a pseudo-terminal: posix_openpt refused");
    libc.symbols.grantpt(fd);
    libc.symbols.unlockpt(fd);
    const name = new Uint8Array(64);
    libc.symbols.ptsname_r(fd, name, BigInt(name.length));
    const path = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    // Holding the other end open keeps raw mode and spares us the error of a line without a host.
    const heldFd = libc.symbols.open(cString(path), O_RDWR | O_NOCTTY | O_NONBLOCK);
    makeRaw(heldFd, 115200);
    return { line: new Line(fd, heldFd), path };
  }

  /** Opens a terminal. @throws {Error} with a sentence that says why not. */
  static open(path: string, baud: number): Line {
    const fd = libc.symbols.open(cString(path), O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) throw new Error(`Cannot open '${path}': an existing, free tty was required`);
    if (!makeRaw(fd, baud)) {
      libc.symbols.close(fd);
      throw new Error(`Cannot open '${path}': a tty was required, this is something else`);
    }
    return new Line(fd, -1);
  }

  /** Waits until there is something to read or the time is over; `false` when the line is gone. */
  async wait(timeoutMs: number): Promise<boolean> {
    this.#poll[6] = 0;
    this.#poll[7] = 0;
    await libc.symbols.poll(this.#poll, 1n, Math.max(0, Math.ceil(timeoutMs)));
    return (this.#poll[6]! & POLL_FAILED) === 0;
  }

  /** Whole lines that have arrived, without their ends. */
  readLines(): string[] {
    for (;;) {
      const count = Number(libc.symbols.read(this.#fd, this.#bytes, BigInt(this.#bytes.length)));
      if (count <= 0) break;
      this.#pending += this.#decoder.decode(this.#bytes.subarray(0, count));
      if (count < this.#bytes.length) break;
    }
    if (!this.#pending.includes("\n")) {
      if (this.#pending.length > 65536) this.#pending = "";
      return [];
    }
    const lines = this.#pending.split(/\r?\n/);
    this.#pending = lines.pop()!;
    return lines;
  }

  /** Writes a line and its end; what the other side doesn't take is lost, as on a wire. */
  writeLine(text: string): void {
    const bytes = new Uint8Array(text.length + 1);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    bytes[text.length] = 10;
    let at = 0;
    while (at < bytes.length) {
      const part = bytes.subarray(at);
      const count = Number(libc.symbols.write(this.#fd, part, BigInt(part.length)));
      if (count <= 0) return;
      at += count;
    }
  }

  close(): void {
    libc.symbols.close(this.#fd);
    if (this.#heldFd >= 0) libc.symbols.close(this.#heldFd);
  }
}

/** Makes `link` point at a terminal, replacing what a former run left there. */
export function linkTo(path: string, link: string): void {
  try {
    Deno.removeSync(link);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.symlinkSync(path, link);
}
