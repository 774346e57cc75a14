import { type Libc, libcError } from "./libc.ts";

const TCGETS2 = 0x802c542a;
const TCSETS2 = 0x402c542b;

const TERMIOS2_BYTES = 44;
const CC_AT = 17;
const VTIME = 5;
const VMIN = 6;

const CBAUD = 0x100f;
const BOTHER = 0x1000;
const IBSHIFT = 16;
const CSTOPB = 0x40;
const CREAD = 0x80;
const PARENB = 0x100;
const PARODD = 0x200;
const HUPCL = 0x400;
const CLOCAL = 0x800;
const CRTSCTS = 0x80000000;
const IXON = 0x400;
const IXANY = 0x800;
const IXOFF = 0x1000;
const SIZES = { 5: 0x00, 6: 0x10, 7: 0x20, 8: 0x30 } as const;

/** How a serial line is set; whatever is left out is as a printer wants it: 8N1, no flow control. */
export interface LineMode {
  /** Any rate the hardware can make, such as 115200 or 250000. */
  baud: number;
  dataBits?: 5 | 6 | 7 | 8;
  stopBits?: 1 | 2;
  parity?: "none" | "even" | "odd";
  rtscts?: boolean;
  xon?: boolean;
  xoff?: boolean;
  xany?: boolean;
  /** Drop DTR at the last close, which resets Arduino-class boards. Default false. */
  hupcl?: boolean;
}

/**
 * Linux' `struct termios2` for a raw line: no echo, no translation, modem lines ignored. Its layout
 * (asm-generic/termbits.h) is the same on x86-64 and arm64; BOTHER allows any rate.
 *
 * @throws {RangeError} if the rate is not a positive whole number: rate 0 would drop DTR.
 */
export function encodeTermios(mode: LineMode): Uint8Array<ArrayBuffer> {
  checkBaud(mode.baud);
  const bytes = new Uint8Array(TERMIOS2_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, inputFlags(mode), true);
  view.setUint32(8, controlFlags(mode), true);
  bytes[CC_AT + VMIN] = 1;
  bytes[CC_AT + VTIME] = 0;
  view.setUint32(36, mode.baud, true);
  view.setUint32(40, mode.baud, true);
  return bytes;
}

/** @throws {RangeError} if `baud` is not a whole number from 1 to 4,000,000 */
function checkBaud(baud: number): void {
  if (!Number.isInteger(baud) || baud < 1 || baud > 4_000_000) {
    throw new RangeError(
      `Cannot set the baud rate: a whole number from 1 to 4000000 was required, got ${baud}`,
    );
  }
}

function inputFlags(mode: LineMode): number {
  return (mode.xon ? IXON : 0) | (mode.xoff ? IXOFF : 0) | (mode.xany ? IXANY : 0);
}

function controlFlags(mode: LineMode): number {
  let flags = SIZES[mode.dataBits ?? 8] | CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT);
  if (mode.stopBits === 2) flags |= CSTOPB;
  if (mode.parity === "even") flags |= PARENB;
  if (mode.parity === "odd") flags |= PARENB | PARODD;
  if (mode.rtscts) flags |= CRTSCTS;
  if (mode.hupcl) flags |= HUPCL;
  return flags >>> 0;
}

/** The rate in a `struct termios2`; 0 stands for B0, a host's wish to hang up. */
export function baudOf(termios: Uint8Array): number {
  const view = new DataView(termios.buffer, termios.byteOffset);
  if ((view.getUint32(8, true) & CBAUD) === 0) return 0;
  return view.getUint32(40, true);
}

/** The same `struct termios2` at another rate, nothing else touched. */
export function withBaud(termios: Uint8Array, baud: number): Uint8Array<ArrayBuffer> {
  checkBaud(baud);
  const copy = new Uint8Array(termios);
  const view = new DataView(copy.buffer);
  const others = view.getUint32(8, true) & ~(CBAUD | (CBAUD << IBSHIFT));
  view.setUint32(8, (others | BOTHER | (BOTHER << IBSHIFT)) >>> 0, true);
  view.setUint32(36, baud, true);
  view.setUint32(40, baud, true);
  return copy;
}

/** Whether DTR falls at the last close. */
export function hangsUpOnClose(termios: Uint8Array): boolean {
  return (new DataView(termios.buffer, termios.byteOffset).getUint32(8, true) & HUPCL) !== 0;
}

/** Reads a terminal's settings; on a pty's master they are the slave's. */
export function getTermios(libc: Libc, fd: number): Uint8Array<ArrayBuffer> {
  const termios = new Uint8Array(TERMIOS2_BYTES);
  if (libc.call.ioctl(fd, TCGETS2, termios) !== 0) {
    throw libcError(libc, `Cannot read the settings of descriptor ${fd}`);
  }
  return termios;
}

/** Applies a terminal's settings at once, without waiting for or discarding any bytes. */
export function setTermios(libc: Libc, fd: number, termios: Uint8Array<ArrayBuffer>): void {
  if (libc.call.ioctl(fd, TCSETS2, termios) !== 0) {
    throw libcError(libc, `Cannot set baud rate ${baudOf(termios)} on descriptor ${fd}`);
  }
}
