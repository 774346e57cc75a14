import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { HostPort } from "../../../edge/tap/host_port.ts";
import type { Journal } from "../../../edge/tap/journal.ts";
import type { LaneIo } from "../../../edge/tap/lane_io.ts";
import { Link } from "../../../edge/tap/link.ts";
import type { PrinterPort } from "../../../edge/tap/printer_port.ts";

const test = suite("a link that goes on");
const WAITING = new TextEncoder().encode("N1 G1 X1\nN2 G1 X2\n");

/** A lane in which bytes of a run before wait, and what became of them. */
class Left implements LaneIo {
  readonly hasRoom = true;
  passed = 0;
  dropped = 0;
  constructor(readonly waiting: Uint8Array) {}
  read = () => 0;
  write = (_: Uint8Array, bytes: number) => bytes;
  replace = () => {};
  settle = () => {};
  drop = (bytes: number) => void (this.dropped += bytes);
  recover(into: Uint8Array): number {
    into.set(this.waiting);
    return this.waiting.length;
  }
  pass(bytes: number): number {
    this.passed += bytes;
    return bytes;
  }
}

function left(goesOn: boolean) {
  const toPrinter = new Left(WAITING), toHost = new Left(new Uint8Array(0));
  const host = { present: true } as HostPort;
  const printer = { fd: 7, goesOn } as PrinterPort;
  const journal = { passed() {}, say() {}, log() {}, lastMs: 0 } as unknown as Journal;
  return { toPrinter, link: new Link(host, printer, journal, { toPrinter, toHost }) };
}

test("what waits goes to the printer that it was meant for", () => {
  const { toPrinter, link } = left(true);
  assert.is(link.recover("none"), "none");
  assert.equal([toPrinter.passed, toPrinter.dropped], [WAITING.length, 0]);
  assert.is(left(true).link.recover("latched"), "latched");
});

test("a printer that was plugged in since gets none of it, and is held by nobody", () => {
  for (const hold of ["none", "leased", "latched"] as const) {
    const { toPrinter, link } = left(false);
    assert.is(link.recover(hold), "none");
    assert.equal([toPrinter.passed, toPrinter.dropped], [0, WAITING.length]);
  }
});

test.run();
