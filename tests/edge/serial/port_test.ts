import { MockBinding } from "@serialport/binding-mock";
import { ReadlineParser } from "serialport";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deviceBinding } from "../../../edge/serial/device_binding.ts";
import { files } from "../../../edge/serial/files.ts";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { type SerialPorts, serialPorts } from "../../../edge/serial/port.ts";
import { byIdPath, listPorts } from "../../../edge/serial/port_list.ts";
import { openPty, type Pty, touchSlave } from "../../../edge/serial/pty.ts";

const test = suite("serial ports");
const libc = loadLibc();
const ports = serialPorts(deviceBinding(libc));

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A device on a pty that answers each line with what `answer` makes of it. */
async function device(
  pty: Pty,
  signal: AbortSignal,
  answer: (line: string) => string,
): Promise<void> {
  const buffer = new Uint8Array(4096);
  let text = "";
  let out = new Uint8Array(0);
  while (!signal.aborted) {
    const length = libc.call.read(pty.masterFd, buffer, buffer.length);
    if (length > 0) text += new TextDecoder("latin1").decode(buffer.subarray(0, length));
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const more = new TextEncoder().encode(answer(text.slice(0, end)));
      const both = new Uint8Array(out.length + more.length);
      both.set(out);
      both.set(more, out.length);
      out = both;
      text = text.slice(end + 1);
    }
    const taken = libc.call.write(pty.masterFd, out, out.length);
    if (taken > 0) out = out.slice(taken);
    if (length <= 0 && taken <= 0) await pause(1);
  }
}

/** The same conversation over whatever binding: a line out, a line back through a parser. */
async function converse(over: SerialPorts, path: string): Promise<string> {
  const port = await over.open(path, 250_000);
  const lines = port.pipe(new ReadlineParser({ delimiter: "\n" }));
  const answer = new Promise<string>((resolve) =>
    lines.once("data", (line) => resolve(String(line)))
  );
  port.write("M105\n");
  const line = await answer;
  await new Promise<void>((resolve) => port.close(() => resolve()));
  return line;
}

test("a thousand lines go out and come back through serialport's stream and parser", async () => {
  const pty = openPty(libc, 115_200);
  const stop = new AbortController();
  const answering = device(pty, stop.signal, (line) => `echo:${line}\n`);
  const port = await ports.open(pty.slavePath, 250_000);
  const lines: string[] = [];
  port.pipe(new ReadlineParser({ delimiter: "\n" })).on("data", (line) => lines.push(String(line)));
  for (let i = 0; i < 1000; i++) port.write(`N${i} G1 X${i}\n`);
  for (let i = 0; i < 20_000 && lines.length < 1000; i++) await pause(5);
  assert.equal(lines, Array.from({ length: 1000 }, (_, i) => `echo:N${i} G1 X${i}`));
  await new Promise<void>((resolve) => port.close(() => resolve()));
  stop.abort();
  await answering;
  libc.call.close(pty.masterFd);
});

test("the same caller works over serialport's own mock", async () => {
  MockBinding.reset();
  MockBinding.createPort("/dev/mock", { echo: true, record: true });
  assert.is(await converse(serialPorts(MockBinding), "/dev/mock"), "M105");
  assert.equal((await serialPorts(MockBinding).list()).map((each) => each.path), ["/dev/mock"]);
  MockBinding.reset();
});

test("a conversation over a real terminal ends cleanly, again and again", async () => {
  const pty = openPty(libc, 115_200);
  const stop = new AbortController();
  const answering = device(pty, stop.signal, (line) => `ok ${line}\n`);
  for (let i = 0; i < 5; i++) assert.is(await converse(ports, pty.slavePath), "ok M105");
  stop.abort();
  await answering;
  libc.call.close(pty.masterFd);
});

test("a port that can't be had is refused with the sentence for the operator", async () => {
  const refused: string[] = [];
  for (const path of ["/dev/none", "/etc/passwd"]) {
    await ports.open(path, 115_200).catch((error: Error) => refused.push(error.message));
  }
  assert.match(refused[0] ?? "", /Cannot open \/dev\/none: .*no such port/);
  assert.match(refused[1] ?? "", /Cannot open \/etc\/passwd: .*not a terminal device/);
});

test("an unplugged device closes its port as a disconnection", async () => {
  const pty = openPty(libc, 115_200);
  const port = await ports.open(pty.slavePath, 115_200);
  port.resume();
  const closed = new Promise<Error | null>((resolve) => port.once("close", resolve));
  await pause(50);
  libc.call.close(pty.masterFd);
  const error = await closed as (Error & { disconnected?: boolean }) | null;
  assert.is(error?.disconnected, true);
});

