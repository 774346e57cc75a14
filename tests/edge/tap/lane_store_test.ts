import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asPipe, closePipe, openPipe } from "../../../edge/serial/pipe.ts";
import { openPty } from "../../../edge/serial/pty.ts";
import { DIR } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import { canSplice, LaneStore } from "../../../edge/tap/lane_store.ts";
import { End, libc, openHost, seededBytes } from "./rig.ts";

const test = suite("a lane's store");

/** A lane between two terminals, with the far ends of both. */
function bench(splices: boolean, kept = openPipe(libc)) {
  const [above, below] = [openPty(libc, 115_200), openPty(libc, 115_200)];
  const [host, port] = [openHost(above.slavePath), openHost(below.slavePath)];
  const printer = new End(below.masterFd);
  const copy = openPipe(libc);
  const near = { fd: above.masterFd }, far = { fd: port.fd };
  const make = () => {
    const store = new LaneStore(libc, kept, copy, near, far, () => true, {
      splices,
      passing: new Int32Array(1),
    });
    return new Lane(store, DIR.hostToPrinter, () => {});
  };
  const close = () => {
    for (const end of [host, port, printer]) end.close();
    libc.call.close(above.masterFd);
    for (const pipe of [kept, copy]) closePipe(libc, pipe);
  };
  return { host, printer, lane: make(), make, kept, close };
}

test("this kernel's terminals splice", () => {
  const pipe = openPipe(libc);
  assert.ok(canSplice(libc, pipe), "else the tap copies, which is slower and not as safe");
  closePipe(libc, pipe);
});

for (const splices of [true, false]) {
  const how = splices ? "spliced" : "copied where terminals don't splice";
  test(`every byte goes through in order, ${how}, however slowly the far side reads`, () => {
    const { host, printer, lane, close } = bench(splices);
    const bytes = seededBytes(77, 60_000);
    let at = 0;
    for (let turn = 0; printer.bytes < bytes.length; turn++) {
      at += Math.max(0, host.writeSome(bytes.slice(at, at + 1 + turn % 700)));
      if (lane.wantsRead) lane.onReadable();
      if (turn % 7 === 0) printer.poll();
      if (lane.wantsWrite) lane.pump();
      assert.ok(turn < 200_000, `${printer.bytes} of ${bytes.length}`);
    }
    assert.ok(printer.all.every((byte, index) => byte === bytes[index]));
    close();
  });

  test(`what waits is there for the next one, ${how}`, () => {
    const { host, printer, lane, make, close } = bench(splices);
    host.write("G1 X1\n");
    lane.hold();
    lane.onReadable();
    const next = make();
    assert.is(next.recover(false), 6);
    next.pump();
    printer.poll();
    assert.is(printer.text, "G1 X1\n");
    close();
  });
}

test("a pipe of one slot still passes every line", () => {
  const small = openPipe(libc);
  const F_SETPIPE_SZ = 1031;
  libc.call.fcntl(small.writeFd, F_SETPIPE_SZ, 4096);
  const { host, printer, lane, kept, close } = bench(
    true,
    asPipe(libc, small.readFd, small.writeFd),
  );
  assert.is(kept.slots, 1);
  for (let line = 0; line < 20; line++) {
    host.write(`N${line}\n`);
    assert.ok(lane.wantsRead, `line ${line} is read`);
    lane.onReadable();
    lane.pump();
    printer.poll();
  }
  assert.is(printer.text, Array.from({ length: 20 }, (_, at) => `N${at}\n`).join(""));
  close();
});

test("many small pieces stop the reading before the pipe is full, and none is lost", () => {
  const small = openPipe(libc);
  const F_SETPIPE_SZ = 1031;
  libc.call.fcntl(small.writeFd, F_SETPIPE_SZ, 4096 * 16);
  const { host, printer, lane, close } = bench(
    true,
    asPipe(libc, small.readFd, small.writeFd),
  );
  lane.hold();
  let written = 0;
  for (let line = 0; line < 100; line++) {
    host.write(`N${line}\n`);
    written = line + 1;
    if (lane.wantsRead) lane.onReadable();
    else break;
  }
  assert.ok(written < 20, `${written} lines until it stopped`);
  lane.release();
  while (printer.text.split("\n").length - 1 < written) {
    if (lane.wantsRead) lane.onReadable();
    lane.pump();
    printer.poll();
  }
  assert.is(printer.text, Array.from({ length: written }, (_, at) => `N${at}\n`).join(""));
  close();
});

test.run();
