import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { openPty } from "../../../edge/serial/pty.ts";
import {
  baudOf,
  encodeTermios,
  getTermios,
  hangsUpOnClose,
  setTermios,
  withBaud,
} from "../../../edge/serial/termios.ts";

const test = suite("termios");
const libc = loadLibc();

for (const baud of [300, 9600, 115_200, 250_000, 500_000, 1_000_000, 76_800]) {
  test(`${baud} baud is set on a terminal and read back`, () => {
    const pty = openPty(libc, 115_200);
    setTermios(libc, pty.masterFd, withBaud(getTermios(libc, pty.masterFd), baud));
    assert.is(baudOf(getTermios(libc, pty.masterFd)), baud);
    libc.call.close(pty.masterFd);
  });
}

test("another rate leaves every other setting alone", () => {
  const before = encodeTermios({
    baud: 9600,
    parity: "even",
    stopBits: 2,
    dataBits: 7,
    rtscts: true,
  });
  const after = withBaud(before, 250_000);
  assert.is(baudOf(after), 250_000);
  assert.equal(withBaud(after, 9600), before);
});

test("a raw line neither echoes nor drops DTR at its close, unless asked to", () => {
  const raw = encodeTermios({ baud: 115_200 });
  const view = new DataView(raw.buffer);
  assert.is(view.getUint32(0, true), 0, "no translation of input");
  assert.is(view.getUint32(4, true), 0, "none of output");
  assert.is(view.getUint32(12, true), 0, "no echo, no line discipline");
  assert.not(hangsUpOnClose(raw));
  assert.ok(hangsUpOnClose(encodeTermios({ baud: 115_200, hupcl: true })));
});

test("8N1 without flow control is what is written when nothing else is said", () => {
  const flags = new DataView(encodeTermios({ baud: 115_200 }).buffer).getUint32(8, true);
  // CS8 | CREAD | CLOCAL | BOTHER for both directions, from Linux' asm-generic/termbits.h.
  assert.is(flags, 0x30 | 0x80 | 0x800 | 0x1000 | 0x1000_0000);
});

for (const baud of [0, -1, 1.5, Number.NaN, 4_000_001]) {
  test(`a rate of ${baud} is refused`, () => {
    assert.throws(() => encodeTermios({ baud }), /a whole number from 1 to 4000000 was required/);
    assert.throws(() => withBaud(encodeTermios({ baud: 9600 }), baud), RangeError);
  });
}

test("a descriptor that is no terminal is refused with libc's reason", () => {
  const fd = libc.call.eventfd(0, 0);
  assert.throws(() => getTermios(libc, fd), /Inappropriate ioctl/);
  libc.call.close(fd);
});

test.run();