test("a pending read is cut short by the close, at once", async () => {
  const pty = openPty(libc, 115_200);
  const port = await deviceBinding(libc).open({ path: pty.slavePath, baudRate: 115_200 });
  const { Buffer } = await import("node:buffer");
  const pending = port.read(Buffer.alloc(10), 0, 10).then(() => null, (error) => error);
  await pause(20);
  await port.close();
  assert.is((await pending).canceled, true);
  assert.is((await port.read(Buffer.alloc(1), 0, 1).catch((error) => error)).canceled, true);
  libc.call.close(pty.masterFd);
});

test("the rate is changed and read, and what isn't read yet can be thrown away", async () => {
  const pty = openPty(libc, 115_200);
  const port = await deviceBinding(libc).open({ path: pty.slavePath, baudRate: 115_200 });
  await port.update({ baudRate: 250_000 });
  assert.equal(await port.getBaudRate(), { baudRate: 250_000 });
  libc.call.write(pty.masterFd, new Uint8Array([1, 2, 3]), 3);
  await pause(20);
  await port.flush();
  await port.write((await import("node:buffer")).Buffer.from("x"));
  await port.drain();
  await port.close();
  libc.call.close(pty.masterFd);
});

test("modem lines that a terminal doesn't have are refused, not made up", async () => {
  const pty = openPty(libc, 115_200);
  const port = await deviceBinding(libc).open({ path: pty.slavePath, baudRate: 115_200 });
  const error = await port.get().then(() => null, (reason: Error) => reason);
  assert.match(error?.message ?? "", /Cannot set or read the lines of/);
  await port.close();
  libc.call.close(pty.masterFd);
});

test("a write larger than the line takes waits for room", async () => {
  const pty = openPty(libc, 115_200);
  touchSlave(libc, pty);
  const port = await deviceBinding(libc).open({ path: pty.slavePath, baudRate: 115_200 });
  const { Buffer } = await import("node:buffer");
  const bytes = Buffer.alloc(100_000, 0x55);
  let isDone = false;
  const writing = port.write(bytes).then(() => void (isDone = true));
  await pause(50);
  assert.not(isDone);
  let seen = 0;
  const buffer = new Uint8Array(4096);
  while (!isDone) {
    seen += Math.max(0, libc.call.read(pty.masterFd, buffer, buffer.length));
    await pause(0);
  }
  await writing;
  for (let turn = 0; seen < 100_000 && turn < 60_000; turn++) {
    seen += Math.max(0, libc.call.read(pty.masterFd, buffer, buffer.length));
    await pause(1);
  }
  assert.is(seen, 100_000);
  assert.ok(libc.call.read(pty.masterFd, buffer, buffer.length) <= 0, "and no more");
  await port.close();
  libc.call.close(pty.masterFd);
});

test("without udevadm the links under /dev/serial/by-id are the list", async () => {
  const disk = files(libc);
  const links: Record<string, string> = {
    "/dev/serial/by-id/usb-Prusa-if00": "/dev/ttyACM0",
    "/dev/serial/by-id/usb-FTDI-if00-port0": "/dev/ttyUSB3",
  };
  const fake = {
    ...disk,
    list: (path: string) =>
      path === "/dev/serial/by-id" ? ["usb-Prusa-if00", "usb-FTDI-if00-port0"] : null,
    resolve: (path: string) => links[path] ?? path,
  };
  const listed = await listPorts(fake, () => Promise.reject(new Error("spawn udevadm ENOENT")));
  assert.equal(listed.map(({ path, pnpId }) => [path, pnpId]), [
    ["/dev/ttyUSB3", "usb-FTDI-if00-port0"],
    ["/dev/ttyACM0", "usb-Prusa-if00"],
  ]);
  assert.is(byIdPath(fake, "/dev/ttyACM0"), "/dev/serial/by-id/usb-Prusa-if00");
  assert.is(byIdPath(fake, "/dev/ttyS0"), null);
  const none = { ...fake, list: () => null };
  assert.equal(await listPorts(none, () => Promise.reject(new Error("no udevadm"))), []);
});

test("serialport's own list is used as it is where it works", async () => {
  const own = [{
    path: "/dev/ttyACM0",
    pnpId: "usb-x",
    manufacturer: "x",
    serialNumber: "1",
    locationId: undefined,
    productId: "1",
    vendorId: "2",
  }];
  assert.is(await listPorts(files(libc), () => Promise.resolve(own)), own);
  assert.ok(
    Array.isArray(await ports.list()),
    "and the real one answers here, with or without udev",
  );
});

test.run();
